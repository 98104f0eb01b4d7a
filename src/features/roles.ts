/** What each column is good for, decided from its training rows, with the reason in words. */
import type { Column } from '../data/table.ts';
import type { Role } from './role-names.ts';
import { type NumberStats, numberStats, type TextStats, textStats } from './stats.ts';

/** The role of one column and why. */
export interface Decision {
  readonly column: string;
  readonly role: Role;
  readonly reason: string;
}

export type Verdict = Pick<Decision, 'role' | 'reason'>;

export type ColumnStats =
  | { readonly type: 'number' | 'date'; readonly stats: NumberStats }
  | { readonly type: 'text'; readonly stats: TextStats };

/** Statistics of a column over rows. */
export function columnStats(column: Column, rows: ArrayLike<number>): ColumnStats {
  return column.type === 'text'
    ? { type: 'text', stats: textStats(column, rows) }
    : { type: column.type, stats: numberStats(column.values, rows) };
}

/** Whole numbers with at most this many values, each in this many rows on average, are also taken as categories. */
const fewValues = 128;
const rowsPerValue = 32;
/** A level in this many rows repeats. */
const repeats = 5;

/** The role of a column with these statistics. */
export function decideRole(name: string, { type, stats }: ColumnStats): Verdict {
  if (stats.count === 0) return { role: 'empty', reason: 'every value is missing' };
  if (stats.distinct === 1 && stats.count === stats.rows) return { role: 'constant', reason: 'one value in every row' };
  if (type === 'text') return textRole(stats);
  if (type === 'date') return { role: 'date', reason: 'dates' };
  return numberRole(name, stats);
}

function numberRole(name: string, stats: NumberStats): Verdict {
  const { count, distinct, min, max, integers } = stats;
  if (distinct === 1) return { role: 'numeric', reason: 'one value: only whether it is missing tells something' };
  if (!integers) return { role: 'numeric', reason: 'numbers' };
  if (isNumbering(name, stats)) {
    return {
      role: 'identifier',
      reason: `a whole number of its own in every row (${min} … ${max}), like a row number`,
    };
  }
  if (count >= 10 && distinct >= 0.9 * count && soundsLikeId(name)) {
    return {
      role: 'identifier',
      reason: `${share(distinct, count)} of the values differ, and its name says identifier`,
    };
  }
  if (isFew(stats)) {
    return { role: 'both', reason: `whole numbers with ${distinct} values: as a number and as categories` };
  }
  return { role: 'numeric', reason: distinct === 2 ? `two values (${min}, ${max})` : 'whole numbers' };
}

/** Whether whole numbers repeat so often that each can have a flag of its own. */
export const isFew = ({ integers, distinct, rows }: NumberStats): boolean =>
  integers && distinct >= 3 && distinct <= Math.min(fewValues, rows / rowsPerValue);

/** All different yet packed together: quantities drawn by chance from so few would repeat. */
function isNumbering(name: string, { count, distinct, min, max }: NumberStats): boolean {
  if (distinct < count || max - min + 1 > 3 * count || soundsLikeTime(name)) return false;
  return count >= 30 || (count >= 3 && soundsLikeId(name));
}

function textRole({ rows, count, distinct, counts }: TextStats): Verdict {
  let repeating = 0;
  for (const times of counts.values()) if (times >= repeats) repeating += times;
  const few = distinct <= 20 && (count >= 2 * distinct || (distinct <= 3 && distinct < count) || distinct === 1);
  if (few || repeating >= 0.5 * count) return { role: 'category', reason: `${distinct} levels${booleanNote(counts)}` };
  const wordy = [...counts.keys()].filter(level => /\S\s+\S/.test(level)).length >= 0.5 * distinct;
  const kind = wordy ? 'free text' : 'identifier-like text';
  const found = `${distinct} different values in ${count} rows: ${kind}`;
  const missing = rows - count;
  if (missing >= 0.05 * rows && count >= 0.05 * rows) {
    return {
      role: 'presence',
      reason: `${found}; only whether it is given is used (missing in ${share(missing, rows)})`,
    };
  }
  return { role: wordy ? 'text' : 'identifier', reason: found };
}

const truths = new Set(['true', 'yes', 'y', 't', 'on']);

function booleanNote(counts: ReadonlyMap<string, number>): string {
  const yes = [...counts.keys()].some(level => truths.has(level.toLowerCase()));
  return counts.size === 2 && yes ? ', yes or no' : '';
}

const share = (part: number, whole: number) => `${Math.round((100 * part) / whole)} %`;

const words = (name: string): readonly string[] =>
  name
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u);
const idWords = new Set(
  'id ids uuid guid key code number nr no num index idx row rowid serial instant unnamed'.split(' '),
);
const timeWords = new Set('year years date time timestamp month week day days quarter hour minute period'.split(' '));

const soundsLikeId = (name: string) => name.trim() === '' || words(name).some(word => idWords.has(word));
const soundsLikeTime = (name: string) => words(name).some(word => timeWords.has(word));
