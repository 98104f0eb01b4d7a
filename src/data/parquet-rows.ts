/** Rows of a Parquet file that is larger than memory: numbers and words cross from DuckDB as typed arrays. */
import type { RowSource } from './drawn.ts';
import { batchOfJoined, joinedRow, parquetColumns, parquetError } from './parquet.ts';
import { checkGzipPages } from './parquet-pages.ts';
import { identifier, openSql, quoted } from './sql.ts';
import { fetchOf, fetchPieces } from './sql-columns.ts';

const numeric = /^(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT|U\w*INT|FLOAT|DOUBLE|DECIMAL.*)$/;

/** Infinite numbers are missing ones. */
function numberSql(raw: string): string {
  const number = `${identifier(raw)}::DOUBLE`;
  return `CASE WHEN isfinite(${number}) THEN ${number} ELSE 'NaN'::DOUBLE END`;
}

/** A row is drawn when its hash is below its share of this. */
const scale = 2 ** 32;

/** The rows of a Parquet file. */
export const parquetRows = (file: string, source: string): RowSource => ({
  async draw(size, rng) {
    const connection = await openSql();
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
    const connection = await openSql();
    try {
      const known = await parquetColumns(connection, file);
      const fetches = columns.map(like => {
        const index = known.names.indexOf(like.name);
        const raw = known.raw[index]!;
        return fetchOf(like, { raw, number: numeric.test(known.types[index]!) ? numberSql(raw) : undefined });
      });
      yield* fetchPieces(connection, `read_parquet(${quoted(file)})`, fetches);
    } catch (error) {
      throw parquetError(source, error);
    } finally {
      connection.closeSync();
    }
  },
});
