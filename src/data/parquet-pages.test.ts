import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, expect, test } from 'vitest';
import { pageHeader } from './page-header.ts';
import { table } from './source.ts';

const folder = mkdtempSync(join(tmpdir(), 'hillock-pages-'));
afterAll(() => rmSync(folder, { recursive: true }));
const connection = await (await DuckDBInstance.create(':memory:')).connect();

async function written(name: string, options: string): Promise<string> {
  const path = join(folder, `${name}.parquet`);
  const select =
    "SELECT i AS n, if(i % 7 = 0, NULL, sqrt(i)) AS x, 'word ' || (i % 5) AS w, repeat('a', (i % 400)::INT) AS long FROM range(5000) r(i)";
  await connection.run(`COPY (${select}) TO '${path}' (FORMAT parquet, COMPRESSION gzip, ${options})`);
  return path;
}

const kinds = ['PARQUET_VERSION V1', 'PARQUET_VERSION V2', 'ROW_GROUP_SIZE 2048'];

test.each(kinds)('%s: whole files are read', async options => {
  const { rows, columns } = await table(await written(options.replaceAll(' ', '-'), options));
  expect(rows).toBe(5000);
  expect(columns.map(({ name }) => name)).toEqual(['n', 'x', 'w', 'long']);
});

test.each(kinds)('%s: a page that is damaged names its column', async options => {
  const path = await written('damaged', options);
  const good = readFileSync(path);
  const begins = [...good.keys()].filter(at => good[at] === 0x1f && good[at + 1] === 0x8b && good[at + 2] === 8);
  expect(begins.length).toBeGreaterThanOrEqual(4);
  for (const begin of begins.slice(0, 6)) {
    const bad = Buffer.from(good);
    bad[begin + 14]! ^= 4;
    writeFileSync(path, bad);
    await expect(table(path)).rejects.toMatchObject({
      kind: 'data',
      message: expect.stringMatching(/not a valid Parquet file: a page of (n|x|w|long) (is damaged|holds)/),
    });
  }
});

test('a page header is read field by field', () => {
  // type 0, 300 bytes unpacked, 20 packed, a checksum, and the sizes of levels of a second version that is not packed.
  const header = Uint8Array.of(
    0x15,
    0x00,
    0x15,
    0xd8,
    0x04,
    0x15,
    0x28,
    0x15,
    0x0b,
    0x4c,
    0x15,
    0x02,
    0x15,
    0x02,
    0x15,
    0x02,
    0x15,
    0x00,
    0x15,
    0x06,
    0x15,
    0x04,
    0x12,
    0x00,
    0x00,
  );
  expect(pageHeader(header, 0)).toEqual({ length: 25, uncompressed: 300, compressed: 20, levels: 5, packed: false });
  for (let cut = 0; cut < header.length; cut++) expect(pageHeader(header.subarray(0, cut), 0)).toBeNull();
  expect(() => pageHeader(Uint8Array.of(0x15, ...new Uint8Array(12).fill(0xff)), 0)).toThrow(/does not end/);
  expect(() => pageHeader(new Uint8Array(40).fill(0x1c), 0)).toThrow(/too deep/);
});
