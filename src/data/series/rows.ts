/** Rows of a table in their series and in their order of time. */
import { HillockError } from '../../errors.ts';
import type { ReadNote, Table } from '../table.ts';
import { type Groups, groupCandidates } from './groups.ts';
import type { SeriesOptions } from './series.ts';
import { formatTime, lengthOf, type Step, stepName } from './step.ts';
import type { Times } from './time.ts';

/** The rows of one series by rising time. */
export interface Ordered {
  readonly key: string;
  readonly rows: Int32Array;
}

/** The rows of each series by rising time, rows of one time in file order; rows without a time are left out. */
export function orderRows(table: Table, { codes, keys }: Groups, { values, columns }: Times) {
  const lists: number[][] = keys.map(() => []);
  const missing: number[] = [];
  const falls: number[] = [];
  for (let row = 0; row < table.rows; row++) {
    if (!Number.isFinite(values[row]!)) {
      missing.push(row);
      continue;
    }
    const list = lists[codes[row]!]!;
    if (list.length > 0 && values[row]! < values[list.at(-1)!]!) falls.push(row);
    list.push(row);
  }
  const name = columns.map(column => `'${column}'`).join(' and ');
  const count = (rows: readonly number[]) =>
    `${rows.length.toLocaleString('en')} ${rows.length === 1 ? 'row' : 'rows'}`;
  if (missing.length === table.rows) throw new HillockError('data', `no row of ${table.source} has a time in ${name}`);
  const notes: ReadNote[] = [];
  if (missing.length > 0) {
    const message = `${count(missing)} without a time in ${name} left out, the first is row ${missing[0]! + 1}`;
    notes.push({ row: missing[0]! + 1, message });
  }
  if (falls.length > 0) {
    const message = `the rows were sorted by time: ${count(falls)} ${falls.length === 1 ? 'was' : 'were'} earlier than the row before, the first is row ${falls[0]! + 1}`;
    notes.push({ row: falls[0]! + 1, message });
    for (const list of lists) list.sort((a, b) => values[a]! - values[b]! || a - b);
  }
  const ordered: Ordered[] = lists.flatMap((list, code) =>
    list.length > 0 ? [{ key: keys[code]!, rows: Int32Array.from(list) }] : [],
  );
  return { ordered, notes };
}

/** Different values, rising, of rising values. */
export const distinct = (rising: Float64Array): Float64Array =>
  rising.filter((value, i) => i === 0 || value !== rising[i - 1]);

/** What the rows of one time become. */
export type Merge = 'none' | 'mean' | 'sum';

/**
 * How rows of one time in one series are taken together, and a note where there are such rows; throws where nothing
 * explains them. Hours of a wall clock that occur twice when daylight saving ends are averaged.
 */
export function mergeRule(
  table: Table,
  ordered: readonly Ordered[],
  { columns }: Times,
  placed: Float64Array,
  step: Step,
  options: SeriesOptions,
  groups: Groups,
): { readonly merge: Merge; readonly notes: readonly ReadNote[] } {
  const twice = ordered.flatMap(({ key, rows }) =>
    Array.from(rows.subarray(1), (row, i) => ({ key, first: rows[i]!, row })).filter(
      pair => placed[pair.first] === placed[pair.row],
    ),
  );
  const one = twice[0];
  if (!one) return { merge: 'none', notes: [] };
  const merge = options.duplicates ?? 'error';
  const where = `${formatTime(placed[one.row]!, step)}${one.key === '' ? '' : ` of '${one.key}'`}`;
  const rows = `${twice.length.toLocaleString('en')} ${twice.length === 1 ? 'row stands' : 'rows stand'}`;
  if (merge !== 'error') {
    const message = `${rows} at the time of a row before (row ${one.row + 1} at that of row ${one.first + 1}): their ${merge} is taken`;
    return { merge, notes: [{ row: one.row + 1, message }] };
  }
  if (
    isClockSetBack(
      twice.map(({ row }) => placed[row]!),
      step,
    )
  ) {
    const message = `${rows} at an hour that occurs twice when daylight saving ends (${where}): the mean is taken`;
    return { merge: 'mean', notes: [{ row: one.row + 1, message }] };
  }
  const used = new Set([options.target, ...columns, ...(options.ignore ?? [])]);
  const free = table.columns.filter(({ name }) => !used.has(name));
  const candidates = groupCandidates(free, placed, groups.codes);
  const more = twice.length > 1 ? `; ${twice.length.toLocaleString('en')} such rows in all` : '';
  throw new HillockError(
    'data',
    `rows ${one.first + 1} and ${one.row + 1} of ${table.source} have one time at a step of one ${stepName(step)}, ${where}${more}`,
    candidates.length > 0
      ? `tell the series apart with --group ${candidates.slice(0, 3).join(', or --group ')}`
      : 'remove the rows that are there twice, or train with --duplicates mean (or sum)',
  );
}

/** Whether all times lie in hours in which clocks are set back: on Sundays before four, two of them a year at most. */
function isClockSetBack(times: readonly number[], step: Step): boolean {
  const length = step.unit === 'row' ? 0 : (lengthOf(step) ?? 0);
  if (length === 0 || length > 3_600_000) return false;
  const days = new Set(times.map(time => Math.floor(time / 86_400_000)));
  const years = new Map<number, number>();
  for (const day of days) {
    const date = new Date(day * 86_400_000);
    if (date.getUTCDay() !== 0 || ![2, 3, 8, 9, 10].includes(date.getUTCMonth())) return false;
    years.set(date.getUTCFullYear(), (years.get(date.getUTCFullYear()) ?? 0) + 1);
  }
  return [...years.values()].every(count => count <= 2) && times.every(time => new Date(time).getUTCHours() < 4);
}
