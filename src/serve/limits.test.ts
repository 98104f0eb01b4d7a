import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { createHandler } from './index.ts';
import { get, handlerOf, post, record } from './testing.case.ts';

const { handler, model } = await handlerOf('multiclass');

describe('limits', () => {
  test('of bytes, rows and requests', async () => {
    const small = createHandler(model, { bodyBytes: 100, rows: 2 });
    expect((await small(post('/predict', 'x'.repeat(101)))).status).toBe(413);
    expect((await small(post('/predict', gzipSync('x'.repeat(10_000)), { 'content-encoding': 'gzip' }))).status).toBe(
      413,
    );
    const few = createHandler(model, { rows: 2 });
    expect((await few(post('/predict', [record, record, record]))).status).toBe(413);
    const one = createHandler(model, { requests: 1 });
    const answers = await Promise.all([1, 2, 3].map(() => one(post('/predict', record))));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 503, 503]);
    expect(answers.find(({ status }) => status === 503)!.headers.get('retry-after')).toBe('1');
  });
  test('of rows that wait', async () => {
    const narrow = createHandler(model, { queueRows: 3 });
    const two = [record, record];
    const answers = await Promise.all([1, 2, 3].map(() => narrow(post('/predict', two))));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 503, 503]);
    expect((await narrow(post('/predict', two))).status).toBe(200);
  });
  test('gzip is read, other and broken encodings are refused', async () => {
    const zipped = gzipSync(JSON.stringify(record));
    expect((await handler(post('/predict', zipped, { 'content-encoding': 'gzip' }))).status).toBe(200);
    expect((await handler(post('/predict', zipped.subarray(0, 20), { 'content-encoding': 'gzip' }))).status).toBe(400);
    expect((await handler(post('/predict', zipped, { 'content-encoding': 'br' }))).status).toBe(415);
  });
});

test('an empty token is a slip, not an open door', () => {
  expect(() => createHandler(model, { token: '' })).toThrow(/token/);
});

test('a token comes as the password that a browser asks for, too', async () => {
  const own = createHandler(model, { token: 'sesam:öffne' });
  const asked = await own(get('/'));
  expect([asked.status, asked.headers.get('www-authenticate')]).toEqual([401, expect.stringMatching(/^Basic realm=/)]);
  const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;
  expect((await own(get('/', { authorization: basic('me:sesam:öffne') }))).status).toBe(200);
  for (const wrong of [basic('me:sesam'), basic('sesam:öffne:'), 'Basic %%%', 'Basic '])
    expect((await own(get('/', { authorization: wrong }))).status).toBe(401);
  expect((await own(post('/predict', record))).headers.get('www-authenticate')).toBe('Bearer');
});

test('the explanation of one row is one row, however few a request may have', async () => {
  const own = createHandler(model, { rows: 1 });
  expect((await own(post('/predict?explain=1', record))).status).toBe(200);
  expect(await (await own(get('/metrics'))).text()).toMatch(/hillock_rows_total\{model="model"\} 1\n/);
});

test('bodies that together are too long wait for others to end', async () => {
  const own = createHandler(model, { allBodyBytes: 2 ** 16 });
  const piece = new Uint8Array(2 ** 12).fill(32);
  let pieces = 0;
  let go: () => void = () => undefined;
  const whole = new Promise<void>(resolve => {
    go = resolve;
  });
  const body = new ReadableStream({
    async pull(controller) {
      if (pieces++ < 2 ** 4) return controller.enqueue(piece);
      await whole;
      controller.enqueue(new TextEncoder().encode(JSON.stringify(record)));
      controller.close();
    },
  });
  const headers = { 'content-type': 'application/json' };
  const first = own(
    new Request('http://service/predict', { method: 'POST', headers, body, duplex: 'half' } as RequestInit),
  );
  while (pieces <= 2 ** 4) await new Promise(resolve => setTimeout(resolve, 5));
  const refused = await own(post('/predict', record));
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);
  go();
  expect((await first).status).toBe(200);
  expect((await own(post('/predict', record))).status).toBe(200);
});
