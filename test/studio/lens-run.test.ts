/** Filters and recurrent units of trained networks in the lens, and a picture of one's own. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LayersAnswer, LensAnswer, LensLayers } from 'hillock/studio';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encodePng } from '../../src/draw/index.ts';
import { hillock } from '../cli/hillock.ts';
import { patience } from '../web/browser.ts';
import { type StudioInBrowser, seriousFindings, shot, studioInBrowser } from './app.ts';
import { emptyFolder } from './studio.ts';
import { reachedByTab, readableAnywhere } from './sweep.ts';

const folder = emptyFolder();
let opened: StudioInBrowser;

beforeAll(async () => {
  const month = (i: number): string => `${2000 + Math.floor(i / 12)}-${String(1 + (i % 12)).padStart(2, '0')}-01`;
  const rows = Array.from({ length: 96 }, (_, i) => `${month(i)},${(50 + 20 * Math.sin(i / 2)).toFixed(2)}`);
  writeFileSync(join(folder, 'sales.csv'), `month,sold\n${rows.join('\n')}\n`);
  const train = (name: string, ...args: string[]): void => {
    const { code, stderr } = hillock(['train', ...args, '--out', join(folder, 'runs', name), '--epochs', '1']);
    expect(code, stderr).toBe(0);
  };
  train('pictures', 'demo:digits', '--model', 'cnn');
  const series = ['--task', 'forecast', '--target', 'sold', '--time', 'month', '--horizon', '3'];
  train('series', join(folder, 'sales.csv'), ...series, '--model', 'lstm');
  opened = await studioInBrowser(folder);
}, patience);
afterAll(() => opened?.close());

test.each([
  ['pictures', 'filter', {}],
  ['series', 'cell', { step: 2 }],
] as const)('%s: every product is there, and adds up to what the network said', async (run, kind, where) => {
  const { layers } = (await opened.server.ask<LensLayers>(`/api/runs/${run}/lens`)).body;
  const own = layers.find(one => one.kind === kind)!;
  const asked = { row: 5, layer: own.name, unit: 2, ...where };
  const { body } = await opened.server.ask<LensAnswer>(`/api/runs/${run}/lens`, asked);
  expect(body.difference).toBeLessThan(1e-4);
  for (const { terms, bias, z } of body.sums)
    expect(terms.reduce((sum, { product }) => sum + product, bias ?? 0)).toBeCloseTo(z, 6);
  if (kind === 'filter') {
    const map = body.figures.find(({ id }) => id === 'map') as Extract<
      LensAnswer['figures'][number],
      { kind: 'heatMap' }
    >;
    const at = own.places.map(size => Math.ceil(size / 2) - 1);
    expect(map.model.values[at[0]! * own.places[1]! + at[1]!]).toBeCloseTo(body.sums[0]!.y, 4);
  } else expect(body.sums.map(({ title }) => title)).toHaveLength(4);
  expect((await opened.server.ask(`/api/runs/${run}/lens`, { ...asked, layer: 'dense1' })).status).toBe(400);
});

test('a run is looked into from the lens: another filter, another place, the unit over time', async () => {
  const { page } = opened;
  await opened.go('#lens?view=run&run=pictures');
  await page.waitForSelector('.section-sums tbody tr');
  const z = () => page.locator('.section-sums .figure').first().textContent();
  const before = await z();
  await page.getByRole('textbox', { name: 'Filter' }).fill('3');
  await page.getByRole('textbox', { name: 'Filter' }).blur();
  await expect.poll(z).not.toBe(before);
  expect(await page.locator('.section-seen svg').count()).toBe(3);
  expect(await seriousFindings(page)).toEqual([]);
  await shot(page, 'lens-run');
  await opened.go('#lens?view=run&run=series');
  await expect.poll(() => page.locator('.section-sums h3').count()).toBe(4);
  await shot(page, 'lens-run-series');
});

describe('a picture of one’s own through the network of a run', () => {
  const own = '/api/runs/pictures';
  const png = async (row: number): Promise<Buffer> => {
    const { body } = await opened.server.ask<LayersAnswer>(`${own}/layers`, { row });
    return Buffer.from(body.image!.split(',')[1]!, 'base64');
  };
  const predicted = async (file: Buffer): Promise<{ prediction: string; probabilities: Record<string, number> }> => {
    const sent = { method: 'POST', body: new Uint8Array(file), headers: { 'content-type': 'image/png' } };
    return (await (await fetch(`${opened.server.url}${own}/predict`, sent)).json()) as never;
  };

  test('a picture of its data is answered as that row is, layer by layer; another as the endpoint answers it', async () => {
    const file = await png(7);
    const sent = await fetch(`${opened.server.url}${own}/picture`, { method: 'POST', body: new Uint8Array(file) });
    const { pixels } = (await sent.json()) as { pixels: number[] };
    const asked = async (what: object) => (await opened.server.ask<LayersAnswer>(`${own}/layers`, what)).body;
    const [given, row] = [await asked({ row: 1, pixels }), await asked({ row: 7 })];
    expect(given).toEqual(row);
    const { layers } = (await opened.server.ask<LensLayers>(`${own}/lens`)).body;
    expect(given.layers.map(({ title }) => title.split(':')[0])).toEqual(
      expect.arrayContaining(layers.map(({ name }) => name)),
    );
    const answer = await predicted(file);
    expect(given.answer.value).toBe(answer.prediction);
    for (const { class: name, probability } of given.answer.probabilities!)
      expect(probability).toBeCloseTo(answer.probabilities[name]!, 5);
    const lens = { layer: layers[0]!.name, unit: 2 };
    const looked = async (what: object) =>
      (await opened.server.ask<LensAnswer>(`${own}/lens`, { ...lens, ...what })).body;
    expect(await looked({ row: 1, pixels })).toEqual(await looked({ row: 7 }));
    for (const wrong of [
      { row: 1, pixels: [1] },
      { row: 1, pixels: pixels.map(value => value + 256) },
      { row: 2, pixels },
    ])
      expect((await opened.server.ask(`${own}/layers`, wrong)).status).toBe(400);
    expect((await opened.server.ask(`${own}/picture`, 'none')).status).toBe(400);
    expect((await opened.server.ask('/api/runs/series/picture', 'x')).status).toBe(400);
  });

  test('chosen, dropped, pasted: prediction and every layer are shown', async () => {
    const { page } = opened;
    await opened.go('#lens?view=run&run=pictures');
    const said = () => page.locator('.section-layers h3').first().textContent();
    const title = () => page.locator('.section-layers h2').textContent();
    await expect.poll(title).toBe('Row 1, layer by layer');
    const file = await png(7);
    const wanted = `It says ${(await predicted(file)).prediction}`;
    const given = { name: 'seven.png', mimeType: 'image/png', buffer: file };
    await page.locator('input[type=file]').setInputFiles(given);
    await expect.poll(title).toBe('seven.png, layer by layer');
    await expect.poll(said).toBe(wanted);
    expect(await page.locator('.answered img').evaluate((one: HTMLImageElement) => one.naturalWidth)).toBe(12);
    await page.getByRole('button', { name: 'Back to its data' }).click();
    await expect.poll(title).toBe('Row 1, layer by layer');
    for (const event of ['drop', 'paste'] as const) {
      await page.evaluate(
        ([type, bytes]) => {
          const transfer = new DataTransfer();
          transfer.items.add(new File([Uint8Array.from(bytes)], `${type}.png`, { type: 'image/png' }));
          const made = { bubbles: true, cancelable: true };
          document.body.dispatchEvent(
            type === 'drop'
              ? new DragEvent('drop', { ...made, dataTransfer: transfer })
              : new ClipboardEvent('paste', { ...made, clipboardData: transfer }),
          );
        },
        [event, [...file]] as const,
      );
      await expect.poll(title).toBe(`${event}.png, layer by layer`);
      await expect.poll(said).toBe(wanted);
    }
    await page.locator('input[type=file]').setInputFiles({ ...given, name: 'none.png', buffer: Buffer.from('x') });
    await expect.poll(() => page.locator('.problem').textContent()).toContain('cannot be used');
    await page.locator('.section-layers').scrollIntoViewIfNeeded();
    await shot(page, 'lens-own-picture');
    expect(opened.wrong.filter(line => !/status of 400/.test(line))).toEqual([]);
    opened.wrong.length = 0;
  });

  test('is reached by Tab alone, read in every theme, and fits narrow and wide windows', async () => {
    const { page } = opened;
    for (const run of ['pictures', 'series']) {
      await opened.go(`#lens?view=run&run=${run}`);
      await page.waitForSelector('.section-sums tbody tr');
      await page.waitForSelector('.section-layers svg');
      await reachedByTab(page);
      await readableAnywhere(page, `lens-run-${run}`);
    }
  });
});

test('a picture of one’s own lies under the kernel; what is none is refused', async () => {
  const { page } = opened;
  await opened.go('#lens?view=filter');
  const rgb = Uint8Array.from({ length: 20 * 20 * 3 }, (_, i) => (Math.floor(i / 3) % 20 < 10 ? 255 : 0));
  const png = Buffer.from(encodePng({ width: 20, height: 20, rgb }));
  await page
    .locator('.section-picture input[type=file]')
    .setInputFiles({ name: 'half.png', mimeType: 'image/png', buffer: png });
  await expect.poll(() => page.url()).toContain('image=1,1,1,1,1,0,0,0,0,0,');
  await page
    .locator('.section-picture input[type=file]')
    .setInputFiles({ name: 'none.png', mimeType: 'image/png', buffer: Buffer.from('x') });
  await expect.poll(() => page.locator('.section-picture .problem').textContent()).toContain('no picture');
  // A question is dropped where the next one is asked.
  expect(opened.wrong).toEqual([]);
});

test('a new run starts with the weights of a finished one', async () => {
  const { page } = opened;
  const options = { epochs: 2, hidden: [4], members: 1 };
  const { body } = await opened.server.ask<{ id: string }>('/api/train', { source: 'demo:moons', options });
  await expect
    .poll(async () => (await opened.server.ask<{ state: string }>(`/api/runs/${body.id}`)).body.state, {
      timeout: 60_000,
    })
    .toBe('finished');
  await opened.go(`#train?run=${body.id}`);
  await page.getByRole('button', { name: 'From its weights' }).click();
  await expect.poll(() => decodeURIComponent(page.url())).toContain('"from":');
  await page.getByRole('button', { name: 'Start training' }).click();
  const started = (): string => new URLSearchParams(page.url().split('?')[1]).get('run') ?? '';
  await expect.poll(started, { timeout: 20_000 }).not.toBe(body.id);
  await expect
    .poll(async () => (await opened.server.ask<{ state: string }>(`/api/runs/${started()}`)).body.state, {
      timeout: 60_000,
    })
    .toBe('finished');
  const report = JSON.parse(readFileSync(join(folder, 'runs', started(), 'report.json'), 'utf8')) as { start?: string };
  expect(report.start).toContain('starts from the weights of dense1');
});
