/** Statistics of a column over chosen rows: what roles and encodings are decided from. */
import type { TextColumn } from '../data/table.ts';

/** Numbers over rows; `sorted` holds the values that are there, ascending. */
export interface NumberStats {
  readonly rows: number;
  readonly count: number;
  readonly distinct: number;
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  /** Population standard deviation. */
  readonly std: number;
  readonly integers: boolean;
  readonly sorted: Float64Array;
}

/** Words over rows; `counts` says how many rows hold each trimmed level, in order of first appearance. */
export interface TextStats {
  readonly rows: number;
  readonly count: number;
  readonly distinct: number;
  readonly counts: ReadonlyMap<string, number>;
}

/** Statistics of the finite values at `rows`; anything else counts as missing. */
export function numberStats(values: Float64Array, rows: ArrayLike<number>): NumberStats {
  const present = new Float64Array(rows.length);
  let count = 0;
  let integers = true;
  for (let i = 0; i < rows.length; i++) {
    const value = values[rows[i]!]!;
    if (!Number.isFinite(value)) continue;
    present[count++] = value;
    if (integers && !Number.isInteger(value)) integers = false;
  }
  const sorted = present.subarray(0, count).sort();
  let distinct = 0;
  let mean = 0;
  for (let i = 0; i < count; i++) {
    if (i === 0 || sorted[i] !== sorted[i - 1]) distinct++;
    mean += (sorted[i]! - mean) / (i + 1);
  }
  const min = sorted[0] ?? Number.NaN;
  const max = sorted[count - 1] ?? Number.NaN;
  return { rows: rows.length, count, distinct, min, max, mean, std: deviation(sorted, mean), integers, sorted };
}

function deviation(values: Float64Array, mean: number): number {
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value - mean)), 0);
  if (largest === 0) return 0;
  let sum = 0;
  for (const value of values) sum += ((value - mean) / largest) ** 2;
  return largest * Math.sqrt(sum / values.length);
}

/** Quantile p of ascending values, each read through `read`, by linear interpolation (Hyndman and Fan 1996, type 7). */
export function quantile(sorted: Float64Array, p: number, read: (value: number) => number): number {
  const position = p * (sorted.length - 1);
  const below = Math.floor(position);
  const low = read(sorted[below]!);
  const high = read(sorted[Math.min(below + 1, sorted.length - 1)]!);
  const share = position - below;
  return low * (1 - share) + high * share;
}

/** How many rows hold each level; blanks around a level do not count, an empty level is missing. */
export function textStats(column: TextColumn, rows: ArrayLike<number>): TextStats {
  const perCode = new Int32Array(column.levels.length);
  for (let i = 0; i < rows.length; i++) {
    const code = column.codes[rows[i]!]!;
    if (code >= 0) perCode[code] = perCode[code]! + 1;
  }
  const counts = new Map<string, number>();
  let count = 0;
  column.levels.forEach((level, code) => {
    const text = level.trim();
    if (perCode[code] === 0 || text === '') return;
    counts.set(text, (counts.get(text) ?? 0) + perCode[code]!);
    count += perCode[code]!;
  });
  return { rows: rows.length, count, distinct: counts.size, counts };
}

/** How many rows hold each number, ascending. */
export function valueCounts(sorted: Float64Array): Map<number, number> {
  const counts = new Map<number, number>();
  for (const value of sorted) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}
