import type { ReadNote } from '../table.ts';
import { addSteps, type Step } from './step.ts';

/** One regular series: position i stands at addSteps(start, step, i). */
export interface Series {
  /** Value of the group column, several joined by ' · '; '' for a single series. */
  readonly key: string;
  /** Milliseconds since 1970-01-01 UTC; for unit `row` the first number. */
  readonly start: number;
  readonly step: Step;
  /** Number of positions, the future ones included; every array has this length. */
  readonly length: number;
  /**
   * Positions [0, history) are the past: the last of them is the last one whose target was in the file.
   * Positions [history, length) are rows without a target after it: the future, with what is known of it.
   */
  readonly history: number;
  /** The target: gaps filled in the past, NaN in the future. */
  readonly values: Float64Array;
  /** 1 = the target was in the file, 0 = filled or future; filled values are never scored. */
  readonly observed: Uint8Array;
  /** Feature columns by name, gaps filled with the value before; categories as codes into `levels` of the set. */
  readonly features: ReadonlyMap<string, Float64Array>;
}

/** Regular series of one target at one step, in the order of their keys' first rows. */
export interface SeriesSet {
  readonly kind: 'series';
  readonly source: string;
  readonly target: string;
  /** The time columns; none where the rows stand in file order. */
  readonly time: readonly string[];
  /** The group columns. */
  readonly group: readonly string[];
  readonly step: Step;
  /**
   * Season lengths in steps that the autocorrelation of the whole past confirms, the strongest first. A model that is
   * to be judged on a test part takes those of its split instead, which know the training part only.
   */
  readonly seasons: readonly number[];
  readonly series: readonly Series[];
  /** Names of the feature columns, in order. */
  readonly features: readonly string[];
  /** The feature columns whose values are known in advance; all others end at the forecast origin. */
  readonly known: readonly string[];
  /** Words of the categorical features: code c means levels[c]; −1 = missing. Absent for numbers. */
  readonly levels: ReadonlyMap<string, readonly string[]>;
  /** What was found, guessed, left out and filled. */
  readonly notes: readonly ReadNote[];
  /** Hash of names, times and values: the same for the same data. */
  readonly fingerprint: string;
}

/** How a table is read as series. */
export interface SeriesOptions {
  readonly target: string;
  /** The time column, or columns that make a time together (date + hour; year + month); found when absent. */
  readonly time?: string | readonly string[];
  /** Columns that tell several series apart. */
  readonly group?: string | readonly string[];
  /** Feature columns; every usable column when absent. */
  readonly features?: readonly string[];
  /** The feature columns known in advance, such as holidays or a price list. */
  readonly known?: readonly string[];
  /** Columns that are not used. */
  readonly ignore?: readonly string[];
  /** The step, where it is not to be found: times are moved down to it. `row` takes the rows one after the other. */
  readonly step?: Step;
  /** What becomes of rows of one time in one series: an error (the default), their mean, or their sum. */
  readonly duplicates?: DuplicateRule;
}

/** What rows of one time in one series may become. */
export const duplicateRules = ['error', 'mean', 'sum'] as const;
export type DuplicateRule = (typeof duplicateRules)[number];

/** The time of position i (ms since 1970-01-01 UTC; unit `row`: a number); i may lie beyond the end. */
export function timeAt({ start, step }: Pick<Series, 'start' | 'step'>, i: number): number {
  return addSteps(start, step, i);
}

/** The target of a series up to its last known value, gaps filled. */
export const pastOf = ({ values, history }: Series): Float64Array => values.subarray(0, history);
