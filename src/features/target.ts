/** The column to predict: which task it makes, its classes or numbers, and the rows that have it. */
import { type Column, column as columnNamed, type Table } from '../data/table.ts';
import { HillockError } from '../errors.ts';
import { labelTexts } from './label-texts.ts';
import { type NumberStats, numberStats, textStats } from './stats.ts';

export type Task = 'binary' | 'multiclass' | 'regression';

/** The target of a table, row by row. */
export type Target = {
  readonly name: string;
  /** Why it is this task. */
  readonly reason: string;
  /** Rows that have a value. */
  readonly rows: Int32Array;
  /** Number of rows left out because they have none. */
  readonly missing: number;
  readonly warnings: readonly string[];
} & (
  | {
      readonly task: 'binary' | 'multiclass';
      /** Labels in order; of two, the second is the positive one. */
      readonly classes: readonly string[];
      /** Class of each row of the table, −1 = missing. */
      readonly codes: Int32Array;
      /** Rows of each class. */
      readonly counts: readonly number[];
    }
  | {
      readonly task: 'regression';
      /** Number of each row of the table, NaN = missing. */
      readonly values: Float64Array;
      /** The decimal mark of its cells when it is not a full stop. */
      readonly decimal?: ',' | undefined;
    }
);

const mostIntegerClasses = 20;
const rowsPerIntegerClass = 5;
const mostClasses = 1000;
const largestTarget = 1e30;

/**
 * Reads the target and tells its task: text makes classes, two values make two classes, whole numbers with at most
 * 20 values that repeat make classes, other numbers a regression.
 *
 * Classes are ordered as numbers when all are, else alphabetically without regard to case (no < yes, <=50K < >50K,
 * B < M).
 */
export function readTarget(table: Table, name: string, asked?: Task): Target {
  const column = targetColumn(table, name);
  const missing = columnMissing(column);
  const present = table.rows - missing.length;
  if (present === 0) {
    const found = table.rows === 0 ? 'the table has no rows' : `all ${table.rows} values are missing`;
    throw new HillockError('data', `the target '${name}' of ${table.source} has no value: ${found}`);
  }
  const absent = new Set(missing);
  const all = Int32Array.from({ length: table.rows }, (_, row) => row);
  const rows = absent.size === 0 ? all : all.filter(row => !absent.has(row));
  const { task, reason } = column.type === 'text' ? textTask(column, rows, asked) : numberTask(column, rows, asked);
  const base = { name, reason, rows, missing: missing.length };
  if (task === 'regression') {
    const { values, decimal } = column as Column & { type: 'number' };
    if (rows.some(row => Math.abs(values[row]!) > largestTarget)) {
      throw new HillockError(
        'data',
        `the target '${name}' has numbers beyond ±${largestTarget}, more than float32 training can carry`,
        'divide the column by a constant',
      );
    }
    return { ...base, task, values, ...(decimal && { decimal }), warnings: coarse(name, numberStats(values, rows)) };
  }
  const { classes, codes } = labels(column);
  const counts = new Array<number>(classes.length).fill(0);
  for (const row of rows) counts[codes[row]!]!++;
  const single = classes.filter((_, code) => counts[code] === 1);
  const warnings = single.map(
    label => `class '${label}' of '${name}' has a single row: it can be learned but not tested`,
  );
  return { ...base, task, classes, codes, counts, warnings };
}

/** Steps of float32 that a standard deviation of the target must hold for predictions to be told apart. */
const leastSteps = 64;

/** Warns where the numbers lie so far from 0 that float32 cannot carry what is different about them. */
function coarse(name: string, { min, max, std }: NumberStats): readonly string[] {
  const size = Math.max(Math.abs(min), Math.abs(max));
  const step = 2 ** (Math.floor(Math.log2(size)) - 23);
  if (std >= leastSteps * step) return [];
  const values = `around ${size.toPrecision(3)} float32 predictions are ${Number(step.toPrecision(3))} apart`;
  return [
    `the numbers of '${name}' differ by little (standard deviation ${Number(std.toPrecision(3))}), but ${values}: subtract a constant from it`,
  ];
}

function targetColumn(table: Table, name: string): Column {
  const found = columnNamed(table, name);
  if (found.type !== 'date') return found;
  throw new HillockError(
    'data',
    `the target '${name}' holds dates (${found.format}): a date cannot be predicted`,
    'give a column of numbers or words, for example the days until that date',
  );
}

