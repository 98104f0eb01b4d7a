/** The one distance at which the times of series stand: found, or the reason why there is none. */
import { HillockError } from '../../errors.ts';
import {
  formatTime,
  isMonthEnd,
  lengthOf,
  monthIndex,
  monthStart,
  monthsOf,
  type Step,
  stepName,
  stepsBetween,
  unitLength,
} from './step.ts';

/** A step, and the grid that times are moved onto where they are not on it. */
export interface Grid {
  readonly step: Step;
  /** The time on the grid; the same time where nothing has to be moved. */
  snap(time: number): number;
  /** Why times are moved; absent where they are not. */
  readonly note?: string;
}

const day = 86_400_000;
const clockTime = (time: number): number => time - Math.floor(time / day) * day;
const dayOfMonth = (time: number): number => new Date(time).getUTCDate();
const same = (time: number): number => time;
const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));

/** Different times of each series, rising. */
export type Runs = readonly Float64Array[];

/** The grid of times in milliseconds (`plain`: of plain numbers), or why the distances have no common step. */
export function gridOf(runs: Runs, plain: boolean, source: string): Grid | HillockError {
  const distances = runs.flatMap(run => Array.from(run.subarray(1), (time, i) => time - run[i]!));
  if (distances.length === 0) {
    return new HillockError(
      'data',
      `${source} has one time only for each series: no distance between times can be found`,
      'a forecast needs several rows in time for each series; check --time and --group',
    );
  }
  if (plain) return fixedGrid(runs, distances, source, length => ({ unit: 'row', count: length }), same);
  const monthly = monthGrid(runs, distances);
  if (monthly) return monthly;
  const midnight = wholeDays(runs, distances);
  const moved = midnight ? runs.map(run => run.map(midnight)) : runs;
  const movedDistances = midnight ? distances.map(distance => Math.round(distance / day) * day) : distances;
  const grid = fixedGrid(moved, movedDistances, source, inUnits, midnight ?? same);
  if (!midnight || grid instanceof HillockError) return grid;
  return { ...grid, note: 'times of day differ by an hour at most: taken as whole days' };
}

/** A grid at an asked step: times that lie on it from the first of their series stay, others are moved down to it. */
export function askedGrid(step: Step, runs: Runs): Grid {
  const isOnStep = (run: Float64Array) => run.every(time => isWhole(stepsBetween(run[0]!, time, step)));
  if (runs.every(isOnStep)) return { step, snap: same };
  const first = runs.reduce((least, run) => Math.min(least, run[0]!), Number.POSITIVE_INFINITY);
  const months = monthsOf(step);
  if (months !== undefined) {
    return { step, snap: time => monthStart(Math.floor(monthIndex(roundToDay(time)) / months) * months) };
  }
  const length = lengthOf(step)!;
  const unit = unitLength[step.unit] ?? 1;
  const anchor = Math.floor(first / Math.min(unit, day)) * Math.min(unit, day);
  return { step, snap: time => anchor + Math.floor((time - anchor) / length) * length };
}

const units = ['week', 'day', 'hour', 'minute', 'second'] as const;

function inUnits(length: number): Step {
  const unit = units.find(name => length % unitLength[name]! === 0) ?? 'second';
  return { unit, count: length / unitLength[unit]! };
}

/** Months, quarters or years: at most one time in a month, on one day of the month or close to it. */
function monthGrid(runs: Runs, distances: readonly number[]): Grid | null {
  if (distances.some(distance => distance < 20 * day)) return null;
  const months = runs.map(run => run.map(monthIndex));
  const gaps = months.flatMap(run => Array.from(run.subarray(1), (month, i) => month - run[i]!));
  if (gaps.includes(0)) return null;
  const common = gaps.reduce(gcd);
  const step: Step =
    common % 12 === 0
      ? { unit: 'year', count: common / 12 }
      : common % 3 === 0
        ? { unit: 'quarter', count: common / 3 }
        : { unit: 'month', count: common };
  const times = runs.flatMap(run => [...run]);
  const clock = clockTime(times[0]!);
  const oneClock = times.every(time => clockTime(time) === clock);
  if (oneClock && times.every(time => dayOfMonth(time) === dayOfMonth(times[0]!)) && dayOfMonth(times[0]!) <= 27) {
    return { step, snap: same };
  }
  if (oneClock && clock < lateEvening && times.every(isMonthEnd)) return { step, snap: same };
  if (distances.every(distance => distance === distances[0]) && distances[0]! % day === 0) return null;
  const usual = gaps.filter(gap => gap === common).length >= gaps.length / 2;
  if (!usual || daySpread(times.map(dayOfMonth)) > 7) return null;
  return {
    step,
    snap: time => monthStart(monthIndex(roundToDay(time))),
    note: 'the day of the month differs: the times were taken as whole months',
  };
}

