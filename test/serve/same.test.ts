/** What the service answers is what `hillock predict` says of the same rows, in whatever form they are sent. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { random } from '../../src/random.ts';
import { workFolder } from '../cli/files.ts';
import { hillock } from '../cli/hillock.ts';
import { type Started, start } from './service.ts';

const work = workFolder();
const at = (name: string): string => join(work.path, name);
const rng = random(9);
let service: Started;

/** Of the images of demo:digits. */
const side = 12;
const tableFile = at('numbers.csv');
const seriesFile = at('sales.csv');
const rows = Array.from({ length: 300 }, () => {
  const [a, b, c] = [10 * rng.normal(), rng.normal(), 3 * rng.uniform()].map(value => Number(value.toFixed(3)));
  return { a: a!, b: b!, c: c! };
});
const day = (i: number): string => new Date(Date.UTC(2021, 0, 1 + i)).toISOString().slice(0, 10);
const sales = Array.from({ length: 300 }, (_, i) =>
  Number((50 + 10 * Math.sin((i / 7) * 2 * Math.PI) + rng.normal()).toFixed(2)),
);

beforeAll(async () => {
  const lines = rows.map(({ a, b, c }) => `${a},${b},${c},${(a + b * b - c).toFixed(3)}`);
  writeFileSync(tableFile, ['a,b,c,y', ...lines].join('\n'));
  writeFileSync(seriesFile, ['date,sales', ...sales.map((value, i) => `${day(i)},${value}`)].join('\n'));
  const small = ['--members', '1', '--no-baseline', '--out'];
  const trained = (...args: string[]): number | null => hillock(['train', ...args]).code;
  expect(trained(tableFile, '--target', 'y', '--epochs', '3', '--hidden', '8', ...small, at('numbers'))).toBe(0);
  expect(trained('demo:digits', '--model', 'mlp', '--epochs', '1', '--hidden', '16', ...small, at('digits'))).toBe(0);
  const forecast = ['--task', 'forecast', '--target', 'sales', '--horizon', '4', '--epochs', '2'];
  expect(trained(seriesFile, ...forecast, ...small, at('sales'))).toBe(0);
  service = await start([at('numbers'), at('digits'), at('sales')]);
});
afterAll(async () => {
  service?.child.kill('SIGTERM');
  await service?.ended;
  work.remove();
});

interface Answered {
  readonly prediction: string | number;
  readonly probabilities: Readonly<Record<string, number>>;
  readonly predictions: readonly Answered[];
  readonly forecast: readonly number[];
  readonly lower: readonly number[];
  readonly upper: readonly number[];
}

async function says(model: string, body: BodyInit, type = 'application/json'): Promise<Answered> {
  const response = await fetch(`${service.url}/models/${model}/predict`, {
    method: 'POST',
    body,
    headers: { 'content-type': type },
  });
  const answer = await response.text();
  expect(response.status, answer).toBe(200);
  return JSON.parse(answer) as Answered;
}

/** The rows of `hillock predict` as objects. */
function predicted(...args: string[]): Record<string, unknown>[] {
  const { code, events } = hillock(['predict', ...args, '--json']);
  expect(code).toBe(0);
  return events.filter(({ event }) => event === 'row');
}

test('rows of numbers as JSON and as float32, 300 at once', async () => {
  const truth = predicted(at('numbers'), tableFile).map(({ prediction }) => prediction as number);
  const records = await says('numbers', JSON.stringify(rows));
  const lists = await says('numbers', JSON.stringify(rows.map(({ a, b, c }) => [a, b, c])));
  const floats = await says(
    'numbers',
    Float32Array.from(rows.flatMap(({ a, b, c }) => [a, b, c])),
    'application/octet-stream',
  );
  for (const { predictions } of [records, lists, floats]) {
    expect(predictions).toHaveLength(300);
    predictions.forEach(({ prediction }, i) => {
      expect(prediction as number).toBeCloseTo(truth[i]!, 3);
    });
  }
  const missing = Float32Array.of(Number.NaN, 1, 2);
  const response = await fetch(`${service.url}/predict`, {
    method: 'POST',
    body: missing,
    headers: { 'content-type': 'application/octet-stream' },
  });
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ errors: [{ pointer: '/0/0', found: 'null' }] });
});

