import { HillockError } from '../../errors.ts';
import { type Column, cellValue, column, type DateColumn, type ReadNote, type Table } from '../table.ts';
import { type Composed, dateOfParts, isWholeDays, timeOfDay, withClock } from './parts.ts';
import { timesOfNumbers, timesOfTexts } from './written.ts';

/** The time of every row. */
export interface Times {
  /** The columns it was read from; none where the rows stand in file order. */
  readonly columns: readonly string[];
  /** Milliseconds since 1970-01-01 UTC, or plain numbers; NaN = missing. */
  readonly values: Float64Array;
  /** Whether the values are plain numbers without a calendar. */
  readonly plain: boolean;
  readonly notes: readonly ReadNote[];
}

const timeWords = new Set(
  'year years date dates datetime time timestamp month months week day days quarter hour minute period ds dt ts epoch zeit datum jahr monat'.split(
    ' ',
  ),
);

function soundsLikeTime(name: string): boolean {
  const words = name.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
  return words.split(/[^\p{L}\p{N}]+/u).some(word => timeWords.has(word));
}

/** Whether two rows of one series (rows with one key) have one time. */
export function hasRepeats(values: Float64Array, keys: Int32Array): boolean {
  const seen = new Map<number, Set<number>>();
  for (let row = 0; row < values.length; row++) {
    if (Number.isNaN(values[row]!)) continue;
    const times = seen.get(keys[row]!) ?? new Set();
    if (times.has(values[row]!)) return true;
    seen.set(keys[row]!, times.add(values[row]!));
  }
  return false;
}

/** The time of every row: from the columns asked for, else found; rows in file order where nothing tells a time. */
export function findTimes(table: Table, asked: readonly string[], taken: ReadonlySet<string>, keys: Int32Array): Times {
  const free = table.columns.filter(({ name }) => !taken.has(name));
  const found = asked.length > 0 ? askedTime(table, asked) : (foundTime(free, keys) ?? numbering(free, keys));
  if (!found) return inFileOrder(table);
  if (found.plain) return found;
  const times = found.columns.length === 1 && isWholeDays(found.values) ? addClock(found, free, keys) : found;
  return { ...times, plain: false, notes: [...orderNotes(table, times.columns), ...times.notes] };
}

function askedTime(table: Table, asked: readonly string[]): Times {
  const columns = asked.map(name => column(table, name));
  const first = columns[0]!;
  if (columns.length > 1) return { ...compose(table, columns), plain: false };
  const read = readTime(first);
  if (read) return { ...read, plain: false };
  if (first.type === 'number' && first.values.some(Number.isFinite)) {
    const message = 'plain numbers: they order the rows, but belong to no calendar';
    const values = first.values.map(value => (Math.abs(value) <= Number.MAX_SAFE_INTEGER ? value : Number.NaN));
    return { columns: [first.name], values, plain: true, notes: [{ column: first.name, message }] };
  }
  throw new HillockError(
    'data',
    `column '${first.name}' of ${table.source} tells no time: ${sample(first)}`,
    formatHint,
  );
}

const formatHint =
  'times are written like 2016-07-01 13:00, 2016-07-01, 1949-01, 31/12/1999, Jan 1949, 1949-Q1, 2016-W26 or 1949, all in one way';

function sample(column: Column): string {
  if (column.type !== 'text') return 'it holds no values';
  if (column.levels.length === 0) return 'it is empty';
  const odd = column.levels.filter(level => !timesOfTexts([level]));
  const words = (odd.length > 0 ? odd : column.levels).slice(0, 3).map(level => `'${level}'`);
  return `it holds ${words.join(', ')}${odd.length > 3 ? ', …' : ''}`;
}

function compose(table: Table, columns: readonly Column[]): Composed {
  const parts = dateOfParts(columns);
  const dated = columns.flatMap(candidate => readTime(candidate) ?? [])[0];
  const base = parts && (parts.columns.length > 1 || !dated) ? parts : dated;
  const rest = columns.filter(({ name }) => !base?.columns.includes(name));
  const clock = rest.length > 0 ? timeOfDay(rest, true) : null;
  const all = base && clock ? withClock(base, clock) : base;
  if (all && all.columns.length === columns.length) return all;
  const names = columns.map(({ name }) => `'${name}'`).join(' and ');
  throw new HillockError(
    'data',
    `the columns ${names} of ${table.source} make no time together`,
    'columns that do: a date and an hour (0 to 23) or a time of day (13:00); year (1949) and month (1 to 12), with a day; year and quarter',
  );
}

/** Milliseconds of days; NaN beyond the days that have a calendar date. */
const timeOfDays = (days: number): number => (Math.abs(days) < 1e8 ? Math.round(days * 86_400_000) : Number.NaN);

