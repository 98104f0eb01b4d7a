/** Rows of a Parquet file that is larger than memory: numbers and words cross from DuckDB as typed arrays. */
import type { DuckDBDataChunk } from '@duckdb/node-api';
import { dateIn } from './dates.ts';
import type { RowSource } from './drawn.ts';
import { missingTokens } from './missing.ts';
import { numberIn } from './numbers.ts';
import { batchOfJoined, joinedRow, openParquet, parquetColumns, parquetError } from './parquet.ts';
import { checkGzipPages } from './parquet-pages.ts';
import { identifier, quoted } from './sql.ts';
import { type Column, textColumn } from './table.ts';

/** How a column is asked for, and what becomes of what comes. */
interface Fetch {
  readonly sql: string;
  column(chunk: DuckDBDataChunk, index: number): Column;
}

const numeric = /^(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT|U\w*INT|FLOAT|DOUBLE|DECIMAL.*)$/;

/** Words that are told by their place in a list, not one by one. */
const mostListed = 1000;

/** The numbers of a column that has no missing ones. */
function numbersOf<T extends Float64Array | Int32Array>(chunk: DuckDBDataChunk, index: number, target: T): T {
  const vector = chunk.getColumnVector(index);
  for (let row = 0; row < target.length; row++) target[row] = vector.getItem(row) as number;
  return target;
}

const texts = (chunk: DuckDBDataChunk, index: number): string[] => chunk.getColumnValues(index).map(String);

function fetchOf(like: Column, raw: string, type: string): Fetch {
  const own = identifier(raw);
  const text = `trim(coalesce(${own}::VARCHAR, ''), ' ' || chr(9) || chr(10) || chr(13))`;
  if (like.type === 'number' && numeric.test(type)) {
    return {
      sql: `coalesce(${own}::DOUBLE, 'NaN'::DOUBLE)`,
      column: (chunk, index) => ({ ...like, values: numbersOf(chunk, index, new Float64Array(chunk.rowCount)) }),
    };
  }
  if (like.type === 'text' && like.levels.length <= mostListed) {
    const missing = `${text} IN (${['', ...missingTokens].map(quoted).join(', ')})`;
    const place = `coalesce(list_position([${like.levels.map(quoted).join(', ')}]::VARCHAR[], ${text}), ${like.levels.length + 1})`;
    const levels = [...like.levels, 'none of the levels'];
    return {
      sql: `(CASE WHEN ${missing} THEN 0 ELSE ${place} END - 1)::INTEGER`,
      column: (chunk, index) => ({ ...like, codes: numbersOf(chunk, index, new Int32Array(chunk.rowCount)), levels }),
    };
  }
  const read =
    like.type === 'date'
      ? (cell: string) => dateIn(cell, like.format)
      : (cell: string) => numberIn(cell, like.type === 'number' ? (like.decimal ?? '.') : '.');
  return {
    sql: text,
    column: (chunk, index) =>
      like.type === 'text'
        ? textColumn(
            like.name,
            texts(chunk, index).map(cell => cell || null),
          )
        : { ...like, values: Float64Array.from(texts(chunk, index), read) },
  };
}

/** A row is drawn when its hash is below its share of this. */
const scale = 2 ** 32;

/** The rows of a Parquet file. */
export const parquetRows = (file: string, source: string): RowSource => ({
  async draw(size, rng) {
    const connection = await openParquet();
    try {
      await checkGzipPages(connection, file);
      const columns = await parquetColumns(connection, file);
      const from = `read_parquet(${quoted(file)}, file_row_number = true)`;
      const [[total]] = (await connection.runAndReadAll(`SELECT count(*)::INTEGER FROM ${from}`)).getRows() as [
        [number],
      ];
      const limit = Math.min(scale, Math.ceil((size / Math.max(1, total)) * scale));
      const drawn = `hash(file_row_number, ${rng.below(scale)}) % ${scale} < ${limit}`;
      const text = `SELECT file_row_number::DOUBLE, ${joinedRow(columns)} FROM ${from} WHERE ${drawn} ORDER BY file_row_number`;
      const chunks = (await connection.runAndReadAll(text)).getColumns() as [number[], string[]];
      const [places, records] = [chunks[0] ?? [], chunks[1] ?? []];
      const batch = batchOfJoined(columns.names, records, 1);
      const kept = Float64Array.from(places).filter((_, i) => !batch.rejected.some(({ line }) => line === i + 1));
      return { rows: total, batches: [{ ...batch, notes: columns.notes }], places: kept };
    } catch (error) {
      throw parquetError(source, error);
    } finally {
      connection.closeSync();
    }
  },
  async *pieces(columns) {
    const connection = await openParquet();
    try {
      const known = await parquetColumns(connection, file);
      const fetches = columns.map(like => {
        const index = known.names.indexOf(like.name);
        return fetchOf(like, known.raw[index]!, known.types[index]!);
      });
      const result = await connection.stream(
        `SELECT ${fetches.map(({ sql }) => sql).join(', ')} FROM read_parquet(${quoted(file)})`,
      );
      for (let chunk = await result.fetchChunk(); chunk && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
        const read = chunk;
        yield { rows: read.rowCount, columns: fetches.map(({ column }, index) => column(read, index)) };
      }
    } catch (error) {
      throw parquetError(source, error);
    } finally {
      connection.closeSync();
    }
  },
});
