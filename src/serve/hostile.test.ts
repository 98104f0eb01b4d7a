/** Requests that are made to hurt: each has an answer, none of them 500, and nothing is left behind in the process. */
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import sharp from 'sharp';
import { afterEach, describe, expect, test } from 'vitest';
import { plainPixels } from '../features/index.ts';
import type { ModelSpec } from '../model/index.ts';
import { dense, flatten, initialise, network, place } from '../nn/index.ts';
import { random } from '../random.ts';
import { createHandler } from './index.ts';
import { handlerOf, post, record, servable } from './testing.case.ts';

const failures: unknown[] = [];
const failed = (error: unknown): void => void failures.push(error);
afterEach(() => {
  expect(failures).toEqual([]);
  expect(Object.keys(Object.prototype)).toEqual([]);
});

const { model, spec } = await handlerOf('multiclass');
const table = createHandler(model, { failed });

const shape = [4, 4, 1] as const;
const imageSpec: ModelSpec = {
  ...spec,
  input: { kind: 'images', ...plainPixels(shape) },
  network: network([flatten(), dense(3)]),
};
const images = createHandler(
  (await servable(imageSpec, initialise(place(imageSpec.network, [1, 4, 4]), random(1)))).model,
  { failed },
);

const names = [
  'size',
  'count',
  'colour',
  'built',
  'image',
  'history',
  'time',
  '__proto__',
  'constructor',
  'toString',
  '0',
];
const words = fc.constantFrom(
  '__proto__',
  'red',
  '2020-01-01',
  '',
  ' ',
  '\u0000',
  '\ud800',
  '9'.repeat(400),
  '-0',
  '1e999',
);
const cell = fc.oneof(
  fc.jsonValue(),
  words,
  fc.double(),
  fc.constant(null),
  fc.array(fc.integer({ min: -1, max: 256 })),
);
const row = fc.oneof(fc.dictionary(fc.constantFrom(...names), cell), fc.array(cell, { maxLength: 20 }), cell);
const rows = fc.array(row, { maxLength: 4 });
const tensor = fc.record(
  {
    name: fc.oneof(fc.constantFrom(...names), cell),
    shape: fc.oneof(fc.array(fc.integer({ min: -1, max: 5 }), { maxLength: 3 }), cell),
    datatype: fc.oneof(fc.constantFrom('FP32', 'BYTES', 'UINT8', 'INT64'), cell),
    data: fc.oneof(rows, cell),
  },
  { requiredKeys: [] },
);
const some = { requiredKeys: [] };
const bodies = fc.oneof(
  row,
  rows,
  fc.record(
    { inputs: fc.oneof(fc.array(tensor, { maxLength: 5 }), row), outputs: fc.oneof(rows, cell), id: cell },
    some,
  ),
  fc.record({ instances: fc.oneof(rows, cell), inputs: fc.oneof(row, rows) }, some),
  fc.record({
    dataframe_split: fc.record({ columns: fc.oneof(fc.array(cell), cell), data: fc.oneof(rows, cell) }, some),
  }),
  fc.record({ dataframe_records: fc.oneof(rows, cell) }),
);
/** JSON that is whole, and JSON that is cut, repeated or has other bytes in its midst. */
const texts = bodies.map(value => JSON.stringify(value) ?? '');
const bent = fc.tuple(texts, fc.nat({ max: 200 }), fc.uint8Array({ maxLength: 3 })).map(([text, at, bytes]) => {
  const whole = Buffer.from(text);
  return new Uint8Array(Buffer.concat([whole.subarray(0, at), bytes, whole.subarray(at)]));
});
const body = fc.oneof(texts, bent, fc.uint8Array({ maxLength: 200 }), fc.string({ unit: 'binary' }));
const routes = [
  '/predict',
  '/predict?explain=1',
  '/models/model/predict',
  '/v2/models/model/infer',
  '/v1/models/model:predict',
  '/invocations',
  '/models/..%2f/predict',
  '/models/__proto__/predict',
  '/v1/models/constructor:predict',
];
const types = [
  'application/json',
  'text/csv',
  'application/octet-stream',
  'image/png',
  'text/plain',
  '',
  'x/y;charset=z',
  '__proto__',
];
const encodings = ['', 'gzip', 'deflate', 'br', 'identity', 'constructor'];