test('a picture as PNG, as JPEG, in colour and in another size, as a list', async () => {
  const pixels = Uint8Array.from({ length: side * side }, (_, i) => (i % side > 4 && i % side < 8 ? 250 : 5));
  const grey = sharp(pixels, { raw: { width: side, height: side, channels: 1 } });
  const files = [
    ['one.png', 'image/png', await grey.clone().png().toBuffer()],
    ['one.jpg', 'image/jpeg', await grey.clone().jpeg({ quality: 95 }).toBuffer()],
    ['big.png', 'image/png', await grey.clone().resize(90, 90).toColourspace('srgb').png().toBuffer()],
  ] as const;
  for (const [name, type, bytes] of files) {
    writeFileSync(at(name), bytes);
    const [truth] = predicted(at('digits'), at(name));
    const { prediction, probabilities } = await says('digits', new Uint8Array(bytes), type);
    expect(String(prediction), name).toBe(String(truth!.prediction));
    for (const [label, share] of Object.entries(probabilities))
      expect(share).toBeCloseTo((truth!.probabilities as Record<string, number>)[label]!, 5);
  }
  const list = await says('digits', JSON.stringify({ image: Array.from(pixels) }));
  const png = await says('digits', new Uint8Array(readFileSync(at('one.png'))), 'image/png');
  expect(list.probabilities).toEqual(png.probabilities);
  const bytes = await says('digits', pixels, 'application/octet-stream');
  expect(bytes.predictions[0]!.probabilities).toEqual(png.probabilities);
});

test('the recent values of a series, more of them than the window', async () => {
  const truth = predicted(at('sales'), seriesFile);
  const last = day(sales.length - 1);
  for (const history of [sales, sales.slice(-60)]) {
    const { forecast, lower, upper } = await says('sales', JSON.stringify({ history, time: last }));
    expect(forecast).toHaveLength(4);
    truth.forEach((row, k) => {
      expect(forecast[k]).toBeCloseTo(row.forecast as number, 4);
      expect(lower[k]).toBeCloseTo(row.lower as number, 4);
      expect(upper[k]).toBeCloseTo(row.upper as number, 4);
    });
  }
  const moved = await says('sales', JSON.stringify({ history: sales.slice(0, -1), time: day(sales.length - 2) }));
  expect(moved.forecast).not.toEqual((await says('sales', JSON.stringify({ history: sales, time: last }))).forecast);
});

test('a series that cannot be gone on from', async () => {
  const refused = async (record: object): Promise<unknown> => {
    const body = JSON.stringify(record);
    const response = await fetch(`${service.url}/models/sales/predict`, { method: 'POST', body });
    expect(response.status).toBe(400);
    const { errors } = (await response.json()) as { errors: readonly { pointer: string }[] };
    return errors[0]!.pointer;
  };
  const time = day(sales.length - 1);
  expect(await refused({ history: sales.slice(0, 3), time })).toBe('/history');
  expect(await refused({ history: [...sales.slice(1), null], time })).toBe(`/history/${sales.length - 1}`);
  expect(await refused({ history: sales.with(-2, '7' as never), time })).toBe(`/history/${sales.length - 2}`);
  expect(await refused({ history: sales })).toBe('/time');
  expect(await refused({ history: sales, time: '2021-02-30' })).toBe('/time');
  expect(await refused({ history: { length: 1e9 }, time })).toBe('/history');
});

test('the page to try it has a field that works, and its parts come from the service', async () => {
  const page = await (await fetch(service.url)).text();
  const [, text] = /<textarea[^>]*>([\s\S]*)<\/textarea>/.exec(page)!;
  const record = text!.replaceAll('&quot;', '"').replaceAll('&amp;', '&');
  expect((await says('numbers', record)).prediction).toEqual(expect.any(Number));
  const parts = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => path!);
  expect(parts).toEqual(expect.arrayContaining(['/try.js', '/try.css']));
  for (const path of parts) expect((await fetch(service.url + path)).status, path).toBe(200);
});
