/** Tables that are larger than memory: some rows of a file as a table, all of them piece by piece. */
import type { Random } from '../random.ts';
import { type BuildOptions, buildTable, checkRows } from './build.ts';
import { columnBuilder } from './builders.ts';
import { type CellBatch, type RejectedRow, rowsOfBatch } from './cells.ts';
import { fingerprint } from './fingerprint.ts';
import type { Column, Piece, Table } from './table.ts';

/** Rows that stay in memory: enough to find types, encodings and scores by. */
const drawnRows = 100_000;

/** Rows that were drawn, each with equal probability. */
export interface Drawn {
  /** How many rows there are in all. */
  readonly rows: number;
  readonly batches: readonly CellBatch[];
  /** Of each drawn row its place, from 0. */
  readonly places: Float64Array;
}

/** A file whose rows can be drawn and read again. */
export interface RowSource {
  /** About `size` rows. */
  draw(size: number, rng: Random): Promise<Drawn>;
  /** All rows in their order, as columns like these. */
  pieces(columns: readonly Column[]): AsyncIterable<Piece>;
}

/** A table of some rows of a source, in their order; `whole` reads all rows again. Throws as `buildTable` does. */
export async function drawTable(
  source: string,
  from: RowSource,
  { rng, size = drawnRows, ...options }: BuildOptions & { readonly rng: Random; readonly size?: number },
): Promise<Table> {
  const { rows, batches, places } = await from.draw(size, rng);
  const read = async function* (): AsyncGenerator<CellBatch> {
    yield* batches;
  };
  const table = await buildTable(source, read, options);
  return {
    ...table,
    fingerprint: fingerprint().text(table.fingerprint).text(String(rows)).hex(),
    whole: { rows, places, pieces: names => from.pieces(table.columns.filter(({ name }) => names.includes(name))) },
  };
}

/** Rows of a batch, and what each drew: it stays while that is below the share that is kept. */
interface Draw {
  readonly batch: CellBatch;
  readonly drawn: Float64Array;
  readonly places: Float64Array;
}

/** The rows of a reader of cells. */
export const cellRows = (source: string, read: () => AsyncIterable<CellBatch>): RowSource => ({
  async draw(size, rng) {
    let draws: Draw[] = [];
    let [kept, share, rows, rejectedCount] = [0, 1, 0, 0];
    const rejected: RejectedRow[] = [];
    let names: readonly string[] = [];
    for await (const batch of read()) {
      names = batch.names;
      rejected.push(...batch.rejected.slice(0, 10 - rejected.length));
      rejectedCount += batch.rejected.length;
      const drawn = Float64Array.from({ length: batch.rows }, () => rng.uniform());
      const places = drawn.map((_, row) => rows + row);
      const draw = below({ batch: { ...batch, rejected: [] }, drawn, places }, share);
      draws.push(draw);
      kept += draw.drawn.length;
      rows += batch.rows;
      while (kept > 2 * size) {
        share /= 2;
        draws = draws.map(one => below(one, share));
        kept = draws.reduce((sum, one) => sum + one.drawn.length, 0);
      }
    }
    checkRows(source, { names, rows, rejected, rejectedCount });
    const places = Float64Array.from(draws.flatMap(one => [...one.places]));
    return { rows, batches: draws.map(({ batch }) => batch), places };
  },
  async *pieces(columns) {
    for await (const batch of read()) {
      const typed = columns.map(like => columnOf(batch, like));
      yield { rows: batch.rows, columns: typed };
    }
  },
});

/** The column of a batch, read as another of its name is. */
function columnOf(batch: CellBatch, like: Column): Column {
  const builder = columnBuilder(like.name, { type: typeOf(like), fixed: true });
  builder.add(batch, batch.names.indexOf(like.name), 0);
  const built = builder.finish(batch.rows);
  if ('column' in built) return built.column;
  throw new TypeError(`the type of '${like.name}' is given`);
}

function typeOf(column: Column) {
  if (column.type === 'date') return { type: 'date', format: column.format } as const;
  if (column.type === 'text') return { type: 'text' } as const;
  return { type: 'number', ...(column.decimal && { decimal: column.decimal }) } as const;
}

/** The rows of a draw whose numbers are below a share. */
function below({ batch, drawn, places }: Draw, share: number): Draw {
  const rows = [...drawn.keys()].filter(row => drawn[row]! < share);
  const at = (values: Float64Array): Float64Array => Float64Array.from(rows, row => values[row]!);
  return { batch: rowsOfBatch(batch, rows), drawn: at(drawn), places: at(places) };
}