/** From here on a time of day is midnight of a zone east of Greenwich: it belongs to the next day. */
const lateEvening = 21 * 3_600_000;
const roundToDay = (time: number): number => (clockTime(time) >= lateEvening ? time + day - lateEvening : time);

/** Width of the narrowest span of days that holds all days of the month, around the end of the month if need be. */
function daySpread(days: readonly number[]): number {
  const sorted = [...new Set(days)].sort((a, b) => a - b);
  const gaps = sorted.map((value, i) => (sorted[i + 1] ?? sorted[0]! + 31) - value);
  return 31 - Math.max(...gaps);
}

/** Days whose time of day differs by an hour, as that of a zone with daylight saving does; null where it does not. */
function wholeDays(runs: Runs, distances: readonly number[]): ((time: number) => number) | null {
  if (distances.some(distance => distance < 20 * 3_600_000)) return null;
  const first = clockTime(runs[0]![0]!);
  let low = 0;
  let high = 0;
  for (const run of runs) {
    for (const time of run) {
      const offset = ((clockTime(time) - first + 1.5 * day) % day) - day / 2;
      low = Math.min(low, offset);
      high = Math.max(high, offset);
    }
  }
  if (high === low || high - low > 3_600_000) return null;
  const centre = first + (low + high) / 2;
  const next = centre >= lateEvening ? day : 0;
  return time => Math.round((time - centre) / day) * day + next;
}

/** A step of one length, which the most frequent or the shortest distance gives. */
function fixedGrid(
  runs: Runs,
  distances: readonly number[],
  source: string,
  stepOf: (length: number) => Step,
  snap: (time: number) => number,
): Grid | HillockError {
  const rounded = distances.map(distance => Number(distance.toPrecision(12)));
  const counts = new Map<number, number>();
  for (const distance of rounded) counts.set(distance, (counts.get(distance) ?? 0) + 1);
  const ranked = [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0]);
  const [usual, times] = ranked[0]!;
  const shortest = rounded.reduce((least, distance) => Math.min(least, distance));
  const points = runs.reduce((sum, run) => sum + run.length, 0);
  for (const length of [usual, shortest]) {
    if (length === shortest && length !== usual) {
      const positions = runs.reduce((sum, run) => sum + (run.at(-1)! - run[0]!) / length + 1, 0);
      if (counts.get(shortest)! < 0.05 * distances.length || points < positions / 2) continue;
    }
    if (runs.every(run => firstMisfit(run, length) < 0)) return { step: stepOf(length), snap };
  }
  return irregular(runs, stepOf(usual), usual, times, distances.length, source);
}

/** The first position that is no whole number of steps after the first; −1 when all are. */
function firstMisfit(run: Float64Array, length: number): number {
  return run.findIndex(time => !isWhole((time - run[0]!) / length));
}

const isWhole = (steps: number): boolean => Math.abs(steps - Math.round(steps)) <= 1e-6 * Math.max(1, Math.abs(steps));

function irregular(runs: Runs, step: Step, length: number, times: number, all: number, source: string): HillockError {
  const fits = (from: number, to: number) => firstMisfit(Float64Array.of(from, to), length) < 0;
  const misfits = runs.flatMap(run =>
    Array.from(run.subarray(1), (time, i) => [run[i]!, time] as const).filter(([from, to]) => !fits(from, to)),
  );
  const shown: Step = step.unit === 'row' ? step : { unit: length % 60_000 === 0 ? 'minute' : 'second', count: 1 };
  const [from, to] = (misfits[0] ?? []).map(time => formatTime(time, shown));
  const count = (value: number) => value.toLocaleString('en');
  return new HillockError(
    'data',
    `the times of ${source} stand at no regular step: the most frequent distance is ${stepName(step)} ` +
      `(${count(times)} of ${count(all)}), but ${count(misfits.length)} ` +
      `${misfits.length === 1 ? 'distance is' : 'distances are'} no multiple of it, the first from ${from} to ${to}`,
    "give the step, such as --step day or --step '15 minutes' (times move down to it, and the duplicates rule says what rows of one step become), or --step row for rows one after the other",
  );
}
