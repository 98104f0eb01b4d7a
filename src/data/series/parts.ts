/** Times that several columns make together: year + month, date + hour, date + time of day. */
import { HillockError } from '../../errors.ts';
import { daysOf } from '../dates.ts';
import type { Column, NumberColumn, ReadNote } from '../table.ts';
import { clockOf } from './written.ts';

const day = 86_400_000;

interface Part {
  readonly names: RegExp;
  readonly from: number;
  readonly to: number;
}

const datePart = {
  year: { names: /^(year|yr|yyyy|jahr)$/i, from: 1000, to: 2999 },
  quarter: { names: /^(quarter|qtr|q|quartal)$/i, from: 1, to: 4 },
  month: { names: /^(month|mon|mnth|mth|mm|monat)$/i, from: 1, to: 12 },
  day: { names: /^(day|dd|dom|mday|tag)$/i, from: 1, to: 31 },
} as const satisfies Readonly<Record<string, Part>>;

const clockPart = {
  hour: { names: /^(hour|hours|hr|h|hh|stunde)$/i, from: 0, to: 24 },
  minute: { names: /^(minute|minutes|min)$/i, from: 0, to: 59 },
  second: { names: /^(second|seconds|sec)$/i, from: 0, to: 59 },
} as const satisfies Readonly<Record<string, Part>>;

const clockNames = /^(time|clock|zeit|uhrzeit|hour|hr)$/i;

function fits(column: Column, { from, to }: Part): column is NumberColumn {
  if (column.type !== 'number') return false;
  const known = column.values.filter(value => !Number.isNaN(value));
  return known.length > 0 && known.every(value => Number.isInteger(value) && value >= from && value <= to);
}

const isPart = (column: Column, part: Part): column is NumberColumn =>
  part.names.test(column.name) && fits(column, part);

/** Columns that make a time together, and the time of each row in milliseconds since 1970-01-01; NaN = missing. */
export interface Composed {
  readonly columns: readonly string[];
  readonly values: Float64Array;
  readonly notes: readonly ReadNote[];
}

/** The dates of a year column with month, quarter and day columns beside it; null without a year and a part of it. */
export function dateOfParts(columns: readonly Column[]): Composed | null {
  const find = (name: keyof typeof datePart) => columns.find(column => isPart(column, datePart[name]));
  const year = find('year') as NumberColumn | undefined;
  const month = (find('month') ?? find('quarter')) as NumberColumn | undefined;
  if (!year || !month) return null;
  const perPart = isPart(month, datePart.month) ? 1 : 3;
  const date = (perPart === 1 ? find('day') : undefined) as NumberColumn | undefined;
  const values = year.values.map(
    (y, i) => daysOf(y, (month.values[i]! - 1) * perPart + 1, date ? date.values[i]! : 1) * day,
  );
  return { columns: [year, month, ...(date ? [date] : [])].map(({ name }) => name), values, notes: [] };
}

/** The time of day (ms) of the columns that tell one; null when there is none. `asked`: by kind, whatever its name. */
export function timeOfDay(columns: readonly Column[], asked = false): Composed | null {
  const clock = columns.find(
    column => column.type === 'text' && (asked || clockNames.test(column.name)) && isClock(column),
  );
  if (clock?.type === 'text') {
    const levels = clock.levels.map(clockOf);
    return {
      columns: [clock.name],
      values: Float64Array.from(clock.codes, code => levels[code] ?? Number.NaN),
      notes: [],
    };
  }
  const find = (name: keyof typeof clockPart) => columns.find(column => isPart(column, clockPart[name]));
  const hour = (find('hour') ?? (asked ? columns.find(column => fits(column, clockPart.hour)) : undefined)) as
    | NumberColumn
    | undefined;
  if (!hour) return null;
  const rest = columns.filter(column => column !== hour);
  const minute = rest.find(column => isPart(column, clockPart.minute)) as NumberColumn | undefined;
  const second = minute && (rest.find(column => isPart(column, clockPart.second)) as NumberColumn | undefined);
  const ending = hour.values.includes(24);
  const values = hour.values.map(
    (h, i) => ((h - (ending ? 1 : 0)) * 60 + (minute?.values[i] ?? 0)) * 60_000 + (second?.values[i] ?? 0) * 1000,
  );
  const notes = ending ? [{ column: hour.name, message: 'hours 1 to 24 were read as the hours that end then' }] : [];
  if (ending && hour.values.includes(0)) {
    throw new HillockError(
      'data',
      `the hours in '${hour.name}' go from 0 to 24: 24 is the 0 of the next day`,
      'write hours 0 to 23, or 1 to 24',
    );
  }
  return { columns: [hour, minute, second].flatMap(column => (column ? [column.name] : [])), values, notes };
}

function isClock(column: Column): boolean {
  return (
    column.type === 'text' && column.levels.length > 0 && !column.levels.some(level => Number.isNaN(clockOf(level)))
  );
}

/** Dates with a time of day added. */
export function withClock(dates: Composed, clock: Composed): Composed {
  return {
    columns: [...dates.columns, ...clock.columns],
    values: dates.values.map((date, i) => date + clock.values[i]!),
    notes: [...dates.notes, ...clock.notes],
  };
}

/** Whether no value has a time of day. */
export const isWholeDays = (values: Float64Array): boolean =>
  values.every(value => Number.isNaN(value) || value % day === 0);
