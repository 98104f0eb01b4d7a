import { HillockError } from '../errors.ts';
import { batchOfStrings, type CellBatch, uniqueNames } from './cells.ts';

const magic = 'PAR1';

/** Whether bytes begin like a Parquet file. */
export function isParquet(bytes: Uint8Array): boolean {
  return bytes.length >= 4 && String.fromCharCode(...bytes.subarray(0, 4)) === magic;
}

/** Rows of a Parquet file, batch by batch, every value as text. */
export async function* readParquet(file: string, source: string): AsyncGenerator<CellBatch> {
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    const path = file.replaceAll("'", "''");
    const result = await connection.stream(`SELECT COLUMNS(*)::VARCHAR FROM read_parquet('${path}')`);
    const { names, notes } = uniqueNames(result.columnNames().map(name => name.trim()));
    let row = 1;
    for (;;) {
      const chunk = await result.fetchChunk();
      if (!chunk || chunk.rowCount === 0) break;
      const columns = names.map((_, index) => chunk.getColumnValues(index));
      const rows = Array.from({ length: chunk.rowCount }, (_, r) =>
        columns.map(column => (column[r] === null || column[r] === undefined ? '' : String(column[r]))),
      );
      const lines = Float64Array.from(rows, (_, r) => row + r);
      yield batchOfStrings(names, rows, { lines, rejected: [], notes: row === 1 ? notes : [] });
      row += chunk.rowCount;
    }
    if (row === 1) yield batchOfStrings(names, [], { lines: new Float64Array(0), rejected: [], notes });
  } catch (error) {
    if (error instanceof HillockError) throw error;
    throw notParquet(source, error instanceof Error ? error.message.split('\n')[0]! : String(error), error);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
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
