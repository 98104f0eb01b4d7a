/** What every screen must do: be reached by keys, be read in any theme, fit any window. */
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { seriousFindings, shot } from './app.ts';

/** Goes through a page by Tab alone: no control is left out, and each shows that it has the focus. */
export async function reachedByTab(page: Page): Promise<void> {
  const walk = await page.evaluate(() => {
    const controls = 'a[href], button, input, select, textarea, summary, [tabindex="0"]';
    const all = [...document.querySelectorAll<HTMLElement>(controls)].filter(
      // In a group that arrow keys go through one control stands for all of them.
      one =>
        one.checkVisibility() &&
        !one.matches(':disabled') &&
        (one.tabIndex >= 0 || !one.parentElement?.querySelector(':scope > [tabindex="0"]')),
    );
    const reached = new Set<Element>();
    const bare: string[] = [];
    document.addEventListener('focusin', ({ target }) => {
      const one = target as HTMLElement;
      reached.add(one);
      const { outlineStyle, outlineWidth } = getComputedStyle(one);
      if (outlineStyle === 'none' || outlineWidth === '0px') bare.push(one.outerHTML.slice(0, 120));
    });
    Object.assign(window, {
      left: () => ({ left: all.filter(one => !reached.has(one)).map(one => one.outerHTML.slice(0, 120)), bare }),
    });
    (document.activeElement as HTMLElement | null)?.blur();
    return all.length;
  });
  expect(walk).toBeGreaterThan(10);
  const look = () => page.evaluate(() => (window as unknown as { left(): { left: string[] } }).left());
  for (let i = 0; i < walk + 3; i++) await page.keyboard.press('Tab');
  let found = await look();
  // What the screen has got meanwhile is gone through, too.
  for (let i = 0; i < walk && found.left.length > 0; i++) {
    await page.keyboard.press('Tab');
    found = await look();
  }
  expect(found).toEqual({ left: [], bare: [] });
}

/** No serious fault for axe in any theme, nothing beyond the side of a narrow or a wide window; ends light, 1280 wide. */
export async function readableAnywhere(page: Page, name: string): Promise<void> {
  for (const { theme, ...media } of [
    { theme: 'light', colorScheme: 'light', contrast: 'no-preference' },
    { theme: 'dark', colorScheme: 'dark', contrast: 'no-preference' },
    { theme: 'contrast', colorScheme: 'dark', contrast: 'more' },
  ] as const) {
    await page.emulateMedia(media);
    await page.waitForFunction(wanted => document.documentElement.dataset.theme === wanted, theme);
    expect(await seriousFindings(page)).toEqual([]);
    await shot(page, `${name}-${theme}`);
  }
  await page.emulateMedia({ colorScheme: 'light', contrast: 'no-preference' });
  for (const width of [360, 1920]) {
    await page.setViewportSize({ width, height: 900 });
    await page.waitForTimeout(100);
    const over = await page.evaluate(() => {
      const main = document.querySelector('.main')!;
      const { scrollWidth, scrollHeight } = document.documentElement;
      return [scrollWidth - innerWidth, scrollHeight - innerHeight, main.scrollWidth - main.clientWidth];
    });
    expect(over, `${width} px`).toEqual([0, 0, 0]);
    await shot(page, `${name}-${width}`);
  }
  await page.setViewportSize({ width: 1280, height: 900 });
}
