import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fetchBlob, fileName } from './address.ts';
import { table } from './table.ts';

const server = createServer(({ url }, answer) => {
  if (url === '/broken.csv') {
    answer.writeHead(200, { 'content-length': '1000' });
    answer.write('a,b\n', () => answer.destroy());
  } else answer.end('a,b\n1,2\n');
});
let base = '';
beforeAll(async () => {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.close();
});

test('a body that breaks off is said in words', async () => {
  const found = fetchBlob(new URL('/broken.csv', base), 'data');
  await expect(found).rejects.toMatchObject({
    name: 'HillockError',
    kind: 'data',
    message: expect.stringContaining('/broken.csv cannot be loaded: '),
  });
});

test('an address with a percent sign that begins nothing', async () => {
  expect(fileName(new URL('/data/100%.csv', base))).toBe('100%.csv');
  expect(fileName(new URL('/data/two%20words.csv', base))).toBe('two words.csv');
  expect((await table(new URL('/data/100%.csv', base))).rows).toBe(1);
});
