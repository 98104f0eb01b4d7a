/** What is in a table and what is made of it, one row a column. */
import { formatDate } from '../data/dates.ts';
import type { Column, Table } from '../data/table.ts';
import { columnStats, type Decision } from './roles.ts';

/** One column in the data report. */
export interface ColumnReport {
  readonly column: string;
  readonly type: Column['type'];
  /** The decided role; 'target' for the column to predict, undefined where nothing was decided. */
  readonly role: Decision['role'] | 'target' | undefined;
  /** Share of missing cells, 0 … 1. */
  readonly missing: number;
  readonly distinct: number;
  /** Of numbers and dates (as days since 1970-01-01). */
  readonly range?: { readonly mean: number; readonly min: number; readonly max: number };
  /** Of words: the most frequent ones. */
  readonly top?: readonly { readonly level: string; readonly rows: number }[];
  /** `range` or `top` in words. */
  readonly summary: string;
  readonly why: string;
}

export interface DescribeOptions {
  readonly target?: string;
  /** The rows to describe; all when not given. */
  readonly rows?: ArrayLike<number>;
}

const topLevels = 3;
const short = (value: number) => String(Number(value.toPrecision(4)));
const clip = (text: string) => (text.length > 24 ? `${text.slice(0, 23)}…` : text);

/** The data report of a table, in the order of its columns. */
export function describe(
  table: Table,
  decisions: readonly Decision[],
  { target, rows }: DescribeOptions = {},
): readonly ColumnReport[] {
  const decided = new Map(decisions.map(decision => [decision.column, decision]));
  const chosen = rows ?? Int32Array.from({ length: table.rows }, (_, row) => row);
  return table.columns.map(column => {
    const decision = decided.get(column.name);
    const isTarget = column.name === target;
    return {
      column: column.name,
      type: column.type,
      role: isTarget ? 'target' : decision?.role,
      ...content(column, chosen),
      why: isTarget ? 'to predict' : (decision?.reason ?? ''),
    };
  });
}

function content(
  column: Column,
  rows: ArrayLike<number>,
): Pick<ColumnReport, 'missing' | 'distinct' | 'range' | 'top' | 'summary'> {
  const { type, stats } = columnStats(column, rows);
  const { count, distinct } = stats;
  const missing = rows.length === 0 ? 0 : 1 - count / rows.length;
  if (count === 0) return { missing, distinct, summary: '' };
  if (type === 'text') {
    const ordered = [...stats.counts].sort(([, a], [, b]) => b - a).slice(0, topLevels);
    const top = ordered.map(([level, times]) => ({ level, rows: times }));
    const listed = top.map(({ level, rows: times }) => `${clip(level)} ${Math.round((100 * times) / count)} %`);
    return { missing, distinct, top, summary: listed.join(', ') + (distinct > topLevels ? ', …' : '') };
  }
  const { mean, min, max } = stats;
  const shown =
    type === 'date'
      ? (day: number) => formatDate(Math.round(day))
      : (value: number) => String(Number(value.toPrecision(7)));
  const middle = type === 'date' ? '' : `mean ${short(mean)}, `;
  return { missing, distinct, range: { mean, min, max }, summary: `${middle}${shown(min)} … ${shown(max)}` };
}
