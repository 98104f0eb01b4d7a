/** A table of one's own on the network screen, several classes, and a trained network taken along. */
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { patience } from '../web/browser.ts';
import { openStudio, type StudioInBrowser, seriousFindings, shot, studioInBrowser } from './app.ts';

let studio: StudioInBrowser;
let page: Page;
beforeAll(async () => {
  studio = await studioInBrowser();
  page = studio.page;
}, patience);
afterAll(() => studio?.close());

const button = (name: string) => page.getByRole('button', { name, exact: true });
const figure = async (name: string): Promise<number> =>
  Number(
    (await page.locator('.bar dl div', { hasText: name }).first().locator('dd').textContent())!
      .replace('−', '-')
      .replace(/\s/g, ''),
  );
const stands = () => page.waitForSelector('.network[aria-busy=false]', { timeout: 30_000 });
const open = async (hash: string): Promise<void> => {
  await studio.go(hash);
  await page.evaluate(() => new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(resolve))));
  await stands();
};
const weights = () =>
  page.evaluate(() =>
    [...document.querySelectorAll('.network button.neuron')].map(one => one.getAttribute('aria-label')).join('|'),
  );

/** Three clouds of plants in four numbers and a colour, told apart by two of the numbers. */
const plants = [
  'length,width,height,colour,kind',
  ...Array.from({ length: 90 }, (_, i) => {
    const kind = i % 3;
    const shake = (n: number): number => Math.sin(i * 12.9898 + n * 78.233) * 0.4;
    const colour = ['white', 'red'][i % 2];
    return [4 + kind * 2 + shake(1), 3 + (kind === 1 ? 2 : 0) + shake(2), shake(3), colour, 'abc'[kind]].join(',');
  }),
].join('\n');

