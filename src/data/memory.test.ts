import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { readAll } from './files.ts';
import { checkTableMemory } from './memory.ts';
import { failure, temporaryFiles } from './testing.case.ts';

const file = temporaryFiles();

test('a small file that unpacks to much is refused while it is unpacked', async () => {
  const path = await file('bomb.gz', gzipSync(new Uint8Array(64e6)));
  expect((await failure(readAll(path, 20e6))).message).toMatch(/unpacks to more than .* GB/);
  expect((await readAll(path, 200e6)).length).toBe(64e6);
});

test('a table is refused when its rows fill the memory', () => {
  expect(() => checkTableMemory('x.csv', 1e6, 100, 4e9)).not.toThrow();
  expect(() => checkTableMemory('x.csv', 1e6, 300, 4e9)).toThrow(/1,000,000 rows of 300 columns/);
});
