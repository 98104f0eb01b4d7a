/** Fits the encoder of a table on its training rows. */
import { type Column, column as columnNamed, type Table } from '../data/table.ts';
import { HillockError } from '../errors.ts';
import { type EncodedColumn, type Encoder, inputName, makeEncoder, outputNames } from './encoder.ts';
import { asInput } from './encodings/scale.ts';
import { findLeaks, type Warning } from './leaks.ts';
import { binsWithin, encodingsOf, takes } from './parts.ts';
import type { Role } from './role-names.ts';
import { type ColumnStats, columnStats, type Decision, decideRole, type Verdict } from './roles.ts';
import { seenIn } from './seen.ts';

export interface FitOptions {
  /** The column to predict; it gets no role. */
  readonly target?: string | undefined;
  /** Columns to leave out. */
  readonly ignore?: readonly string[] | undefined;
  /** Roles that are told instead of decided: column → role. */
  readonly roles?: ReadonlyMap<string, Role> | undefined;
  /**
   * `plain` (unless told): numbers on a scale and flags, as linear models want them. `full` adds what networks learn
   * more from: logarithms, bins, calendar fields.
   */
  readonly encoding?: 'plain' | 'full' | undefined;
}

export interface FittedEncoder {
  readonly encoder: Encoder;
  /** One for each column but the target, in the table's order. */
  readonly decisions: readonly Decision[];
  readonly warnings: readonly Warning[];
}

/**
 * Decides roles and fits encodings on `trainRows` only: no other row changes anything in the result.
 * Throws when a named column does not exist or no column is left.
 */
export function fitEncoder(table: Table, trainRows: Int32Array, options: FitOptions = {}): FittedEncoder {
  const { target, ignore = [], roles = new Map<string, Role>(), encoding = 'plain' } = options;
  for (const name of [...ignore, ...roles.keys()]) columnNamed(table, name);
  const ignored = new Set(ignore);
  const decisions: Decision[] = [];
  const encoded: EncodedColumn[] = [];
  const warnings: Warning[] = [];
  const taken = new Set<string>(outputNames);
  const bins = binsWithin(table.rows, table.columns.filter(({ type }) => type !== 'text').length);
  for (const column of table.columns) {
    if (column.name === target) continue;
    const stats = columnStats(column, trainRows);
    const verdict = ignored.has(column.name)
      ? ({ role: 'ignored', reason: 'as asked' } as const)
      : verdictOf(column, stats, roles.get(column.name));
    const used = takes(column.type, verdict.role);
    const made = encodingsOf(stats, verdict.role, { full: encoding === 'full', bins });
    const lost = made.parts.length === 0 && used;
    decisions.push({ column: column.name, ...(lost ? nothingToTell(stats) : verdict) });
    if (used) warnings.push(...precisionWarning(column, stats));
    if (made.parts.length === 0) continue;
    const input = inputName(column.name, encoded.length, taken);
    taken.add(input);
    encoded.push({
      name: column.name,
      input,
      type: column.type,
      ...reading(column),
      ...made,
      seen: seenIn(stats, verdict.role),
    });
  }
  if (encoded.length === 0) throw nothingLeft(table, decisions);
  const used = encoded.map(({ name }) => name);
  if (target !== undefined) warnings.push(...findLeaks(table, trainRows, target, used));
  return { encoder: makeEncoder(encoded), decisions, warnings };
}

function nothingToTell({ stats }: ColumnStats): Verdict {
  const few = `the same in all rows that have it, and too few are missing (${stats.rows - stats.count})`;
  const close = 'its values do not differ enough for float32';
  return { role: 'constant', reason: stats.distinct < 2 ? few : close };
}

function reading(column: Column): Pick<EncodedColumn, 'format' | 'decimal'> {
  if (column.type === 'date') return { format: column.format };
  return column.type === 'number' && column.decimal ? { decimal: column.decimal } : {};
}

const usedRoles: readonly Role[] = ['numeric', 'category', 'both', 'date', 'presence'];
const leftOut: readonly Role[] = ['identifier', 'text', 'constant', 'empty', 'ignored'];

function verdictOf(column: Column, stats: ColumnStats, asked: Role | undefined): Verdict {
  if (asked === undefined) return decideRole(column.name, stats);
  const allowed = [...usedRoles.filter(role => takes(column.type, role)), ...leftOut];
  if (allowed.includes(asked)) {
    return stats.stats.count === 0 ? decideRole(column.name, stats) : { role: asked, reason: 'as asked' };
  }
  throw new HillockError(
    'usage',
    `column '${column.name}' holds ${column.type === 'text' ? 'text' : `${column.type}s`} and cannot be '${asked}'`,
    `roles for it are: ${allowed.join(', ')}`,
  );
}

function precisionWarning(column: Column, { type, stats }: ColumnStats): readonly Warning[] {
  if (type === 'text' || stats.distinct < 2) return [];
  const { min, max } = stats;
  if (max - min > 1e-3 * Math.max(Math.abs(min), Math.abs(max))) return [];
  const seen = stats.sorted.map(asInput);
  const distinct = seen.reduce((n, value, i) => n + (i === 0 || value !== seen[i - 1] ? 1 : 0), 0);
  if (distinct >= 0.5 * stats.distinct || distinct > 1000) return [];
  const message = `'${column.name}' has ${stats.distinct} values of which float32 can tell ${distinct} apart: subtract a constant from it`;
  return [{ columns: [column.name], message }];
}

function nothingLeft(table: Table, decisions: readonly Decision[]): HillockError {
  const listed = decisions.slice(0, 8).map(({ column, role, reason }) => `'${column}' (${role}: ${reason})`);
  const found = decisions.length === 0 ? 'there is no column beside the target' : `left out: ${listed.join(', ')}`;
  return new HillockError(
    'data',
    `${table.source} has no column to learn from; ${found}`,
    'give a table with other columns; to forecast a series from its own past: --task forecast',
  );
}
