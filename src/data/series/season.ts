/** Seasons: the lengths that a calendar step suggests, and those that the autocorrelation confirms. */
import type { Step, StepUnit } from './step.ts';

const suggested: Readonly<Record<StepUnit, readonly number[]>> = {
  second: [60, 3600, 86_400],
  minute: [60, 1440, 10_080],
  hour: [24, 168],
  day: [7, 365],
  week: [52],
  month: [12],
  quarter: [4],
  year: [],
  row: [],
};

/** Season lengths in steps that the calendar suggests, short ones first: month → 12, hour → 24, 168, day → 7, 365. */
export function calendarSeasons({ unit, count }: Step): readonly number[] {
  return suggested[unit].map(length => length / count).filter(length => Number.isInteger(length) && length >= 2);
}

/**
 * Autocorrelation r_k = Σ (x_t − m)(x_{t+k} − m) / Σ (x_t − m)² of lags 0 … `lags`; of a constant, 0 beyond lag 0.
 * Box and Jenkins, "Time Series Analysis", §2.1.
 */
export function autocorrelation(values: Float64Array, lags: number): Float64Array {
  return Float64Array.from({ length: lags + 1 }, (_, lag) => autocorrelationAt(values, lag));
}

function autocorrelationAt(values: Float64Array, lag: number): number {
  const { centred, square } = centre(values);
  return correlate(centred, square, lag);
}

function centre(values: Float64Array): { readonly centred: Float64Array; readonly square: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const centred = values.map(value => value - mean);
  const square = centred.reduce((sum, value) => sum + value * value, 0);
  const noise = values.reduce((sum, value) => sum + value * value, 0) * 1e-24;
  return { centred, square: square > noise ? square : 0 };
}

function correlate(centred: Float64Array, square: number, lag: number): number {
  if (lag === 0) return 1;
  if (square === 0) return 0;
  let sum = 0;
  for (let t = 0; t + lag < centred.length; t++) sum += centred[t]! * centred[t + lag]!;
  return sum / square;
}

/**
 * The values less their centred moving average over one season (2×s average where s is even), `season` values shorter:
 * what is left of trend and slow change is less than a season long.
 */
export function withoutTrend(values: Float64Array, season: number): Float64Array {
  const half = Math.floor(season / 2);
  const width = 2 * half + 1;
  const edge = season % 2 === 0 ? 0.5 : 1;
  const rest = new Float64Array(Math.max(0, values.length - width + 1));
  let inner = 0;
  for (let i = 1; i < width - 1; i++) inner += values[i]!;
  for (let i = 0; i < rest.length; i++) {
    const average = (inner + edge * (values[i]! + values[i + width - 1]!)) / season;
    rest[i] = values[i + half]! - average;
    inner += values[i + width - 1]! - values[i + 1]!;
  }
  return rest;
}

/** How strongly values repeat after a number of steps. */
export interface Season {
  readonly length: number;
  /** Autocorrelation at this lag of the values without their trend. */
  readonly autocorrelation: number;
  /** The same over the pairs that there are: long lags have fewer. */
  readonly strength: number;
  /** What chance alone reaches in one of forty series: Bartlett's bound. */
  readonly bound: number;
  /** Share of the variance of the values without their trend that the mean season explains, adjusted for its length: about 0 by chance. */
  readonly share: number;
}

const enoughCycles = 3;
/** The share that a season explains where nobody would doubt it: the bound of strong seasons (Wang, Smith and Hyndman 2006). */
const clearShare = 0.64;
const mostValues = 20_000;
const mostSeries = 64;
const memory = 100;
const chance = 1.96;
/** The search among many lags asks for more than a lag that the calendar names. */
const searchChance = 3.3;
const longestSearch = 400;
const searchedSeries = 4;
const searchedValues = 4000;

