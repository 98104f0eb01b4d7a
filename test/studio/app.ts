/** The studio in a browser: opened, watched, looked at. */
import { mkdirSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { browser } from '../web/browser.ts';
import { root, watched } from '../web/fixture.ts';
import { emptyFolder, type RunningStudio, startStudio } from './studio.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const shots = join(root, 'studio/shots');

export interface Opened {
  readonly page: Page;
  /** What the page did that it should not have done. */
  readonly wrong: string[];
  /** Goes to a screen by its address and waits until it stands. */
  go(hash: string): Promise<void>;
}

/** Opens the studio at an address, in a window of its own. */
export async function openStudio(
  chrome: Browser,
  address: string,
  options: {
    readonly width?: number;
    readonly height?: number;
    readonly dark?: boolean;
    readonly still?: boolean;
  } = {},
): Promise<Opened> {
  const { width = 1280, height = 900, dark = false, still = false } = options;
  const context = await chrome.newContext({
    viewport: { width, height },
    colorScheme: dark ? 'dark' : 'light',
    reducedMotion: still ? 'reduce' : 'no-preference',
  });
  const page = await context.newPage();
  const wrong = watched(page, address);
  const go = async (hash: string): Promise<void> => {
    await page.goto(`${address}${hash}`);
    await page.waitForSelector(`.screen-${hash.slice(1).split('?')[0] || 'neuron'} h1`);
  };
  return { page, wrong, go };
}

export interface StudioInBrowser extends Opened {
  readonly chrome: Browser;
  readonly server: RunningStudio;
  /** Ends all of it and removes the folder. */
  close(): Promise<void>;
}

/** The studio as a person starts it in a folder, and its first page in a browser. */
export async function studioInBrowser(folder = emptyFolder()): Promise<StudioInBrowser> {
  const [chrome, server] = await Promise.all([browser(), startStudio(folder)]);
  return {
    ...(await openStudio(chrome, `${server.url}/`)),
    chrome,
    server,
    async close() {
      await chrome.close();
      await server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Writes what one sees to studio/shots. */
export async function shot(page: Page, name: string): Promise<void> {
  mkdirSync(shots, { recursive: true });
  await page.screenshot({ path: join(shots, `${name}.png`) });
}

interface Finding {
  readonly id: string;
  readonly impact: string | null;
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
}

/** What axe finds that is serious or worse, one line each. */
export async function seriousFindings(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const violations = await page.evaluate(async () => {
    const { axe } = window as unknown as { axe: { run(): Promise<{ violations: Finding[] }> } };
    return (await axe.run()).violations;
  });
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 160)} — ${failureSummary}`),
    );
}
