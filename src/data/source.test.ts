import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { batches, type RowBatch } from './batches.ts';
import type { CellOptions } from './cells.ts';
import { readSource, table } from './source.ts';
import { cellValue, column, type Table } from './table.ts';
import { failure, temporaryFiles } from './testing.case.ts';

const write = temporaryFiles();
const text = 'n,w,d\n1.5,x,2020-01-01\n,y,2020-01-02\n3,"a,b",2020-01-03\n';
const values = (t: Table): unknown[][] =>
  t.columns.map(c => Array.from({ length: t.rows }, (_, row) => cellValue(c, row)));
const expected = [
  [1.5, null, 3],
  ['x', 'y', 'a,b'],
  ['2020-01-01', '2020-01-02', '2020-01-03'],
];

async function writeParquet(name: string, query: string): Promise<string> {
  const path = await write(name, '');
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  await connection.run(`COPY (${query}) TO '${path}' (FORMAT parquet)`);
  connection.closeSync();
  return path;
}

async function collect(source: string, options: CellOptions & { batchRows?: number } = {}): Promise<RowBatch[]> {
  const all: RowBatch[] = [];
  for await (const batch of batches(source, options)) all.push(batch);
  return all;
}

describe('one table in every format', () => {
  test('CSV, plain and gzip', async () => {
    const plain = await table(await write('t.csv', text), { target: 'w' });
    const packed = await table(await write('t.csv.gz', gzipSync(text)));
    expect(values(plain)).toEqual(expected);
    expect(packed.fingerprint).toBe(plain.fingerprint);
    expect(plain.target).toBe('w');
  });

  test('JSON, JSON Lines and gzip of them', async () => {
    const records = expected[0]!.map((n, i) => ({ n, w: expected[1]![i], d: expected[2]![i] }));
    const lines = records.map(record => JSON.stringify(record)).join('\n');
    for (const [name, content] of [
      ['t.json', JSON.stringify(records)],
      ['t.jsonl', lines],
      ['t.ndjson.gz', gzipSync(lines)],
      ['t.txt.json.gz', gzipSync(JSON.stringify(records, null, 1))],
    ] as const) {
      expect(values(await table(await write(name, content)))).toEqual(expected);
    }
  });

  test('Parquet with typed columns', async () => {
    const query = `SELECT * FROM (VALUES (1.5::DOUBLE, 'x', DATE '2020-01-01', true), (NULL, 'y', DATE '2020-01-02', false),
      (3, 'a,b', DATE '2020-01-03', NULL)) AS t(n, w, d, "odd "" name")`;
    const result = await table(await writeParquet('t.parquet', query));
    expect(values(result)).toEqual([...expected, ['true', 'false', null]]);
    expect(result.columns.map(c => c.type)).toEqual(['number', 'text', 'date', 'text']);
    expect(result.columns[3]!.name).toBe('odd " name');
  });
});

describe('errors', () => {
  test('no such file, with the nearest name', async () => {
    const path = await write('people.csv', text);
    const error = await failure(table(path.replace('people', 'poeple')));
    expect([error.kind, error.message, error.hint]).toEqual([
      'data',
      expect.stringMatching(/there is no file .*poeple\.csv/),
      `did you mean '${path}'?`,
    ]);
    expect((await failure(table(join(path, 'x.csv')))).message).toMatch(/there is no file/);
    expect((await failure(table('/no/such/folder/x.csv'))).hint).toMatch(/no folder/);
  });

  test('no such column, with the nearest name', async () => {
    const error = await failure(table(await write('c.csv', 'height,weight\n1,2\n'), { target: 'hieght' }));
    expect(error.hint).toBe("did you mean 'height'?");
  });

  test('a folder without known files', async () => {
    const path = await write('folder.csv', text);
    expect((await failure(readSource(dirname(path)))).message).toMatch(
      /folder without data that can be read; it holds .*folder\.csv/s,
    );
    const empty = join(dirname(path), 'empty');
    await mkdir(empty);
    expect((await failure(readSource(empty))).message).toMatch(/holds nothing/);
  });

  test.each([
    ['empty.csv', '', /is empty/],
    ['header.csv', 'a,b\n', /no rows of values/],
    ['garbage.csv', Uint8Array.from({ length: 999 }, (_, i) => (i * 7919) % 256), /not a text table/],
    ['cut.csv.gz', gzipSync(text.repeat(500)).subarray(0, 60), /gzip file is cut off/],
    ['wrong.parquet', text, /not a valid Parquet file: it does not begin with 'PAR1'/],
    ['cut.parquet', 'PAR1 and then nothing of use', /not a valid Parquet file/],
    ['object.json', '{"a": [1, 2]}', /one JSON object, expected an array/],
  ])('%s', async (name, content, message) => {
    const error = await failure(table(await write(name, content)));
    expect([error.kind, error.message]).toEqual(['data', expect.stringMatching(message)]);
  });

  test('images where a table is expected, an unknown built-in name', async () => {
    expect((await failure(table('demo:digits'))).message).toMatch(/holds images/);
    expect((await failure(table('demo:digit'))).hint).toBe("did you mean 'demo:digits'?");
  });
});

describe('batches', () => {
  test('rows in file order with lines, rejected rows beside them', async () => {
    const path = await write('b.csv', 'a,b\n1,x\n2\n3,"y\nz"\n4,w\n5,v,u\n');
    const [first, second] = await collect(path, { batchRows: 2 });
    expect(first).toMatchObject({
      names: ['a', 'b'],
      rows: [
        ['1', 'x'],
        ['3', 'y\nz'],
      ],
      firstRow: 1,
    });
    expect([...first!.lines]).toEqual([2, 4]);
    expect(first!.rejected.map(row => row.line)).toEqual([3]);
    expect(second).toMatchObject({ rows: [['4', 'w']], firstRow: 3 });
    expect(second!.rejected).toEqual([{ line: 7, message: '3 cells instead of 2: 5,v,u', cells: ['5', 'v'] }]);
  });

  test('the same rows as the table, in every format', async () => {
    const n = 5000;
    const rows = Array.from({ length: n }, (_, i) => ({ id: String(i), word: `w"${i % 7},` }));
    const csvText = rows.map(row => `${row.id},"${row.word.replaceAll('"', '""')}"`).join('\n');
    const parquet = `SELECT i::VARCHAR AS id, 'w"' || (i % 7) || ',' AS word FROM range(${n}) t(i)`;
    for (const path of [
      await write('r.csv', `id,word\n${csvText}`),
      await write('r.csv.gz', gzipSync(`id,word\n${csvText}`)),
      await write('r.jsonl', rows.map(row => JSON.stringify(row)).join('\n')),
      await writeParquet('r.parquet', parquet),
    ]) {
      const all = await collect(path, { batchRows: 777 });
      expect(all.flatMap(batch => batch.rows)).toEqual(rows.map(row => [row.id, row.word]));
      let next = 1;
      for (const batch of all) {
        expect(batch.firstRow).toBe(next);
        next += batch.rows.length;
      }
      const whole = await table(path);
      expect(Array.from({ length: n }, (_, row) => cellValue(column(whole, 'id'), row))).toEqual(
        rows.map(row => Number(row.id)),
      );
    }
  });

  test('a file without a header takes the expected names', async () => {
    const path = await write('h.csv', '1,x\n2,y\n');
    expect((await collect(path, { like: ['n', 'w', 'label'], target: 'label' }))[0]!.names).toEqual(['n', 'w']);
  });

  test('a source without rows is an error', async () => {
    expect((await failure(collect(await write('none.csv', 'a,b\n')))).message).toMatch(/no rows of values/);
  });
});
