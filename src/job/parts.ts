/** Which rows are learned from, choose the best epoch, and test. */
import { column, kfold, type Split, split, splitByTime, type Table } from '../data/index.ts';
import { HillockError } from '../errors.ts';
import { f32, type Tensor } from '../graph/index.ts';
import type { Random } from '../random.ts';
import type { PrepareOptions } from './prepared.ts';
import { crossFitRows, folds } from './recipe.ts';

export const defaultTest = 0.2;
const defaultValidation = 0.2;

export interface Parts extends Split {
  /** How they were made, in words. */
  readonly reason: string;
  /** Rows outside the test part. */
  readonly available: number;
  /** No validation part was held out, because the members of an ensemble can validate each other. */
  readonly crossFit: boolean;
}

/** The parts of the rows that have a target: by time where told, else at random, each class in proportion. */
export function partsOf(
  table: Table,
  rows: Int32Array,
  codes: Int32Array | undefined,
  options: PrepareOptions,
  rng: Random,
): Parts {
  const test = typeof options.test === 'number' ? options.test : options.test === undefined ? defaultTest : 0;
  const left = Math.round(rows.length * (1 - test));
  const crossFit =
    options.validation === undefined &&
    left < crossFitRows &&
    options.model !== 'linear' &&
    options.members !== 1 &&
    options.time === undefined &&
    typeof options.model !== 'object';
  const validation = crossFit ? 0 : (options.validation ?? defaultValidation);
  const shares = { test, validation: validation * (1 - test) };
  const places =
    options.time === undefined
      ? split(rows.length, shares, rng.split('parts'), codes && rows.map(row => codes[row]!))
      : byTime(table, rows, oneColumn(options.time), shares);
  const at = (part: Int32Array): Int32Array => part.map(place => rows[place]!);
  const how =
    options.time !== undefined
      ? `in the order of ${options.time}`
      : codes
        ? 'at random, each class in proportion'
        : 'at random';
  const reason = typeof options.test === 'object' ? `the test part is ${options.test.source}, the others ${how}` : how;
  const train = at(places.train);
  const validating = at(places.validation);
  const available = train.length + validating.length;
  return { train, validation: validating, test: at(places.test), reason, available, crossFit };
}

function oneColumn(time: string | readonly string[]): string {
  if (typeof time === 'string') return time;
  if (time.length === 1) return time[0]!;
  throw new HillockError('usage', `rows are ordered by one column of time, not by ${time.length}: ${time.join(', ')}`);
}

function byTime(table: Table, rows: Int32Array, name: string, shares: { test: number; validation: number }): Split {
  const time = column(table, name);
  if (time.type === 'text')
    throw new HillockError(
      'data',
      `column '${name}' holds text, not dates or numbers: it cannot order the rows in time`,
    );
  return splitByTime(
    rows.map(row => time.values[row]!),
    shares,
  );
}

/** Whether the members of an ensemble validate each other. */
export const crossFits = ({ train, crossFit }: Parts, members: number): boolean =>
  crossFit && members > 1 && train.length > folds;

/** Which rows each member learns from: all but one fold, so that each row is unseen by a member; member m leaves out fold m mod folds. */
export function memberRows(
  total: number,
  rows: Int32Array,
  codes: Int32Array | undefined,
  members: number,
  rng: Random,
): Tensor {
  const weights = new Float32Array(total * members);
  const count = Math.min(folds, members);
  const parts = kfold(rows.length, count, rng.split('folds'), codes && rows.map(row => codes[row]!));
  parts.forEach(({ train }, fold) => {
    for (let member = fold; member < members; member += count) {
      for (const place of train) weights[rows[place]! * members + member] = 1;
    }
  });
  return f32(weights, [total, members]);
}
