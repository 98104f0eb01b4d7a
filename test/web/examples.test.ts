/** The examples of pages, driven as a person would. */
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { dense, network, train } from 'hillock';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type App, viteApp } from './app.ts';
import { browser, patience } from './browser.ts';
import { type Fixture, fixture, root, textOf, watched } from './fixture.ts';
import { type Site, serveFolder } from './site.ts';

let made: Fixture;
let chrome: Browser;
let app: App;
beforeAll(async () => {
  [made, chrome] = await Promise.all([fixture(), browser()]);
  app = await viteApp([made.csv]);
}, patience);
afterAll(async () => {
  await chrome?.close();
  await app?.remove();
  await made?.remove();
});

const isolation = [
  ['with the headers of isolation', true],
  ['without them', false],
] as const;
const notice = /^one thread: the page is not cross-origin isolated/;
const person = { gender: 'female', age: 51, height: 1.6, weight: 90 };

describe.each(isolation)('a plain page, %s', (_, isolated) => {
  test('predicts for a form, and learns from a file that a person gives it', async () => {
    await cp(join(root, 'examples/web/plain'), made.folder, { recursive: true });
    const site = await serveFolder(made.folder, { isolated });
    const page = await chrome.newPage();
    const wrong = watched(page, site.address);
    try {
      await page.goto(site.address);
      await page.click('#person button');
      const probability = Number(await textOf(page, 'probability'));
      const [expected] = (await made.model.predict([person])).rows;
      expect(probability).toBeCloseTo(expected!.probabilities![1]!, 5);
      expect(await page.textContent('#prediction')).toBe(expected!.value);

      await page.setInputFiles('#file', made.csv);
      // As in Node with the same seed; with several threads the sums may be in another order.
      const accuracy = Number(await textOf(page, 'accuracy'));
      expect(Math.abs(accuracy - made.model.metrics.test.accuracy!)).toBeLessThanOrEqual(isolated ? 0.02 : 0);
      expect(await page.textContent('#notice')).toMatch(isolated ? /^$/ : notice);
      expect(wrong).toEqual([]);
    } finally {
      await page.close();
      await site.close();
    }
  });
});

async function driven(site: Site, isolated: boolean): Promise<void> {
  const page = await chrome.newPage();
  const wrong = watched(page, site.address);
  try {
    await page.goto(site.address);
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(isolated);
    await page.click('#train');
    const accuracy = Number(await textOf(page, 'accuracy'));
    const probability = Number(await textOf(page, 'probability'));
    expect(await page.textContent('#notice')).toMatch(isolated ? /^$/ : notice);
    const layers = network([dense(16, 'relu'), dense(8, 'relu')]);
    const options = { seed: 1, epochs: 40, baseline: false, device: 'wasm', threads: 1 } as const;
    const model = await train(layers, made.data, options).result;
    const [expected] = (await model.predict([person])).rows;
    expect(accuracy).toBeCloseTo(model.metrics.test.accuracy!, isolated ? 1 : 10);
    expect(probability).toBeCloseTo(expected!.probabilities![1]!, isolated ? 2 : 5);
    expect(wrong).toEqual([]);
  } finally {
    await page.close();
    await site.close();
  }
}

test.each(isolation)('a Vite app that was built, %s', async (_, isolated) => {
  await driven(await serveFolder(await app.build(), { isolated }), isolated);
});

test('a Vite app in development', async () => {
  await driven(await app.serve(), true);
});
