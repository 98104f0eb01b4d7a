/** Tables that are drawn from larger files: the same cells as those of the file read at once. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { random } from '../random.ts';
import { cellReader } from './cell-reader.ts';
import { chunkRows } from './chunk-rows.ts';
import { readChunk } from './chunk-task.ts';
import type { ChunkReaders } from './chunk-threads.ts';
import { textFormat } from './decode.ts';
import { cellRows, drawTable, type RowSource } from './drawn.ts';
import { readBytes } from './files.ts';
import { parquetRows } from './parquet-rows.ts';
import { readSource, table } from './source.ts';
import { cellValue, column, type Piece, type Table } from './table.ts';

let folder: string;
const files: { name: string; rows: (file: string) => Promise<RowSource> }[] = [
  { name: 'big.csv', rows: async file => cellRows(file, await cellReader(file, file, {})) },
  { name: 'big.tsv', rows: async file => chunked(file) },
  { name: 'big.parquet', rows: async file => parquetRows(file, file) },
];
const count = 9000;

function chunked(file: string): RowSource {
  const format = textFormat(file, '');
  const readers: ChunkReaders = { size: 2, read: async task => readChunk(task), close: async () => undefined };
  const text = { source: file, read: () => readBytes(file), options: {}, chunkBytes: 1 << 14 };
  return chunkRows({ ...text, format: { ...format, chunks: format.chunks! } }, () => readers);
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hillock-drawn-'));
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  const select = `SELECT i AS place, CASE WHEN i % 7 = 0 THEN NULL ELSE i / 8 END AS eighth,
    CASE WHEN i % 11 = 0 THEN '?' ELSE 'a "quoted", level ' || i % 5 END AS word, 'one of many ' || i % 2000 AS many,
    strftime(DATE '2001-03-01' + (i % 900)::INTEGER, '%d.%m.%Y') AS day, i % 3 AS code,
    CASE WHEN i % 17 = 0 THEN 'Infinity'::DOUBLE ELSE i / 4 END AS endless FROM range(${count}) r(i)`;
  for (const form of ['csv', 'parquet'])
    await connection.run(`COPY (${select}) TO '${folder}/big.${form}' (FORMAT ${form})`);
  await connection.run(`COPY (${select}) TO '${folder}/big.tsv' (FORMAT csv, DELIMITER '\t')`);
  connection.closeSync();
});
afterAll(() => rm(folder, { recursive: true }));

const cells = ({ columns }: Pick<Table, 'columns'>, name: string, row: number) =>
  cellValue(column({ columns, source: 'test' }, name), row);

describe.each(files)('$name', ({ name, rows }) => {
  const drawn = async (size: number): Promise<Table> => {
    const file = join(folder, name);
    return drawTable(file, await rows(file), { rng: random(1), size });
  };

  test('drawn rows are rows of the file, in their order', async () => {
    const some = await drawn(1000);
    expect(some.rows).toBeGreaterThan(900);
    expect(some.rows).toBeLessThanOrEqual(2000);
    expect(some.whole!.rows).toBe(count);
    const all = await table(join(folder, name));
    for (const [row, place] of some.whole!.places.entries()) {
      for (const { name: own } of all.columns) expect(cells(some, own, row)).toEqual(cells(all, own, place));
    }
    expect([...some.whole!.places].every((place, i, list) => i === 0 || place > list[i - 1]!)).toBe(true);
  });

  test('every row is as likely: no tenth of the file is drawn from twice as often as another', async () => {
    const { whole } = await drawn(2000);
    const tenths = new Array<number>(10).fill(0);
    for (const place of whole!.places) tenths[Math.floor((10 * place) / count)]!++;
    expect(Math.max(...tenths) / Math.min(...tenths)).toBeLessThan(1.5);
  });

  test('its pieces are the whole file, typed as the drawn rows are', async () => {
    const some = await drawn(500);
    const all = await table(join(folder, name));
    const names = ['day', 'eighth', 'word', 'many', 'code', 'endless'];
    const pieces: Piece[] = [];
    for await (const piece of some.whole!.pieces(names)) pieces.push(piece);
    const levelsOf = (own: string): readonly string[] | null => {
      const found = column(some, own);
      return found.type === 'text' ? found.levels : null;
    };
    const levels = new Map(names.map(own => [own, levelsOf(own)]));
    let first = 0;
    for (const piece of pieces) {
      for (let row = 0; row < piece.rows; row += 13)
        for (const own of names) {
          const wanted = cells(all, own, first + row);
          const got = cells(piece, own, row);
          const known = levels.get(own);
          if (!known || wanted === null || known.includes(String(wanted))) expect(got).toEqual(wanted);
          else expect(got).not.toBeNull();
        }
      first += piece.rows;
    }
    expect(first).toBe(count);
  });
});

test('a stream that can be read only once is refused', async () => {
  await expect(readSource('-', { stream: true })).rejects.toThrow(/read once only/);
});

test('too many broken rows are refused as they are in a whole table', async () => {
  const file = join(folder, 'broken.csv');
  await writeFile(file, `a,b\n${'1,2\n3\n'.repeat(200)}`);
  await expect(readSource(file, { stream: true })).rejects.toThrow(/rows cannot be used/);
});
