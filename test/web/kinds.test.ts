/** Models of images and of series in a page, a look inside them, and training that starts from another model. */
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { conv2d, dense, flatten, network, type TrainedModel, train } from 'hillock';
import {
  type Images,
  makeSynthetic,
  makeTable,
  numberColumn,
  selectImages,
  type Table,
  textColumn,
} from 'hillock/data';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { encodePng } from '../../src/draw/png.ts';
import { floats } from '../../src/graph/index.ts';
import { enableRelaxedSimd } from '../../src/runtime/relaxed.case.ts';
import { browser, patience } from './browser.ts';
import { libraryPage, siteFolder } from './fixture.ts';
import { type Site, serveFolder } from './site.ts';

let folder: string;
let chrome: Browser;
let site: Site;
let page: Page;
let wrong: string[];
beforeAll(async () => {
  [folder, chrome] = await Promise.all([siteFolder(), browser()]);
  site = await serveFolder(folder, { isolated: true });
  ({ page, wrong } = await libraryPage(chrome, site));
}, patience);
afterAll(async () => {
  await chrome?.close();
  await site?.close();
  if (folder) await rm(folder, { recursive: true });
});

/** Node multiplies and adds as the browser does. */
enableRelaxedSimd();

const quick = { seed: 1, device: 'wasm', threads: 1, baseline: false } as const;

const weights = ({ parameters }: TrainedModel): ReadonlyMap<string, readonly number[]> =>
  new Map([...parameters].map(([name, tensor]) => [name, [...floats(tensor)]]));

const range = (length: number): Int32Array => Int32Array.from({ length }, (_, i) => i);

const digits = selectImages(makeSynthetic('demo:digits') as Images, range(400));
const layers = [conv2d(4, 3, 'relu'), flatten(), dense(16, 'relu')];

test('images: trained in the page as in Node, varied anew in each epoch; pictures predicted as in Node', async () => {
  const data = { kind: 'images-split', source: 'digits', train: digits } as const;
  const options = { epochs: 2, augment: { shift: 1 } };
  const model = await train(network(layers), data, { ...quick, ...options, out: join(folder, 'digits') }).result;
  const rgb = (row: number): Uint8Array =>
    Uint8Array.from({ length: 3 * 144 }, (_, i) => digits.pixels[row * 144 + Math.floor(i / 3)]!);
  for (const row of [3, 7])
    await writeFile(join(folder, `${row}.png`), encodePng({ width: 12, height: 12, rgb: rgb(row) }));
  const given = { ...digits, pixels: [...digits.pixels], labels: [...digits.labels!] };
  const ran = await page.evaluate(
    async ({ given, options, layers }) => {
      const { load, makeImages, network, pictures, train } = window.hillock;
      const images = makeImages({
        ...given,
        pixels: Uint8Array.from(given.pixels),
        labels: Int32Array.from(given.labels),
      });
      const split = { kind: 'images-split', source: 'digits', train: images } as const;
      const run = train(network(layers), split, { ...options, seed: 1, threads: 1, baseline: false, ort: 'ort/' });
      const trained = await run.result;
      const files = await Promise.all([3, 7].map(async row => (await fetch(`${row}.png`)).blob()));
      const canvas = new OffscreenCanvas(12, 12);
      canvas.getContext('2d')!.drawImage(await createImageBitmap(files[0]!), 0, 0);
      const model = await load('digits', { ort: 'ort/' });
      const { raw, rows } = await model.predict(await pictures([...files, canvas], model));
      const broken = await pictures([new Blob(['no picture'])], model).catch((error: Error) => error.message);
      return {
        parameters: [...trained.parameters].map(([name, { data }]) => [name, [...(data as Float32Array)]] as const),
        raw: [...raw],
        values: rows.map(({ value }) => value),
        broken,
      };
    },
    { given, options, layers },
  );
  expect(new Map(ran.parameters)).toEqual(weights(model));
  const expected = await model.predict(selectImages(digits, [3, 7, 3]));
  expect(ran.values).toEqual(expected.rows.map(({ value }) => value));
  expect(Math.max(...ran.raw.map((value, i) => Math.abs(value - expected.raw[i]!)))).toBeLessThanOrEqual(1e-5);
  expect(ran.broken).toMatch(/^picture 1 cannot be decoded/);
});

