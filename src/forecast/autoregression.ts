/** Linear autoregression: the next values as a weighted sum of past ones. */
import { type Linear, momentsOf, ridge } from './ridge.ts';

/** Values in the form in which an autoregression is linear: the logarithm where swings grow with the level; scaled. */
export interface Scaling {
  readonly log: boolean;
  readonly mean: number;
  readonly deviation: number;
}

/**
 * Whether the logarithm makes swings alike: all values are above 0, and over stretches of one season (six stretches
 * where there are less than four seasons) the logarithm of the standard deviation rises by more than half of that of
 * the mean (the spread-versus-level rule: Box and Cox 1964; Guerrero 1993, Journal of Forecasting 12).
 */
export function growsWithLevel(past: Float64Array, season: number): boolean {
  if (!past.every(value => value > 0)) return false;
  const length = season >= 4 && past.length >= 4 * season ? season : Math.floor(past.length / 6);
  if (length < 4) return false;
  const means: number[] = [];
  const spreads: number[] = [];
  for (let end = past.length; end >= length; end -= length) {
    const { mean, deviation } = spreadOf(past.subarray(end - length, end));
    if (deviation === 0) return false;
    means.push(Math.log(mean));
    spreads.push(Math.log(deviation));
  }
  const level = spreadOf(Float64Array.from(means));
  const spread = spreadOf(Float64Array.from(spreads));
  if (level.deviation < 0.05) return false;
  const product = means.reduce((sum, x, i) => sum + (x - level.mean) * (spreads[i]! - spread.mean), 0);
  return product / means.length / level.deviation ** 2 > 0.5;
}

function spreadOf(values: Float64Array): { readonly mean: number; readonly deviation: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const square = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, deviation: Math.sqrt(square) };
}

function scalingOf(past: Float64Array, season: number): Scaling {
  const log = growsWithLevel(past, season);
  const { mean, deviation } = spreadOf(log ? past.map(Math.log) : past);
  return { log, mean, deviation: deviation > 0 ? deviation : 1 };
}

const scaled = ({ log, mean, deviation }: Scaling, value: number): number =>
  ((log ? Math.log(Math.max(value, Number.MIN_VALUE)) : value) - mean) / deviation;
const unscaled = ({ log, mean, deviation }: Scaling, value: number): number =>
  log ? Math.exp(value * deviation + mean) : value * deviation + mean;

const lagsWithoutSeason = 12;
const longestWhole = 30;
const shortLags = 24;
const pointsPerLag = 3;

/**
 * The lags of an autoregression: 1 … 13 for season 12 (1 … 12 without one); for seasons above 30, 1 … 24 and the three
 * around each season; no more than a third of the points.
 */
export function lagsFor(points: number, seasons: readonly number[]): readonly number[] {
  const short = seasons.filter(season => season <= longestWhole);
  const long = seasons.filter(season => season > longestWhole);
  const whole = Math.max(
    long.length > 0 ? shortLags : short.length > 0 ? 0 : lagsWithoutSeason,
    ...short.map(season => season + 1),
  );
  const lags = new Set(Array.from({ length: whole }, (_, i) => i + 1));
  for (const season of long) for (const lag of [season - 1, season, season + 1]) lags.add(lag);
  const sorted = [...lags].filter(lag => lag <= points / pointsPerLag).sort((a, b) => a - b);
  return sorted.slice(0, Math.floor(points / pointsPerLag));
}

/** A fitted autoregression. */
export interface Autoregression {
  readonly lags: readonly number[];
  /** 1: one step, repeated on its own forecasts; else the number of steps forecast at once. */
  readonly outputs: number;
  readonly scaling: Scaling;
  readonly linear: Linear;
  /** The range that recursive forecasts are kept in, in scaled units. */
  readonly range: readonly [number, number];
}

const alphas = [1e-4, 1e-3, 1e-2, 0.1, 1, 10, 100];
const fewest = 6;

/** Fits `outputs` steps ahead on lags of a past; null where the past is too short or constant. */
export function fitAutoregression(
  past: Float64Array,
  seasons: readonly number[],
  outputs: number,
): Autoregression | null {
  const lags = lagsFor(past.length - outputs + 1, seasons);
  const first = lags.at(-1) ?? 0;
  const rows = past.length - first - outputs + 1;
  if (lags.length === 0 || rows < fewest) return null;
  const scaling = scalingOf(past, seasons[0] ?? 1);
  const values = past.map(value => scaled(scaling, value));
  const linear = ridge(
    momentsOf(rows, lags.length, outputs, (row, x, y) => {
      for (const [i, lag] of lags.entries()) x[i] = values[row + first - lag]!;
      for (let k = 0; k < outputs; k++) y[k] = values[row + first + k]!;
    }),
    alphas,
  );
  const low = values.reduce((least, value) => Math.min(least, value));
  const high = values.reduce((most, value) => Math.max(most, value));
  const width = high - low;
  return width === 0 ? null : { lags, outputs, scaling, linear, range: [low - width, high + width] };
}

/**
 * Forecasts from the end of a history: blocks of `outputs` steps, each block on the values and forecasts before it.
 * A forecast farther outside the range of the past than that range is wide is cut to it.
 */
export function forecastAutoregression(model: Autoregression, history: Float64Array, horizon: number): Float64Array {
  const { lags, outputs, scaling, linear, range } = model;
  const longest = lags.at(-1)!;
  const recent = Array.from({ length: longest }, (_, i) => {
    const at = history.length - longest + i;
    return scaled(scaling, history[Math.max(0, at)]!);
  });
  while (recent.length < longest + horizon) {
    const end = recent.length;
    for (let k = 0; k < outputs && recent.length < longest + horizon; k++) {
      let value = linear.intercept[k]!;
      for (const [i, lag] of lags.entries()) value += linear.weights[i * outputs + k]! * recent[end - lag]!;
      recent.push(Math.min(range[1], Math.max(range[0], value)));
    }
  }
  return Float64Array.from(recent.slice(longest), value => unscaled(scaling, value));
}