/** Measures a season length on the pasts of several series; null where none of them holds three seasons. */
export function measureSeason(pasts: readonly Float64Array[], length: number): Season | null {
  const usable = pasts.filter(past => past.length >= enoughCycles * length).slice(0, mostSeries);
  if (usable.length === 0) return null;
  let weight = 0;
  let sum = 0;
  let pairs = 0;
  let spread = 0;
  let explained = 0;
  for (const past of usable) {
    const { centred, square } = centre(withoutTrend(past.subarray(-Math.max(mostValues, 6 * length)), length));
    explained += centred.length * shareOf(centred, square, length);
    let squares = 0;
    for (let lag = 1; lag < Math.min(length, memory + 1); lag++) squares += correlate(centred, square, lag) ** 2;
    weight += centred.length;
    pairs += centred.length - length;
    sum += centred.length * correlate(centred, square, length);
    spread += centred.length * (1 + 2 * squares);
  }
  const bound = (chance * Math.sqrt(spread / weight)) / Math.sqrt(weight);
  return { length, autocorrelation: sum / weight, strength: sum / pairs, bound, share: explained / weight };
}

/** Adjusted share of the squares that the mean of each place in a season explains; 0 where no place stands twice. */
function shareOf(centred: Float64Array, square: number, length: number): number {
  const free = centred.length - length;
  if (square === 0 || free < length) return 0;
  const means = new Float64Array(length);
  const counts = new Float64Array(length);
  for (let t = 0; t < centred.length; t++) {
    means[t % length]! += centred[t]!;
    counts[t % length]!++;
  }
  for (let place = 0; place < length; place++) means[place]! /= counts[place]!;
  const left = centred.reduce((sum, value, t) => sum + (value - means[t % length]!) ** 2, 0);
  return 1 - ((left / square) * (centred.length - 1)) / free;
}

/**
 * Season lengths that the pasts confirm, the strongest first: those that the calendar suggests for the step whose
 * autocorrelation is above Bartlett's bound (Box and Jenkins, §2.1.6) or whose mean explains most of what moves, and, where one is a multiple of a shorter season
 * (168 of 24), clearly above that of the multiples beside it. Without a calendar the lags up to 400 or a third of the past are searched.
 */
export function findSeasons(pasts: readonly Float64Array[], step: Step): readonly number[] {
  const candidates = step.unit === 'row' ? searched(pasts) : calendarSeasons(step);
  const confirmed: Season[] = [];
  for (const length of candidates) {
    const season = measureSeason(pasts, length);
    if (!season || (season.autocorrelation <= season.bound && season.share < clearShare)) continue;
    const part = confirmed.find(shorter => length % shorter.length === 0);
    if (!part || standsOut(pasts, length, part.length)) confirmed.push(season);
  }
  return confirmed.sort((a, b) => b.strength - a.strength).map(season => season.length);
}

function standsOut(pasts: readonly Float64Array[], length: number, part: number): boolean {
  const rests = pasts
    .filter(past => past.length >= enoughCycles * length)
    .slice(0, mostSeries)
    .map(past => withoutTrend(past.subarray(-mostValues), length));
  const mean = (lag: number) =>
    rests.reduce((sum, rest) => sum + (autocorrelationAt(rest, lag) * rest.length) / (rest.length - lag), 0);
  const beside = Math.max(mean(length - part), mean(length + part)) / rests.length;
  const pairs = rests.reduce((sum, rest) => sum + rest.length - length, 0);
  return mean(length) / rests.length - beside > chance * Math.sqrt(Math.max(0, 1 - beside * beside) * (2 / pairs));
}

/** The strongest season among all lags; the shortest of those nearly as strong, for multiples repeat as well. */
function searched(pasts: readonly Float64Array[]): readonly number[] {
  const some = pasts.slice(0, searchedSeries).map(past => past.subarray(-searchedValues));
  const longest = some.reduce((most, past) => Math.max(most, past.length), 0);
  const found: Season[] = [];
  for (let length = 2; length <= Math.min(longestSearch, Math.floor(longest / enoughCycles)); length++) {
    const season = measureSeason(some, length);
    if (season && season.autocorrelation > (season.bound * searchChance) / chance) found.push(season);
  }
  const best = found.reduce((most, season) => Math.max(most, season.autocorrelation), 0);
  const shortest = found.find(season => season.autocorrelation >= 0.9 * best);
  return shortest ? [shortest.length] : [];
}