describe.each([
  ['a table', table],
  ['images', images],
] as const)('%s', (_, handler) => {
  test('no body on no route makes it fail inside', { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...routes),
        fc.oneof({ weight: 4, arbitrary: fc.constant('application/json') }, fc.constantFrom(...types)),
        fc.oneof({ weight: 4, arbitrary: fc.constant('') }, fc.constantFrom(...encodings)),
        body,
        async (path, type, encoding, content) => {
          const headers = { 'content-type': type, ...(encoding && { 'content-encoding': encoding }) };
          const answer = await handler(post(path, content, headers));
          expect([200, 400, 404, 413, 415]).toContain(answer.status);
          JSON.parse(await answer.text());
        },
      ),
      { numRuns: 2000 },
    );
  });
});

test('lists in lists in lists', async () => {
  for (const depth of [100, 200_000]) {
    const deep = '['.repeat(depth) + ']'.repeat(depth);
    for (const text of [deep, `{"size":${deep}}`, `{"inputs":${deep}}`, `{"instances":${deep}}`])
      for (const path of ['/predict', '/v2/models/model/infer', '/v1/models/model:predict', '/invocations'])
        expect((await table(post(path, text))).status, `${path} ${depth}`).toBe(400);
  }
});

test('names that every object has are columns like any other', async () => {
  for (const name of ['__proto__', 'constructor', 'prototype']) {
    const { size, ...rest } = record;
    const text = `{"${name}":{"size":${size}},${JSON.stringify(rest).slice(1)}`;
    const answer = await table(post('/predict', text));
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ errors: [{ pointer: '/size', found: 'nothing' }] });
  }
  for (const path of ['/models/__proto__/predict', '/v2/models/constructor/infer', '/v1/models/toString:predict'])
    expect((await table(post(path, record))).status).toBe(404);
});

test('a gzip bomb is given up at the limit, not after it', async () => {
  const bomb = gzipSync(Buffer.alloc(200 * 2 ** 20), { level: 9 });
  expect(bomb.length).toBeLessThan(2 ** 20);
  const before = process.memoryUsage().rss;
  const answer = await table(post('/predict', new Uint8Array(bomb), { 'content-encoding': 'gzip' }));
  expect(answer.status).toBe(413);
  expect(process.memoryUsage().rss - before).toBeLessThan(100 * 2 ** 20);
});

/** The checksum of a PNG chunk. */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}

test('a picture that says it is huge, and pictures that are damaged', async () => {
  const png = await sharp({ create: { width: 4, height: 4, channels: 3, background: '#123456' } })
    .png()
    .toBuffer();
  const sized = (side: number): Uint8Array => {
    const bytes = Buffer.from(png);
    bytes.writeUInt32BE(side, 16);
    bytes.writeUInt32BE(side, 20);
    bytes.writeUInt32BE(crc32(bytes.subarray(12, 29)), 29);
    return new Uint8Array(bytes);
  };
  const answered = (bytes: Uint8Array) => images(post('/predict', bytes, { 'content-type': 'image/png' }));
  const ask = async (bytes: Uint8Array) => (await answered(bytes)).status;
  expect(await ask(new Uint8Array(png))).toBe(200);
  for (const side of [10_000, 100_000]) {
    const answer = await answered(sized(side));
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ detail: expect.stringMatching(/it has .*pixels/) });
  }
  const flipped = fc.tuple(fc.nat({ max: png.length - 1 }), fc.integer({ min: 1, max: 255 }));
  await fc.assert(
    fc.asyncProperty(fc.array(flipped, { minLength: 1, maxLength: 4 }), async flips => {
      const bytes = new Uint8Array(png);
      for (const [at, by] of flips) bytes[at]! ^= by;
      expect([200, 400]).toContain(await ask(bytes));
    }),
    { numRuns: 200 },
  );
});