function columnMissing(column: Column): number[] {
  const missing: number[] = [];
  if (column.type === 'text') {
    const blank = column.levels.map(level => level.trim() === '');
    column.codes.forEach((code, row) => {
      if (code < 0 || blank[code]) missing.push(row);
    });
  } else {
    column.values.forEach((value, row) => {
      if (!Number.isFinite(value)) missing.push(row);
    });
  }
  return missing;
}

interface Choice {
  readonly task: Task;
  readonly reason: string;
}

function textTask(column: Column & { type: 'text' }, rows: Int32Array, asked: Task | undefined): Choice {
  const { count, distinct, counts } = textStats(column, rows);
  const sample = [...counts.keys()].slice(0, 3).map(level => `'${level}'`);
  if (asked === 'regression') {
    throw new HillockError(
      'data',
      `a regression needs numbers, but the target '${column.name}' holds words such as ${sample.join(', ')}`,
      'leave --task out, or give a column of numbers',
    );
  }
  requireVaried(column.name, distinct, sample[0]!, count);
  if (distinct > 20 && distinct > 0.5 * count) {
    throw new HillockError(
      'data',
      `the target '${column.name}' has ${distinct} different words in ${count} rows: too many classes to learn`,
      'give a column whose words repeat, or numbers',
    );
  }
  return classification(column.name, distinct, asked, 'words');
}

function numberTask(column: Column & { type: 'number' | 'date' }, rows: Int32Array, asked: Task | undefined): Choice {
  const stats = numberStats(column.values, rows);
  const { count, distinct, integers } = stats;
  requireVaried(column.name, distinct, String(stats.min), count);
  if (asked === 'regression') return { task: asked, reason: 'as asked' };
  if (asked !== undefined) return classification(column.name, distinct, asked, 'numbers');
  if (distinct === 2) return classification(column.name, 2, undefined, 'numbers');
  if (integers && distinct <= mostIntegerClasses && count >= rowsPerIntegerClass * distinct && theyRepeat(stats)) {
    return classification(column.name, distinct, undefined, 'whole numbers');
  }
  return { task: 'regression', reason: `numbers with ${distinct} different values` };
}

/** At most one value stands in a single row. */
function theyRepeat({ sorted }: NumberStats): boolean {
  return sorted.filter((value, i) => value !== sorted[i - 1] && value !== sorted[i + 1]).length <= 1;
}

function requireVaried(name: string, distinct: number, value: string, count: number): void {
  if (distinct > 1) return;
  throw new HillockError(
    'data',
    `the target '${name}' is ${value} in all ${count} rows that have it: there is nothing to learn`,
    'give a column with at least two different values',
  );
}

function classification(name: string, distinct: number, asked: Task | undefined, what: string): Choice {
  if (distinct > mostClasses) {
    throw new HillockError(
      'data',
      `the target '${name}' has ${distinct} classes; at most ${mostClasses} can be learned`,
      what === 'words' ? 'group the rare ones' : 'use --task regression',
    );
  }
  if (asked === 'binary' && distinct !== 2) {
    throw new HillockError(
      'data',
      `a binary task needs a target with 2 values, but '${name}' has ${distinct}`,
      'leave --task out, or use --task multiclass',
    );
  }
  if (asked !== undefined && asked !== 'regression') return { task: asked, reason: 'as asked' };
  return { task: distinct === 2 ? 'binary' : 'multiclass', reason: `${what} with ${distinct} different values` };
}

const byNumber = (a: string, b: string) => Number(a) - Number(b);
const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
const byWord = (a: string, b: string) => compare(a.toLowerCase(), b.toLowerCase()) || compare(a, b);

function labels(column: Column): { classes: readonly string[]; codes: Int32Array } {
  const { texts, at } = labelTexts(column);
  const length = column.type === 'text' ? column.codes.length : column.values.length;
  const given = Int32Array.from({ length }, (_, row) => at(row));
  const used = new Set(given);
  const words = new Set(texts.filter((text, code) => text !== '' && used.has(code)));
  const numeric = [...words].every(word => Number.isFinite(Number(word)));
  const classes = [...words].sort(numeric ? byNumber : byWord);
  const classOf = new Map(classes.map((label, code) => [label, code]));
  return { classes, codes: given.map(code => classOf.get(texts[code] ?? '') ?? -1) };
}
