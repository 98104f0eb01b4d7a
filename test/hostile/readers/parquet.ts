import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import { table } from '../../../src/data/source.ts';
import type { Table } from '../../../src/data/table.ts';
import { differs, first, reader, type Verdict } from '../reader.ts';
import { cellsOf, wholeTable } from './table.ts';

const instance = await DuckDBInstance.create(':memory:');
const connection = await instance.connect();
// The same path holds other bytes in every case.
await connection.run('SET enable_external_file_cache = false');

/** One small file for each way in which DuckDB packs columns. */
async function written(): Promise<readonly Uint8Array[]> {
  const folder = mkdtempSync(join(tmpdir(), 'hillock-parquet-'));
  try {
    const files: Uint8Array[] = [];
    for (const codec of ['uncompressed', 'snappy', 'zstd', 'gzip']) {
      for (const rows of [3, 40]) {
        const path = join(folder, `${codec}-${rows}.parquet`);
        const select = `SELECT i AS n, i / 4 AS x, 'word ' || (i % 3) AS w, DATE '2024-01-01' + i::INT AS d, if(i % 5 = 0, NULL, i) AS m FROM range(${rows}) r(i)`;
        await connection.run(`COPY (${select}) TO '${path}' (FORMAT parquet, COMPRESSION ${codec})`);
        files.push(new Uint8Array(readFileSync(path)));
      }
    }
    return files;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The texts of every column, each by a query of its own. */
async function columnsOf(file: string): Promise<readonly (readonly [string, readonly string[]])[]> {
  const from = `read_parquet('${file.replaceAll("'", "''")}')`;
  const names = (await connection.runAndReadAll(`SELECT * FROM ${from} LIMIT 0`)).columnNames();
  const texts = names.map(async name => {
    const rows = (
      await connection.runAndReadAll(`SELECT "${name.replaceAll('"', '""')}"::VARCHAR FROM ${from}`)
    ).getRows();
    return [name, rows.map(([value]) => trimmed(String(value ?? '')))] as const;
  });
  return Promise.all(texts);
}

/** Without blanks and control characters at both ends. */
const trimmed = (text: string): string => {
  let [begin, end] = [0, text.length];
  while (begin < end && text.charCodeAt(begin) <= 32) begin++;
  while (end > begin && text.charCodeAt(end - 1) <= 32) end--;
  return text.slice(begin, end);
};

/** What is wrong with a table, seen by the columns of its file. */
async function wrongWith(found: Table, file: string): Promise<Verdict> {
  if (found.notes.some(({ message }) => /left out|appears more than once|has no name/.test(message)))
    return wholeTable(found);
  const columns = await columnsOf(file);
  return first(
    wholeTable(found),
    differs('rows', found.rows, columns[0]![1].length),
    differs(
      'names',
      found.columns.map(({ name }) => name),
      columns.map(([name]) => name.trim()),
    ),
    ...found.columns.map((column, i) => cellsOf(column, columns[i]![1])),
  );
}

const files = await written();

export const parquet = reader<Table>({
  name: 'parquet',
  file: 'table.parquet',
  read: file => table(file),
  valid: fc
    .constantFrom(...files)
    .map(bytes => ({ bytes, judge: ({ columns }) => differs('columns', columns.length, 5) })),
  judge: (_, found, file) => wrongWith(found, file),
  words: ['PAR1', '\x15\x04\x15', '\0\0\0\0', '\x19\x5c', '\xff\xff\xff\xff\x0f'],
});
