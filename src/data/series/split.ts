import { HillockError } from '../../errors.ts';
import type { ReadNote } from '../table.ts';
import { findSeasons } from './season.ts';
import { pastOf, type Series, type SeriesSet, timeAt } from './series.ts';
import { addSteps, formatTime, stepName, stepsBetween } from './step.ts';

export const seriesParts = ['train', 'validation', 'test'] as const;
export type SeriesPart = (typeof seriesParts)[number];

/** Positions [begin, end) of each series. */
export interface Spans {
  readonly begin: Int32Array;
  readonly end: Int32Array;
}

/** The pasts of all series cut at two moments: train before validation before test. */
export interface SeriesSplit {
  readonly parts: Readonly<Record<SeriesPart, Spans>>;
  /** Steps of the validation and the test part. */
  readonly steps: Readonly<Record<'validation' | 'test', number>>;
  /** Season lengths that the training part confirms, the strongest first. */
  readonly seasons: readonly number[];
  readonly notes: readonly ReadNote[];
}

/** Sizes of the held-out parts: below 1 a share of the time that the series span, from 1 on a number of steps. */
export interface SeriesShares {
  readonly validation: number;
  readonly test: number;
}

/**
 * Cuts all series at the same moments, never across time: the last steps before the latest target are the test part,
 * those before them validation, all before that training. A series that ends early may have no part in them.
 */
export function splitSeries(set: SeriesSet, shares: SeriesShares): SeriesSplit {
  const { step } = set;
  const lastOf = (series: Series) => timeAt(series, series.history - 1);
  const first = set.series.reduce((least, { start }) => Math.min(least, start), Number.POSITIVE_INFINITY);
  const last = set.series.reduce((most, series) => Math.max(most, lastOf(series)), Number.NEGATIVE_INFINITY);
  const total = Math.round(stepsBetween(first, last, step)) + 1;
  const size = (part: 'validation' | 'test'): number => {
    const share = shares[part];
    if (share >= 0 && (share < 1 || Number.isInteger(share))) {
      return share > 0 && share < 1 ? Math.max(1, Math.round(share * total)) : share;
    }
    throw new HillockError(
      'usage',
      `the ${part} part is ${share}: expected a share below 1, or a whole number of steps`,
    );
  };
  const steps = { validation: size('validation'), test: size('test') };
  const held = steps.validation + steps.test;
  if (held >= total) {
    throw new HillockError(
      'usage',
      `${set.source} spans ${count(total)} steps of one ${stepName(step)}: validation (${count(steps.validation)}) and test (${count(steps.test)}) leave nothing to train on`,
      'make the held-out parts or the horizon smaller',
    );
  }
  const moments = [held, steps.test].map(after => addSteps(last, step, 1 - after));
  const [validation, test] = moments.map(moment =>
    Int32Array.from(set.series, series => {
      const position = Math.ceil(stepsBetween(series.start, moment, step) - 1e-6);
      return Math.min(series.history, Math.max(0, position));
    }),
  ) as [Int32Array, Int32Array];
  const zero = new Int32Array(set.series.length);
  const end = Int32Array.from(set.series, ({ history }) => history);
  const trained = set.series.map((series, i) => pastOf(series).subarray(0, validation[i]));
  const early = set.series.filter((_, i) => test[i] === end[i]);
  const message = `${count(early.length)} of ${count(set.series.length)} series end before the test part begins (${formatTime(moments[1]!, step)}), the first is '${early[0]?.key}'`;
  return {
    parts: {
      train: { begin: zero, end: validation },
      validation: { begin: validation, end: test },
      test: { begin: test, end },
    },
    steps,
    seasons: findSeasons(trained, step),
    notes: steps.test > 0 && early.length > 0 ? [{ message }] : [],
  };
}

/** Positions from which a forecast is made: its inputs end before, its targets begin there. */
export interface Windows {
  readonly window: number;
  readonly horizon: number;
  /** Index of the series of each window. */
  readonly series: Int32Array;
  /** Position of the first target: inputs are [origin − window, origin), targets [origin, origin + horizon). */
  readonly origins: Int32Array;
}

export interface WindowOptions {
  /** Steps that the model looks back. */
  readonly window: number;
  /** Steps that it looks ahead. */
  readonly horizon: number;
  /** Steps from one origin to the next; 1 when absent. */
  readonly stride?: number;
}

/**
 * Every window whose targets lie wholly inside a part and whose inputs lie in the series (they may reach back into
 * earlier parts), series after series, by rising origin. Left out are windows without an observed target, and those
 * whose last input was filled: a straight line knows the value after it. Throws where no series has such a window.
 */
export function windowsOf(set: SeriesSet, split: SeriesSplit, part: SeriesPart, options: WindowOptions): Windows {
  const { window, horizon, stride = 1 } = options;
  for (const [name, value] of Object.entries({ window, horizon, stride })) {
    if (Number.isInteger(value) && value >= 1) continue;
    throw new HillockError('usage', `the ${name} is ${value}: expected a whole number of steps, 1 at least`);
  }
  const { begin, end } = split.parts[part];
  const indexes: number[] = [];
  const origins: number[] = [];
  set.series.forEach(({ observed }, s) => {
    const first = Math.max(begin[s]!, window);
    for (let origin = first; origin + horizon <= end[s]!; origin += stride) {
      if (observed[origin - 1] === 0 || !observed.subarray(origin, origin + horizon).includes(1)) continue;
      indexes.push(s);
      origins.push(origin);
    }
  });
  if (origins.length === 0) throw noWindow(set, split, part, options);
  return { window, horizon, series: Int32Array.from(indexes), origins: Int32Array.from(origins) };
}

const count = (value: number): string => value.toLocaleString('en');
const points = (value: number): string => `${count(value)} ${value === 1 ? 'point' : 'points'}`;

function noWindow(
  set: SeriesSet,
  split: SeriesSplit,
  part: SeriesPart,
  { window, horizon }: WindowOptions,
): HillockError {
  const { begin, end } = split.parts[part];
  const several = set.series.length > 1;
  const longest = (lengths: Int32Array) => lengths.reduce((most, length) => Math.max(most, length), 0);
  const inPart = longest(end.map((to, s) => to - begin[s]!));
  const before = longest(end);
  const all = longest(Int32Array.from(set.series, ({ history }) => history));
  const subject = several ? `the longest of ${count(set.series.length)} series of ${set.source}` : set.source;
  if (inPart < horizon) {
    const asked = `a horizon of ${points(horizon)} does not fit the ${part} part`;
    return new HillockError(
      'usage',
      `${asked}: there ${subject} has ${points(inPart)} (${count(all)} in all)`,
      all < 2 * horizon ? 'ask for a shorter horizon' : `ask for a shorter horizon, or make the ${part} part longer`,
    );
  }
  if (before < window + horizon) {
    return new HillockError(
      'usage',
      `a window of ${points(window)} and a horizon of ${count(horizon)} need ${points(window + horizon)}: ` +
        `up to the end of the ${part} part ${subject} has ${count(before)} (${count(all)} in all)`,
      `ask for a window of at most ${Math.max(1, before - horizon)}, or a shorter horizon`,
    );
  }
  return new HillockError(
    'data',
    `no window of ${points(window)} and a horizon of ${count(horizon)} in the ${part} part of ${set.source} has an observed target after an observed value`,
    'most values there are missing: give a longer step with --step, or --step row',
  );
}
