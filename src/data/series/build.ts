/** One regular series from its rows: values in their places, gaps filled. */
import { HillockError } from '../../errors.ts';
import type { ReadNote } from '../table.ts';
import type { Feature } from './features.ts';
import { carryForward, type Filled, fillGaps, shortGap } from './fill.ts';
import type { Merge } from './rows.ts';
import { calendarSeasons } from './season.ts';
import { type Series, timeAt } from './series.ts';
import { formatTime, lengthOf, type Step, stepName, stepsBetween } from './step.ts';

export interface Plan {
  readonly key: string;
  /** By rising time. */
  readonly rows: Int32Array;
  /** The time of every row of the table on the grid. */
  readonly placed: Float64Array;
  readonly step: Step;
  readonly target: { readonly name: string; readonly values: Float64Array };
  readonly features: readonly Feature[];
  readonly merge: Merge;
  readonly source: string;
}

/** A series and what was done to it; no series where no row has a target. */
export interface Built {
  readonly key: string;
  readonly series: Series | null;
  readonly filled: Filled;
  /** Rows before the first target, which are left out. */
  readonly before: number;
}

const nothing: Filled = { count: 0, gaps: 0, first: -1, fromSeason: 0 };
const mostSteps = 1000;
const mostPerRow = 20;

export function buildSeries(plan: Plan): Built {
  const { key, placed, step, target, merge } = plan;
  const begin = plan.rows.findIndex(row => Number.isFinite(target.values[row]!));
  if (begin < 0) return { key, series: null, filled: nothing, before: plan.rows.length };
  const start = placed[plan.rows[begin]!]!;
  const from = plan.rows.findIndex(row => placed[row]! >= start);
  const rows = plan.rows.subarray(from);
  const places = Float64Array.from(rows, row => Math.round(stepsBetween(start, placed[row]!, step)));
  const length = places.at(-1)! + 1;
  if (length > Math.max(mostSteps, mostPerRow * rows.length)) throw tooWide(plan, rows, places);
  const at = (column: Float64Array, how: Merge) => inPlaces(column, rows, places, length, how);
  const values = at(target.values, merge);
  const history = values.findLastIndex(value => !Number.isNaN(value)) + 1;
  const observed = Uint8Array.from(values, value => (Number.isNaN(value) ? 0 : 1));
  const filled = fillGaps(values.subarray(0, history), calendarSeasons(step)[0] ?? 1);
  const features = new Map<string, Float64Array>();
  for (const feature of plan.features) {
    const column = at(feature.values, feature.levels || merge === 'none' ? 'none' : 'mean');
    carryForward(column);
    if (Number.isNaN(column[0]!)) column.fill(feature.levels ? -1 : meanOf(feature.values));
    features.set(feature.name, column);
  }
  return { key, series: { key, start, step, length, history, values, observed, features }, filled, before: from };
}

/** The values of rows in their places, NaN where there is none; of several in one place the first, mean or sum. */
function inPlaces(
  column: Float64Array,
  rows: Int32Array,
  places: Float64Array,
  length: number,
  merge: Merge,
): Float64Array {
  const values = new Float64Array(length).fill(Number.NaN);
  const counts = merge === 'mean' ? new Int32Array(length) : null;
  rows.forEach((row, i) => {
    const value = column[row]!;
    const place = places[i]!;
    if (!Number.isFinite(value)) return;
    if (Number.isNaN(values[place]!)) values[place] = value;
    else if (merge !== 'none') values[place]! += value;
    if (counts) counts[place]!++;
  });
  return counts ? values.map((value, i) => value / Math.max(1, counts[i]!)) : values;
}

function meanOf(values: Float64Array): number {
  const known = values.filter(Number.isFinite);
  return known.reduce((sum, value) => sum + value / known.length, 0);
}

function tooWide({ key, placed, step, source }: Plan, rows: Int32Array, places: Float64Array): HillockError {
  let widest = 1;
  for (let i = 1; i < places.length; i++) {
    if (places[i]! - places[i - 1]! > places[widest]! - places[widest - 1]!) widest = i;
  }
  const time = (i: number) => `${formatTime(placed[rows[i]!]!, step)} (row ${rows[i]! + 1})`;
  const count = (value: number) => value.toLocaleString('en');
  return new HillockError(
    'data',
    `${source}${key === '' ? '' : `, series '${key}'`}: ${count(rows.length)} rows span ${count(places.at(-1)! + 1)} steps of one ${stepName(step)}; ` +
      `the widest gap is from ${time(widest - 1)} to ${time(widest)}`,
    'check these times, give a longer step with --step, or --step row for rows one after the other',
  );
}

