/** A folder of real pictures: dropped, chosen, looked at, trained on, evaluated down to its pictures. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { DataReport, EvaluationAnswer } from 'hillock/studio';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encodePng } from '../../src/draw/index.ts';
import { patience } from '../web/browser.ts';
import { type StudioInBrowser, seriousFindings, shot, studioInBrowser } from './app.ts';
import { emptyFolder } from './studio.ts';

const { HILLOCK_DATA } = process.env;
const classes = ['airplane', 'frog', 'ship'];
const codes = [0, 6, 8];
const each = 60;
const side = 32;

/** Photographs of three classes of CIFAR-10 as PNG files, one folder a class, and what else lies about in folders. */
function photographs(folder: string): void {
  const records = gunzipSync(readFileSync(join(HILLOCK_DATA!, 'cifar10/test_2000.bin.gz')));
  const area = side * side;
  const counts = classes.map(() => 0);
  for (let at = 0; at < records.length; at += 1 + 3 * area) {
    const k = codes.indexOf(records[at]!);
    if (k < 0 || counts[k]! >= each) continue;
    const rgb = Uint8Array.from({ length: 3 * area }, (_, i) => records[at + 1 + (i % 3) * area + Math.floor(i / 3)]!);
    mkdirSync(join(folder, classes[k]!), { recursive: true });
    const name = counts[k] === 0 ? `${'ein sehr langer Name für ein Bild '.repeat(4)}.png` : `${counts[k]}.png`;
    writeFileSync(join(folder, classes[k]!, name), encodePng({ width: side, height: side, rgb }));
    counts[k]!++;
  }
  writeFileSync(join(folder, '.DS_Store'), 'x');
  writeFileSync(join(folder, 'ship', 'readme.txt'), 'ships');
}

/** Drops what lies at a path as a hand does, with the browser reading it from the disk. */
async function drop(page: Page, path: string): Promise<void> {
  const box = (await page.locator('.drop').boundingBox())!;
  const at = { x: box.x + box.width / 2, y: box.y + 20 };
  const session = await page.context().newCDPSession(page);
  const data = { items: [], files: [path], dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
    await session.send('Input.dispatchDragEvent', { type, ...at, data });
  await session.detach();
}

describe.skipIf(!HILLOCK_DATA)('a folder of photographs (set HILLOCK_DATA to run it)', () => {
  const outside = emptyFolder();
  const photos = join(outside, 'photos');
  let opened: StudioInBrowser;
  let page: Page;
  beforeAll(async () => {
    photographs(photos);
    opened = await studioInBrowser();
    page = opened.page;
    page.setDefaultTimeout(60_000);
  }, patience);
  afterAll(() => opened?.close());

  const stands = async (): Promise<DataReport & { kind: 'images' }> => {
    await page.waitForSelector('.section-overview h2:text("photos")');
    await page.waitForSelector('.pictures canvas');
    const told = async (): Promise<DataReport> => {
      const source = new URLSearchParams(page.url().split('?')[1]).get('source') ?? '';
      return (await opened.server.ask<DataReport>(`/api/data/${encodeURIComponent(source)}`)).body;
    };
    // What was dropped may still be on its way while the page shows what stood there before.
    await expect.poll(async () => (await told()).kind).toBe('images');
    return (await told()) as DataReport & { kind: 'images' };
  };

  test('chosen: its folders are the classes, what is no picture is told', async () => {
    await opened.go('#data');
    await page.waitForSelector('.card');
    await page.locator('input[type=file][webkitdirectory]').setInputFiles(photos);
    const report = await stands();
    expect(report.classes.map(({ name, rows }) => [name, rows])).toEqual(classes.map(name => [name, each]));
    expect(report.shape).toEqual([side, side, 3]);
    expect(report.notes.map(({ message }) => message).join()).toContain('ship/readme.txt');
    await page.getByRole('button', { name: 'Delete photos' }).click();
    await page.waitForSelector('.card');
    expect(await page.getByRole('button', { name: 'Delete photos' }).count()).toBe(0);
  });

  test('dropped, trained on, evaluated: a cell of the confusion matrix shows its pictures', async () => {
    await drop(page, photos);
    expect((await stands()).rows).toBe(classes.length * each);
    expect(await seriousFindings(page)).toEqual([]);
    await shot(page, 'data-photographs');
    await page.getByRole('link', { name: 'Train on it' }).click();
    await page.waitForSelector('.layers .table');
    await page.locator('.section-form').getByLabel('epochs', { exact: true }).fill('6');
    await page.keyboard.press('Tab');
    await page.getByRole('button', { name: 'Start training' }).click();
    await page.waitForSelector('.section-status h2:text("Finished")', { timeout: 90_000 });
    const id = new URLSearchParams(page.url().split('?')[1]).get('run')!;
    const { body } = await opened.server.ask<EvaluationAnswer>(`/api/runs/${id}/evaluation`);
    expect(body.classes).toEqual(classes);
    await opened.go(`#evaluate?run=${id}`);
    await page.waitForSelector('.images img');
    const [cell] = body
      .confusion!.flatMap((row, truth) => row.map((count, said) => ({ truth, said, count })))
      .filter(({ truth, said }) => truth !== said)
      .sort((a, b) => b.count - a.count);
    const { truth, said, count } = cell!;
    await page
      .locator('.cell')
      .nth(truth * classes.length + said)
      .click();
    await page.waitForFunction(([truth, said]) => location.hash.includes(`cell=${truth},${said}`), [
      truth,
      said,
    ] as const);
    await expect.poll(() => page.locator('.images img').count()).toBe(Math.min(24, count));
    await page.waitForFunction(() =>
      [...document.querySelectorAll<HTMLImageElement>('.images img')].every(one => one.naturalWidth > 0),
    );
    await shot(page, 'evaluate-photographs');
    expect(opened.wrong).toEqual([]);
  });
});
