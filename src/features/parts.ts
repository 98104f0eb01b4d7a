/** What a column becomes, by its type and role. */
import type { Column } from '../data/table.ts';
import { calendarFields, calendarNumber } from './calendar.ts';
import type { CalendarParts, EncodedColumn } from './encoder.ts';
import { fitBins, mostBins } from './encodings/bins.ts';
import { fitCycles } from './encodings/cycle.ts';
import type { Part } from './encodings/index.ts';
import { fitLog } from './encodings/log.ts';
import { asInput, fitScale } from './encodings/scale.ts';
import { fitSign } from './encodings/sign.ts';
import { fitValues } from './encodings/values.ts';
import { fitWords, leastRows, presence } from './encodings/words.ts';
import type { Role } from './role-names.ts';
import { type ColumnStats, isFew } from './roles.ts';
import { type NumberStats, numberStats } from './stats.ts';

interface Detail {
  /** With logarithms, bins and calendar fields. */
  readonly full: boolean;
  /** No column gets more bins than this. */
  readonly bins: number;
}

type Made = Pick<EncodedColumn, 'parts' | 'calendar'>;
type Make<S> = (stats: S, detail: Detail) => Made;

const present = <T>(...items: readonly (T | undefined)[]): readonly T[] => items.filter(item => item !== undefined);

const missingFlag = (stats: NumberStats): Part | undefined =>
  stats.rows - stats.count >= leastRows(stats.rows) ? { kind: 'missing' } : undefined;

function scaled(stats: NumberStats, { full, bins }: Detail): readonly Part[] {
  if (!full) return present<Part>(fitScale(stats), missingFlag(stats));
  const sign = fitSign(stats);
  if (sign) return present<Part>(sign, missingFlag(stats));
  return present<Part>(fitScale(stats), fitLog(stats), missingFlag(stats), fitBins(stats, bins));
}

function dates(stats: NumberStats, detail: Detail): Made {
  const { full, bins } = detail;
  const time = present<Part>(fitScale(stats), missingFlag(stats), full ? fitBins(stats, bins) : undefined);
  const cycles = fitCycles(stats);
  if (!full) return { parts: [...time, ...cycles] };
  const calendar = calendarParts(stats, detail);
  const parts = [...time, ...cycles.filter(({ period }) => period !== 'week')];
  return calendar.length === 0 ? { parts } : { parts, calendar };
}

function calendarParts(dates: NumberStats, { bins }: Detail): readonly CalendarParts[] {
  return calendarFields.flatMap(field => {
    const values = dates.sorted.map(date => calendarNumber(field, asInput(date)));
    const found = numberStats(values, [...values.keys()]);
    if (found.distinct < 2) return [];
    const stats = { ...found, rows: dates.rows };
    const few = isFew(stats) ? fitValues(stats) : undefined;
    const parts = present<Part>(fitSign(stats) ?? fitScale(stats), fitBins(stats, bins), few);
    return parts.length === 0 ? [] : [{ field, parts }];
  });
}

const ofParts =
  (parts: (stats: NumberStats, detail: Detail) => readonly Part[]): Make<NumberStats> =>
  (stats, detail) => ({ parts: parts(stats, detail) });

const numbers: Partial<Record<Role, Make<NumberStats>>> = {
  numeric: ofParts(scaled),
  category: ofParts(stats => present<Part>(fitValues(stats), missingFlag(stats))),
  both: ofParts((stats, detail) => [...scaled(stats, detail), ...present<Part>(fitValues(stats))]),
};

const times: Partial<Record<Role, Make<NumberStats>>> = { date: dates, numeric: ofParts(scaled) };

const roles = {
  number: numbers,
  date: times,
  text: { category: true, presence: true } as Partial<Record<Role, true>>,
};

/** Whether a column of this type is used in this role. */
export const takes = (type: Column['type'], role: Role): boolean => roles[type][role] !== undefined;

/** What a column with these statistics becomes in a role; no parts where it is left out. */
export function encodingsOf(column: ColumnStats, role: Role, detail: Detail): Made {
  if (column.type !== 'text') return roles[column.type][role]?.(column.stats, detail) ?? { parts: [] };
  if (role === 'presence') return { parts: [presence] };
  const words = role === 'category' ? fitWords(column.stats) : undefined;
  return { parts: words && (words.levels.length > 0 || words.missing || words.other) ? [words] : [] };
}

/** Most numbers that the bins of a table may take: half a gigabyte. */
const mostNumbers = 2 ** 27;

/** How many bins a column may have in a table of this size. */
export const binsWithin = (rows: number, columns: number): number =>
  Math.max(2, Math.min(mostBins, Math.floor(mostNumbers / Math.max(1, rows * columns))));
