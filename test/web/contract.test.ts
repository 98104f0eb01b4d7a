/** The contract of runtimes in headless Chromium: WebAssembly with threads, and WebGPU on SwiftShader. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Skip } from '../../src/runtime/runtime.case.ts';
import { browser, patience } from './browser.ts';
import type {} from './contract-page.ts';
import { siteOf, swiftShader } from './contract-site.ts';
import type { Site } from './site.ts';

let chrome: Browser;
let site: Site;
beforeAll(async () => {
  chrome = await browser(swiftShader);
  site = await siteOf('contract-page.ts');
}, patience);
afterAll(async () => {
  await chrome?.close();
  await site?.close();
});

async function opened(): Promise<Page> {
  const page = await chrome.newPage();
  await page.goto(site.address);
  await page.waitForFunction(() => 'contract' in window);
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
  return page;
}

const beyond: Skip = {
  reason: 'a GPU reads nothing beyond the end and goes on',
  tests: ['keeps going after a failed run'],
};

test.each([
  ['WebAssembly, one thread', { device: 'wasm', threads: 1 }, []],
  ['WebAssembly, two threads', { device: 'wasm', threads: 2 }, []],
  ['WebAssembly, fused multiply-adds', { device: 'wasm', threads: 2, fused: true }, []],
  ['WebGPU', { device: 'webgpu', threads: 1 }, [beyond]],
] as const)('%s', async (_, options, skips) => {
  const page = await opened();
  const told = await page.evaluate(
    ([given, left]) => window.contract({ ...given, ort: new URL('ort/', location.href).href }, left),
    [options, skips] as const,
  );
  await page.close();
  expect(told.filter(({ problem }) => typeof problem === 'string')).toEqual([]);
  expect(told.filter(({ problem }) => problem === null).map(({ title }) => title.replace(/ \(.*/, ''))).toEqual(
    skips.flatMap(({ tests }) => tests),
  );
  expect(told.length).toBeGreaterThan(20);
});

// Two of the jobs that Node trains so: a GPU that the processor plays takes long to prepare each new step.
test.each(['Adam, dropout, a number', 'bytes of pictures'])(
  'training on WebGPU: %s, as on the processor',
  async job => {
    const page = await opened();
    const { loss, weight } = await page.evaluate(
      name => window.trained(name, new URL('ort/', location.href).href),
      job,
    );
    await page.close();
    expect(loss).toBeLessThan(1e-5);
    expect(weight).toBeLessThan(1e-4);
  },
);
