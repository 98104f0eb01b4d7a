/** The learning side of the studio in a browser. */
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { browser, patience } from '../web/browser.ts';
import { root } from '../web/fixture.ts';
import { type Site, serveFolder } from '../web/site.ts';
import { type Opened, openStudio, seriousFindings, shot } from './app.ts';

let chrome: Browser;
let site: Site;
let studio: Opened;
let page: Page;
beforeAll(async () => {
  chrome = await browser();
  site = await serveFolder(join(root, 'dist/studio'), { isolated: true });
  studio = await openStudio(chrome, site.address);
  page = studio.page;
}, patience);
afterAll(async () => {
  await chrome?.close();
  await site?.close();
});

const textOf = async (selector: string): Promise<string> =>
  ((await page.locator(selector).first().textContent()) ?? '').replace(/\s+/g, '');

test('the neuron writes its calculation out, and the address keeps its numbers', async () => {
  await studio.go('#neuron?x=2,-1&w=0.5,0.25&b=-0.5&f=sigmoid');
  expect(await textOf('.section-worked .formula')).toBe('z=x1w1+x2w2+b=2·0.5+(−1)·0.25+(−0.5)=0.25');
  expect(await textOf('.section-worked .formula:nth-of-type(3)')).toContain('0.562');
  await page.getByRole('textbox', { name: 'w2', exact: true }).fill('1');
  expect(await textOf('.section-worked .formula')).toContain('=−0.5');
  await page.waitForFunction(() => location.hash.includes('w=0.5,1'));
  expect(await seriousFindings(page)).toEqual([]);
  await shot(page, 'neuron');
  expect(studio.wrong).toEqual([]);
});
