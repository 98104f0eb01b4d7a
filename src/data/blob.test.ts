/** Tables from files without a disk: what `table` reads in Node, from bytes that come in pieces. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { readBlob } from './blob.ts';
import { table } from './source.ts';

const line = (i: number): string =>
  `${i},${i % 3 === 0 ? 'Ärger' : 'ok'},2024-01-${String((i % 28) + 1).padStart(2, '0')}`;
const rows = Array.from({ length: 5_000 }, (_, i) => line(i));
// The first cells of a column mislead about its type, so that it is read again.
const late = Array.from({ length: 5_000 }, (_, i) => (i < 4_900 ? `${i}` : `word ${i % 5}`));

const texts: readonly (readonly [string, string])[] = [
  ['plain.csv', ['id,word,day', ...rows].join('\n')],
  ['late.csv', ['id,mixed', ...late.map((cell, i) => `${i},${cell}`)].join('\n')],
  ['lines.jsonl', rows.map((_, i) => JSON.stringify({ id: i, word: i % 2 ? 'a' : 'b' })).join('\n')],
  ['one.json', '[{"a":1,"b":"x"},{"a":2,"b":"y"},{"a":null,"b":"x"}]'],
  ['semicolons.txt', 'a;b\n1,5;x\n2,5;y\n3,5;x\n'],
];

describe.each(texts)('%s', (name, text) => {
  test.each([
    ['plain', (bytes: Uint8Array) => bytes],
    ['gzip', (bytes: Uint8Array) => new Uint8Array(gzipSync(bytes))],
  ] as const)('%s: as from the disk', async (how, pack) => {
    const folder = await mkdtemp(join(tmpdir(), 'hillock-blob-'));
    try {
      const bytes = pack(new TextEncoder().encode(text));
      const file = how === 'gzip' ? `${name}.gz` : name;
      const path = join(folder, file);
      await writeFile(path, bytes);
      const [own, disk] = [await readBlob(new Blob([bytes as Uint8Array<ArrayBuffer>]), file), await table(path)];
      expect({ ...own, source: '' }).toEqual({ ...disk, source: '' });
      expect(own.rows).toBeGreaterThan(2);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

const refused: readonly (readonly [string, Uint8Array, RegExp])[] = [
  ['a gzip file that is cut off', gzipSync(texts[0]![1]).subarray(0, 5000), /^cut\.csv cannot be read: /],
  ['a Parquet file', new TextEncoder().encode('PAR1 and more'), /Parquet file, which is only read in Node/],
  ['nothing', new Uint8Array(), /is empty/],
  ['binary content', new Uint8Array(1000), /is not a text table/],
];

test.each(refused)('%s is refused', async (_, bytes, message) => {
  const error = await readBlob(new Blob([bytes as Uint8Array<ArrayBuffer>]), 'cut.csv').catch(
    (reason: unknown) => reason,
  );
  expect(error).toMatchObject({ name: 'HillockError', kind: 'data', message: expect.stringMatching(message) });
});