/** A single column read as times; null when it tells none. */
function readTime(column: Column): Composed | null {
  const columns = [column.name];
  if (column.type === 'date') {
    return { columns, values: column.values.map(timeOfDays), notes: [] };
  }
  if (column.type === 'number') {
    const read = timesOfNumbers(column.values);
    return read && { columns, values: read.times, notes: [{ column: column.name, message: `read as ${read.about}` }] };
  }
  const codes = new Set(column.codes);
  const used = column.levels.filter((_, code) => codes.has(code));
  const read = timesOfTexts(used);
  if (!read) return null;
  const times = new Map(used.map((level, i) => [level, read.times[i]!]));
  const values = Float64Array.from(column.codes, code => times.get(column.levels[code] ?? '') ?? Number.NaN);
  const message = `read as ${read.about} ('${used[0]}')`;
  return { columns, values, notes: [{ column: column.name, message }] };
}

function foundTime(free: readonly Column[], keys: Int32Array): Times | null {
  const dates = free.filter(
    (column): column is DateColumn => column.type === 'date' && column.values.some(Number.isFinite),
  );
  const best = dates.find(({ name }) => soundsLikeTime(name)) ?? dates[0];
  if (best) {
    const others = dates.filter(other => other !== best).map(({ name }) => `'${name}'`);
    const message = `taken for the time; ${others.join(', ')} hold${others.length === 1 ? 's' : ''} dates too (--time names another)`;
    return { ...readTime(best)!, plain: false, notes: others.length > 0 ? [{ column: best.name, message }] : [] };
  }
  for (const [i, candidate] of free.entries()) {
    if (candidate.type !== 'text' || !(i === 0 || soundsLikeTime(candidate.name))) continue;
    const read = readTime(candidate);
    if (read) return { ...read, plain: false };
  }
  const parts = dateOfParts(free);
  if (parts) {
    const message = `${parts.columns.map(name => `'${name}'`).join(' and ')} make the time together`;
    return { ...parts, plain: false, notes: [{ message }] };
  }
  for (const candidate of free) {
    if (candidate.type !== 'number' || !soundsLikeTime(candidate.name)) continue;
    const read = readTime(candidate);
    if (read && !hasRepeats(read.values, keys)) return { ...read, plain: false };
  }
  return null;
}

/** A column of plain numbers that sounds like time and never falls or repeats within a series. */
function numbering(free: readonly Column[], keys: Int32Array): Times | null {
  for (const candidate of free) {
    if (candidate.type !== 'number' || !soundsLikeTime(candidate.name)) continue;
    const last = new Map<number, number>();
    const rises = candidate.values.every((value, row) => {
      const before = last.get(keys[row]!) ?? Number.NEGATIVE_INFINITY;
      last.set(keys[row]!, value);
      return Math.abs(value) <= Number.MAX_SAFE_INTEGER && value > before;
    });
    if (!rises || candidate.values.length < 2) continue;
    const message = 'taken for the time: plain numbers, of no calendar';
    return {
      columns: [candidate.name],
      values: candidate.values,
      plain: true,
      notes: [{ column: candidate.name, message }],
    };
  }
  return null;
}

/** Dates that repeat within a series, with the hours or times of day beside them. */
function addClock(dates: Times, free: readonly Column[], keys: Int32Array): Times {
  if (!hasRepeats(dates.values, keys)) return dates;
  const clock = timeOfDay(free.filter(({ name }) => !dates.columns.includes(name)));
  if (!clock) return dates;
  const both = withClock(dates, clock);
  const message = `${both.columns.map(name => `'${name}'`).join(' and ')} make the time together`;
  return { ...both, plain: false, notes: [...both.notes, { message }] };
}

/** How dates are written where day and month could be taken for one another. */
function orderNotes(table: Table, names: readonly string[]): ReadNote[] {
  return table.columns.flatMap(column => {
    if (column.type !== 'date' || !names.includes(column.name) || !/^(dd|mm).(dd|mm)/.test(column.format)) return [];
    if (table.notes.some(note => note.column === column.name && note.message.includes(' or '))) return [];
    const telling = column.values.findIndex(days => new Date(days * 86_400_000).getUTCDate() > 12);
    const example = telling < 0 ? '' : `: row ${telling + 1} is ${cellValue(column, telling)}`;
    return [{ column: column.name, message: `dates are written ${column.format}${example}` }];
  });
}

function inFileOrder(table: Table): Times {
  const message = 'no column tells the time: the rows are taken in file order (--time names one)';
  const values = Float64Array.from({ length: table.rows }, (_, row) => row);
  return { columns: [], values, plain: true, notes: [{ message }] };
}