/** What is worth telling of gaps, of rows before the first target, and of the future. */
export function gapNotes(built: readonly Built[], step: Step): ReadNote[] {
  const several = built.length > 1;
  const count = (value: number, one: string, many = `${one}s`) =>
    `${value.toLocaleString('en')} ${value === 1 ? one : many}`;
  const notes: ReadNote[] = [];
  const empty = built.filter(({ series }) => series === null);
  if (empty.length > 0)
    notes.push({
      message: `${count(empty.length, 'series', 'series')} without any target left out, the first is '${empty[0]!.key}'`,
    });
  const before = built.reduce((sum, { series, before }) => sum + (series ? before : 0), 0);
  if (before > 0) notes.push({ message: `${count(before, 'row')} before the first target left out` });
  const gappy = built.filter(({ filled }) => filled.count > 0);
  const first = gappy[0];
  if (first?.series) {
    const sum = (part: 'count' | 'gaps' | 'fromSeason') => gappy.reduce((total, { filled }) => total + filled[part], 0);
    const where = formatTime(timeAt(first.series, first.filled.first), step) + (several ? ` of '${first.key}'` : '');
    const seasonal = sum('fromSeason');
    const rule =
      seasonal === 0
        ? 'by a straight line'
        : `by a straight line, ${seasonal.toLocaleString('en')} of them (gaps of more than ${shortGap}) with the value one season before`;
    const series = several ? ` in ${gappy.length} of ${count(built.length, 'series', 'series')}` : '';
    notes.push({
      message: `${count(sum('count'), 'value')} missing in ${count(sum('gaps'), 'gap')}${series}, the first at ${where}: filled ${rule}; filled values are never scored`,
    });
    const hint = weekendNote(gappy, step) ?? clockNote(gappy, step);
    if (hint !== undefined) notes.push({ message: hint });
  }
  const future = built.flatMap(({ series }) => (series && series.length > series.history ? [series] : []));
  const last = future[0];
  if (last) {
    const from = formatTime(timeAt(last, last.history), step);
    const steps = future.reduce((most, { length, history }) => Math.max(most, length - history), 0);
    notes.push({
      message: `no target from ${from} on${several ? ` in '${last.key}'` : ''}: ${count(steps, 'step')} of future, with what is known of it`,
    });
  }
  return notes;
}

function missingTimes(built: readonly Built[]): Date[] {
  return built.flatMap(({ series }) =>
    series
      ? Array.from(series.observed.subarray(0, series.history).entries()).flatMap(([i, seen]) =>
          seen ? [] : [new Date(timeAt(series, i))],
        )
      : [],
  );
}

function weekendNote(built: readonly Built[], { unit, count }: Step): string | undefined {
  if (unit !== 'day' || count !== 1) return undefined;
  const days = missingTimes(built).map(date => date.getUTCDay());
  const free = days.filter(day => day === 0 || day === 6).length;
  if (free < 8 || free < 0.6 * days.length) return undefined;
  return 'most missing days are Saturdays and Sundays; --step row takes the days that are there one after the other';
}

function clockNote(built: readonly Built[], step: Step): string | undefined {
  if ((lengthOf(step) ?? Number.POSITIVE_INFINITY) > 3_600_000 || step.unit === 'row') return undefined;
  const hours = missingTimes(built).filter(
    date =>
      date.getUTCDay() === 0 &&
      [2, 3, 8, 9].includes(date.getUTCMonth()) &&
      date.getUTCHours() >= 1 &&
      date.getUTCHours() <= 3,
  );
  const days = new Set(hours.map(date => Math.floor(date.getTime() / 86_400_000))).size;
  if (days === 0) return undefined;
  return `some missing hours may be clocks set forward: ${days} ${days === 1 ? 'lies' : 'lie'} before four on a Sunday of spring`;
}
