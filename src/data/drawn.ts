/** Tables that are larger than memory: some rows of a file as a table, all of them piece by piece. */
import type { Random } from '../random.ts';
import { below, columnsOf, type Draw, drawRows, likeOf } from './batch-work.ts';
import { type BuildOptions, buildTable, checkRows } from './build.ts';
import type { CellBatch, RejectedRow } from './cells.ts';
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

/** What was drawn from a batch or a chunk of a text, and what was seen there. */
export interface Drawing {
  readonly draw: Draw;
  readonly names: readonly string[];
  readonly rows: number;
  /** Rows that could not be used, the first of them. */
  readonly rejected: readonly RejectedRow[];
  readonly rejectedCount: number;
}

const shownRejects = 10;

/** Draws from a batch before which so many rows were read. */
export function drawing(batch: CellBatch, rng: Random, share: number, first: number): Drawing {
  const { names, rows, rejected } = batch;
  const shown = rejected.slice(0, shownRejects);
  return { draw: drawRows(batch, rng, share, first), names, rows, rejected: shown, rejectedCount: rejected.length };
}

/** Gathers drawings of one source, in its order, until about `size` to twice as many rows are left. */
export function gathering(source: string, size: number) {
  let draws: Draw[] = [];
  let [kept, share, rows, rejectedCount] = [0, 1, 0, 0];
  const rejected: RejectedRow[] = [];
  let names: readonly string[] = [];
  return {
    /** Rows that drew a number below this are kept. */
    share: (): number => share,
    /** Rows that were seen. */
    rows: (): number => rows,
    add(one: Drawing): void {
      // One copy of the names, however many batches they come with.
      if (names.length === 0) names = one.names;
      rows += one.rows;
      rejected.push(...one.rejected.slice(0, shownRejects - rejected.length));
      rejectedCount += one.rejectedCount;
      // The share may have fallen since it was asked for.
      const draw = below(one.draw, share);
      draws.push({ ...draw, batch: { ...draw.batch, names } });
      kept += draw.drawn.length;
      while (kept > 2 * size) {
        share /= 2;
        draws = draws.map(draw => below(draw, share));
        kept = draws.reduce((sum, { drawn }) => sum + drawn.length, 0);
      }
    },
    /** Throws `HillockError` kind `data` where nothing can be used. */
    drawn(): Drawn {
      checkRows(source, { names, rows, rejected, rejectedCount });
      const places = Float64Array.from(draws.flatMap(draw => [...draw.places]));
      return { rows, batches: draws.map(({ batch }) => batch), places };
    },
  };
}

/** The rows of a reader of cells. */
export const cellRows = (source: string, read: () => AsyncIterable<CellBatch>): RowSource => ({
  async draw(size, rng) {
    const gathered = gathering(source, size);
    for await (const batch of read()) gathered.add(drawing(batch, rng, gathered.share(), gathered.rows()));
    return gathered.drawn();
  },
  async *pieces(columns) {
    const likes = columns.map(likeOf);
    for await (const batch of read()) yield { rows: batch.rows, columns: columnsOf(batch, likes) };
  },
});