function sales(): Table {
  const months = Array.from({ length: 72 }, (_, i) => i);
  return makeTable('sales', [
    textColumn(
      'month',
      months.map(i => `${2018 + Math.floor(i / 12)}-${String((i % 12) + 1).padStart(2, '0')}-01`),
    ),
    numberColumn(
      'sales',
      months.map(i => 100 + i + 20 * Math.sin((i * Math.PI) / 6) + ((i * 37) % 11)),
    ),
  ]);
}

test('a forecast: trained in the page as in Node, its next steps those of Node', async () => {
  const table = sales();
  const options = { task: 'forecast', target: 'sales', horizon: 3, time: 'month', epochs: 3 } as const;
  const model = await train('mlp', table, { ...quick, ...options, out: join(folder, 'sales') }).result;
  const cells = table.columns.map(({ name }) => name);
  const csv = [cells.join(','), ...rowsOf(table)].join('\n');
  await writeFile(join(folder, 'sales.csv'), csv);
  const ran = await page.evaluate(async asked => {
    const { load, table: read, train } = window.hillock;
    const history = await read('sales.csv', { target: 'sales' });
    const trained = await train('mlp', history, { ...asked, seed: 1, threads: 1, ort: 'ort/' }).result;
    const model = await load('sales', { ort: 'ort/' });
    return {
      metrics: trained.metrics,
      forecast: await trained.forecast(),
      loaded: await model.forecast(),
      after: await model.forecast(history, { steps: 2 }),
    };
  }, options);
  const expected = await model.forecast();
  expect(expected[0]!.forecast).toHaveLength(3);
  expect(ran.metrics.test.mae).toBeCloseTo(model.metrics.test.mae!, 4);
  for (const [found] of [ran.forecast, ran.loaded]) {
    expect(found!.time).toEqual(expected[0]!.time);
    const errors = found!.forecast.map((value, i) => Math.abs(value / expected[0]!.forecast[i]! - 1));
    expect(Math.max(...errors)).toBeLessThanOrEqual(1e-5);
  }
  expect(ran.after[0]!.forecast).toHaveLength(2);
});

const rowsOf = ({ rows, columns }: Table): string[] =>
  Array.from({ length: rows }, (_, row) =>
    columns.map(column => (column.type === 'text' ? column.levels[column.codes[row]!] : column.values[row])).join(','),
  );

test('a look inside, and training that starts from a loaded model', async () => {
  const moons = makeSynthetic('demo:moons') as Table;
  await writeFile(
    join(folder, 'moons.csv'),
    [moons.columns.map(({ name }) => name).join(','), ...rowsOf(moons)].join('\n'),
  );
  const target = moons.target!;
  const model = await train(network([dense(8, 'tanh')]), moons, { ...quick, epochs: 3, out: join(folder, 'moons') })
    .result;
  const choice = { row: 12, layer: 'dense1', neuron: 3 };
  const ran = await page.evaluate(
    async ({ target, choice }) => {
      const { load, table, train } = window.hillock;
      const data = await table('moons.csv', { target });
      const first = await load('moons', { ort: 'ort/' });
      const { terms, z, y } = await first.explain(data, choice);
      const next = train('auto', data, { from: first, epochs: 1, seed: 1, threads: 1, baseline: false, ort: 'ort/' });
      const again = await load(await next.result.then(made => made.toOnnx()), { ort: 'ort/' });
      return { terms: terms.length, z, y, network: again.spec.network, report: again.report!.epochs };
    },
    { target, choice },
  );
  const neuron = await model.explain(moons, choice);
  expect(ran.terms).toBe(neuron.terms.length);
  expect(ran.z).toBeCloseTo(neuron.z, 5);
  expect(ran.y).toBeCloseTo(neuron.y, 5);
  expect(ran.network).toEqual(model.spec.network);
  expect(ran.report).toBe(1);
});

test('nothing was said in the console', () => {
  expect(wrong).toEqual([]);
});
