/** Fits the encoder of a series on its training part. */
import { type SeriesSet, stepDays } from '../../data/index.ts';
import { levelSeason } from './base.ts';
import { type Cycle, featureInput, type SeriesEncoder, type SeriesFeature } from './encoder.ts';
import { fitBase } from './fit-base.ts';

export interface SeriesFit {
  readonly window: number;
  readonly horizon: number;
  readonly layout: SeriesEncoder['layout'];
  /** Seasons that a base may repeat, in steps. */
  readonly seasons: readonly number[];
  /** Positions before `ends[i]` of series i are looked at. */
  readonly ends: readonly number[];
  /** Positions before `known[i]` (unless told `ends`) must have logarithms where these are learned. */
  readonly known?: readonly number[];
}

/**
 * The encoder of windows, from the training part alone: logarithm, base, scales, features and calendar; what is learned
 * of is the same as of an encoder that was fitted before.
 */
export function fitSeriesEncoder(set: SeriesSet, fit: SeriesFit, before?: SeriesEncoder): SeriesEncoder {
  const past = set.series.map((series, i) => series.values.subarray(0, fit.ends[i]));
  const season = levelSeason(fit.seasons, fit.window);
  const log = before
    ? before.log
    : set.series.every(({ values }, i) => values.subarray(0, (fit.known ?? fit.ends)[i]).every(value => value > 0)) &&
      learnsLogarithms(past, Math.max(4, season));
  const seen = log ? past.map(values => values.map(Math.log)) : past;
  const { mix, spread, size } = fitBase(seen, set.series, { ...fit, season });
  return {
    version: 1,
    layout: fit.layout,
    window: fit.window,
    horizon: fit.horizon,
    step: set.step,
    log,
    least: log ? past.reduce((least, values) => values.reduce((a, b) => Math.min(a, b), least), Infinity) / 10 : 0,
    season,
    base: mix,
    floor: Math.max(0.1 * size, 1e-6),
    spread: spread > 0 ? spread : 1,
    features: before?.features ?? featuresOf(set, fit.ends),
    cycles: before?.cycles ?? cyclesOf(set, fit.ends),
  };
}

/**
 * Whether the spread of the values grows with their level: the slope of ln(standard deviation) over
 * ln(mean) of blocks of a season is above ½ (Guerrero 1993: the slope is 1 − λ of the Box-Cox transform).
 */
function learnsLogarithms(past: readonly Float64Array[], block: number): boolean {
  const points = past.flatMap(values => {
    const count = Math.floor(values.length / block);
    const blocks = Array.from({ length: count }, (_, i) => momentsOf(values.subarray(i * block, (i + 1) * block)));
    return blocks.filter(({ std }) => std > 0).map(({ mean, std }) => [Math.log(mean), Math.log(std)] as const);
  });
  if (points.length < 3) return false;
  const mx = points.reduce((sum, [x]) => sum + x, 0) / points.length;
  const my = points.reduce((sum, [, y]) => sum + y, 0) / points.length;
  const xx = points.reduce((sum, [x]) => sum + (x - mx) ** 2, 0);
  const xy = points.reduce((sum, [x, y]) => sum + (x - mx) * (y - my), 0);
  return xx > 0.01 * points.length && xy / xx > 0.5;
}

function momentsOf(values: Float64Array): { mean: number; std: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { mean, std: Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length) };
}

const mostLevels = 24;

/** The features on the training part: numbers that vary, and words by their levels. */
function featuresOf(set: SeriesSet, ends: readonly number[]): readonly SeriesFeature[] {
  const taken: string[] = [];
  return set.features.flatMap((name, index): readonly SeriesFeature[] => {
    const columns = set.series.map((series, i) => series.features.get(name)!.subarray(0, ends[i]));
    const values = set.levels.has(name) ? wordsOf(set.levels.get(name)!, columns) : numbersOf(columns);
    if (!values) return [];
    const input = featureInput(name, index, taken);
    taken.push(input);
    return [{ name, input, known: set.known.includes(name), values }];
  });
}

function numbersOf(columns: readonly Float64Array[]): SeriesFeature['values'] | null {
  const values = Float64Array.from(columns.flatMap(column => [...column.filter(Number.isFinite)]));
  const { mean, std } = momentsOf(values);
  return std > 1e-9 * Math.abs(mean) ? { kind: 'number', mean, std } : null;
}

function wordsOf(levels: readonly string[], columns: readonly Float64Array[]): SeriesFeature['values'] | null {
  const counts = new Map<number, number>();
  for (const column of columns) for (const code of column) if (code >= 0) counts.set(code, (counts.get(code) ?? 0) + 1);
  const kept = [...counts].sort(([, a], [, b]) => b - a).slice(0, mostLevels);
  return kept.length < 2 ? null : { kind: 'words', levels: kept.map(([code]) => levels[code]!.trim()).sort() };
}

const calendar: readonly Cycle[] = [
  { name: 'day', days: 1, harmonics: 4 },
  { name: 'week', days: 7, harmonics: 3 },
  { name: 'year', days: 365.2425, harmonics: 2 },
];
/** Turns that the training part must hold for a cycle to be learned. */
const leastTurns = 2;

/** The cycles of the calendar that the training part holds and its step resolves. */
function cyclesOf({ step, time, series }: SeriesSet, ends: readonly number[]): readonly Cycle[] {
  if (time.length === 0 || step.unit === 'row') return [];
  const length = stepDays(step);
  const days = length * ends.reduce((a, b) => Math.max(a, b), 0);
  if (series.length === 0) return [];
  return calendar.flatMap(cycle => {
    const harmonics = Math.min(cycle.harmonics, Math.floor(cycle.days / length / 2));
    return days >= leastTurns * cycle.days && harmonics >= 1 ? [{ ...cycle, harmonics }] : [];
  });
}
