import type { DuckDBConnection } from '@duckdb/node-api';
import { HillockError } from '../errors.ts';
import { type CellBatch, type RejectedRow, uniqueNames } from './cells.ts';
import { type Codes, codesOf } from './codes.ts';
import { checkGzipPages } from './parquet-pages.ts';
import { identifier, openSql, quoted } from './sql.ts';
import type { ReadNote } from './table.ts';

const magic = 'PAR1';

/** Whether bytes begin like a Parquet file. */
export function isParquet(bytes: Uint8Array): boolean {
  return bytes.length >= 4 && String.fromCharCode(...bytes.subarray(0, 4)) === magic;
}

// One string per row crosses from DuckDB several times faster than one value per cell.
const unitSeparator = 31;

const fromFile = (file: string): string => `read_parquet(${quoted(file)})`;

/** The columns of a file as it names them, the names that a table gives them, and DuckDB's types. */
export interface ParquetColumns {
  readonly raw: readonly string[];
  readonly names: readonly string[];
  readonly types: readonly string[];
  readonly notes: readonly ReadNote[];
}

export async function parquetColumns(connection: DuckDBConnection, file: string): Promise<ParquetColumns> {
  const text = `SELECT name, type FROM (DESCRIBE FROM ${fromFile(file)}) d(name, type)`;
  const columns = (await connection.runAndReadAll(text)).getRows();
  const raw = columns.map(([name]) => String(name));
  return { raw, types: columns.map(([, type]) => String(type)), ...uniqueNames(raw.map(name => name.trim())) };
}

/** A row as one text, cells apart by a control character. */
export function joinedRow({ raw }: ParquetColumns): string {
  const cells = raw.map(name => `coalesce(${identifier(name)}::VARCHAR, '')`);
  return `concat_ws(chr(${unitSeparator}), ${cells.join(', ')})`;
}

/** What went wrong with a Parquet file, for a person. */
export const parquetError = (source: string, error: unknown): HillockError =>
  error instanceof HillockError
    ? error
    : notParquet(source, error instanceof Error ? error.message.split('\n')[0]! : String(error), error);

/** Rows of a Parquet file, batch by batch, every value as text. */
export async function* readParquet(file: string, source: string): AsyncGenerator<CellBatch> {
  const connection = await openSql();
  try {
    await checkGzipPages(connection, file);
    const columns = await parquetColumns(connection, file);
    const { names, notes } = columns;
    const result = await connection.stream(`SELECT ${joinedRow(columns)} FROM ${fromFile(file)}`);
    let row = 1;
    for (;;) {
      const chunk = await result.fetchChunk();
      if (!chunk || chunk.rowCount === 0) break;
      yield { ...batchOfJoined(names, chunk.getColumnValues(0).map(String), row), notes: row === 1 ? notes : [] };
      row += chunk.rowCount;
    }
    if (row === 1) yield { ...batchOfJoined(names, [], 1), notes };
  } catch (error) {
    throw parquetError(source, error);
  } finally {
    connection.closeSync();
  }
}

/** Rows that `joinedRow` made; the control character itself makes a row unusable. */
export function batchOfJoined(names: readonly string[], records: readonly string[], firstRow: number): CellBatch {
  const width = names.length;
  const text = records.join('');
  const codes = codesOf(text);
  const starts = new Int32Array(records.length * width);
  const ends = new Int32Array(records.length * width);
  const lines: number[] = [];
  const rejected: RejectedRow[] = [];
  let at = 0;
  records.forEach((record, r) => {
    const last = at + record.length;
    const base = lines.length * width;
    let count = 0;
    for (let start = at; start <= last; count++) {
      let end = start;
      while (end < last && codes[end] !== unitSeparator) end++;
      if (count < width) trimInto(codes, start, end, base + count, starts, ends);
      start = end + 1;
    }
    if (count === width) lines.push(firstRow + r);
    else rejected.push({ line: firstRow + r, message: 'a text with the control character U+001F' });
    at = last;
  });
  return {
    names,
    text,
    codes,
    rows: lines.length,
    starts,
    ends,
    escaped: null,
    lines: Float64Array.from(lines),
    rejected,
    notes: [],
  };
}

function trimInto(codes: Codes, from: number, to: number, index: number, starts: Int32Array, ends: Int32Array): void {
  let start = from;
  let end = to;
  while (start < end && codes[start]! <= 32) start++;
  while (end > start && codes[end - 1]! <= 32) end--;
  starts[index] = start;
  ends[index] = end;
}

/** The error for a file that is called Parquet but is none. */
export function notParquet(source: string, found: string, cause?: unknown): HillockError {
  return new HillockError(
    'data',
    `${source} is not a valid Parquet file: ${found}`,
    'get the file again, or export it once more',
    cause === undefined ? undefined : { cause },
  );
}