describe('own table', () => {
  test('pasted rows of three classes: encoded as training encodes them, learned, each class with a neuron', async () => {
    await studio.go('#network?data=table&layers=6:tanh&lr=0.05&speed=max');
    await page.getByRole('textbox', { name: 'Rows, the first' }).fill(plants);
    await button('Use these rows').click();
    await expect.poll(() => page.getByRole('combobox', { name: 'predict' }).inputValue()).toBe('kind');
    await expect.poll(async () => page.locator('.section-design .note').first().textContent()).toMatch(/– 6 – 3,/);
    await stands();
    await button('Play').click();
    await expect.poll(() => figure('loss'), { timeout: 60_000 }).toBeLessThan(0.1);
    await button('Pause').click();
    expect(await weights()).toContain('Output neuron of a');
    await expect.poll(async () => page.locator('.section-output .note b').textContent()).toMatch(/^[abc] \(\d/);
    expect(await seriousFindings(page)).toEqual([]);
    await shot(page, 'network-table');
    const plane = page.locator('.section-output canvas').last();
    await plane.scrollIntoViewIfNeeded();
    const { x, y, width, height } = (await plane.boundingBox())!;
    await page.mouse.click(x + width * 0.94, y + height * 0.5);
    const across = page.locator('.section-output .typed input').first();
    await expect.poll(async () => Number(await across.inputValue())).toBeGreaterThan(0.5);
    expect(Number(await across.inputValue()), 'the plane ends where the samples do').toBeLessThan(1);
    await page.getByRole('combobox', { name: 'upward' }).selectOption('2');
    await expect.poll(() => page.url()).toContain('upward=2');
    expect(await figure('loss')).toBeLessThan(0.1);
    await page.reload();
    await stands();
    await expect.poll(() => weights()).toContain('Output neuron of c');
    expect(studio.wrong).toEqual([]);
  });

  test('a column of numbers is a regression; a broken table and too wide a one are refused in words', async () => {
    await page.getByRole('combobox', { name: 'predict' }).selectOption('height');
    await expect.poll(async () => page.locator('.section-design .note').first().textContent()).toMatch(/– 6 – 1,/);
    await page.getByRole('textbox', { name: 'Rows, the first' }).fill('a,b\n1,2\n3,4,5\n');
    await button('Use these rows').click();
    await page.waitForSelector('.section-data .problem');
    const many = Array.from({ length: 60 }, (_, i) => `c${i}`);
    const wide = [
      many.join(','),
      ...Array.from({ length: 40 }, (_, r) => many.map((_, i) => Math.sin(r * 7 + i * 13)).join(',')),
    ];
    const buffer = Buffer.from(wide.join('\n'));
    await page
      .locator('.section-data input[type=file]')
      .setInputFiles({ name: 'wide.csv', mimeType: 'text/csv', buffer });
    await expect
      .poll(async () => page.locator('.section-data .problem').textContent())
      .toContain('at most 32 can be shown');
  });
});

describe('several classes', () => {
  test('three arms are learned; a place has the probability of its class', async () => {
    await open('#network?data=arms&layers=8:tanh,6:tanh&lr=0.03&noise=0.05&speed=max');
    await button('Play').click();
    await expect.poll(() => figure('loss'), { timeout: 60_000 }).toBeLessThan(0.25);
    await button('Pause').click();
    await page.locator('.network button.neuron').last().click();
    await expect.poll(async () => page.locator('.drawer').textContent()).toContain('softmax');
    await page.keyboard.press('Escape');
    await shot(page, 'network-arms');
  });
});

describe('taken along', () => {
  test('a link trains the same network again; after a single sample only a file holds it', async () => {
    await open('#network?data=xor&n=60&layers=3:tanh&seed=4');
    for (let i = 0; i < 3; i++) await button('Epoch').click();
    await expect.poll(() => figure('epoch')).toBe(3);
    const here = await weights();
    await button('Link to this moment').click();
    await expect.poll(() => page.locator('.section-keep .told').textContent()).toContain('at=');
    const link = (await page.locator('.section-keep .told').textContent())!;
    const other = await openStudio(studio.chrome, `${studio.server.url}/`);
    await other.page.goto(link);
    await expect
      .poll(() =>
        other.page.evaluate(() =>
          [...document.querySelectorAll('.network button.neuron')].map(one => one.getAttribute('aria-label')).join('|'),
        ),
      )
      .toBe(here);
    await expect.poll(() => other.page.url()).not.toContain('at=');
    await other.page.context().close();
    await page.getByRole('button', { name: 'a sample' }).click();
    await button('Step').click();
    await expect.poll(() => button('Link to this moment').isDisabled()).toBe(true);
  });

  test('a file brings weights and frozen neurons back, and training goes on as it would have', async () => {
    await open('#network?data=gauss&n=60&layers=3:tanh&frozen=dense1:1');
    await button('Epoch').click();
    await expect.poll(() => figure('epoch')).toBe(1);
    const [download] = await Promise.all([page.waitForEvent('download'), button('Save as a file').click()]);
    const file = await download.path();
    const kept = await weights();
    expect(kept).toContain('frozen');
    await button('Epoch').click();
    await expect.poll(() => figure('epoch')).toBe(2);
    const later = await weights();
    await open('#network?data=xor');
    await page.locator('.section-keep input[type=file]').setInputFiles(file);
    await expect.poll(() => weights()).toBe(kept);
    await button('Epoch').click();
    await expect.poll(() => weights()).toBe(later);
    expect(JSON.parse(readFileSync(file, 'utf8')).state.steps).toBe(5);
    await page
      .locator('.section-keep input[type=file]')
      .setInputFiles({ name: 'x.json', mimeType: 'application/json', buffer: Buffer.from('{"a":1}') });
    await expect.poll(async () => page.locator('.section-keep .problem').textContent()).toContain('not a network');
    // Two tables were refused, which the browser tells in its console.
    expect(studio.wrong.filter(line => !line.includes('status of 422'))).toEqual([]);
  });
});
