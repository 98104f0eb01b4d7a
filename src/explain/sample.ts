/** Rows of data on their way into a model. */
import { type Images, pixelsOf, type ReadNote, type Table } from '../data/index.ts';
import { HillockError } from '../errors.ts';
import { originsAt, rawFeeds, type SeriesWindows, seriesFeeds } from '../features/index.ts';
import type { ModelSpec } from '../model/spec.ts';
import { permutation, random } from '../random.ts';
import type { Tensors } from '../runtime/index.ts';

/** Data a model can be looked into with: of its own kind, rows of a table, images or windows of series. */
export type Data = Table | Images | SeriesWindows;

export interface Feeds {
  readonly feeds: Tensors;
  /** What did not fit: columns that are not there, cells that cannot be read. */
  readonly notes: readonly ReadNote[];
}

/** What the model is fed for rows of data; throws `HillockError` kind `data` when the data is not of the model's kind. */
export function feedsFor({ input }: ModelSpec, data: Data, rows: ArrayLike<number>): Feeds {
  checkRows(data, rows);
  if (input.kind === 'table') {
    if (data.kind === 'table') return rawFeeds(input.encoder, data, rows);
    throw new HillockError(
      'data',
      `this model takes rows of a table, ${data.source} holds ${data.kind === 'images' ? 'images' : 'series'}`,
    );
  }
  if (input.kind === 'series') {
    if (data.kind === 'windows')
      return { feeds: seriesFeeds(input.encoder, data.set, originsAt(data.origins, rows)), notes: [] };
    throw new HillockError(
      'data',
      `this model takes series, ${data.source} holds ${data.kind === 'table' ? 'a table' : 'images'}`,
    );
  }
  const { shape } = input;
  if (data.kind === 'windows') throw new HillockError('data', `this model takes images, ${data.source} holds series`);
  if (data.kind === 'table') throw new HillockError('data', `this model takes images, ${data.source} holds a table`);
  if (data.shape.join() !== shape.join()) {
    throw new HillockError(
      'data',
      `this model takes images of ${shape.join('×')}, ${data.source} holds ${data.shape.join('×')}`,
    );
  }
  const pixels = pixelsOf(data, rows);
  return { feeds: { image: { dtype: 'uint8', shape: [rows.length, ...shape], data: pixels } }, notes: [] };
}

function checkRows(data: Data, rows: ArrayLike<number>): void {
  for (let i = 0; i < rows.length; i++) {
    if (Number.isInteger(rows[i]) && rows[i]! >= 0 && rows[i]! < data.rows) continue;
    throw new HillockError(
      'usage',
      `there is no row ${rows[i]! + 1} in ${data.source}`,
      data.rows === 0 ? 'it has no rows' : `its rows are 1 to ${data.rows}`,
    );
  }
}

/** At most `limit` of the rows, chosen by seed, in ascending order; all of them when there are no more. */
export function sampleRows(rows: ArrayLike<number>, limit: number, seed: number): Int32Array {
  const all = Int32Array.from(rows);
  if (all.length <= limit) return all;
  const order = permutation(all.length, random(seed).split('sample'));
  return Int32Array.from(order.subarray(0, limit), position => all[position]!).sort();
}
