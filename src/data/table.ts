import { didYouMean, HillockError } from '../errors.ts';
import { formatDate } from './dates.ts';
import { fingerprint } from './fingerprint.ts';

/** A column of numbers; NaN = missing. `decimal` is ',' when the source wrote a decimal comma. */
export interface NumberColumn {
  readonly name: string;
  readonly type: 'number';
  readonly values: Float64Array;
  readonly decimal?: ',';
}

/** A column of dates: days since 1970-01-01 UTC, the fraction is the time of day; NaN = missing. */
export interface DateColumn {
  readonly name: string;
  readonly type: 'date';
  readonly values: Float64Array;
  readonly format: string;
}

/** A column of words: codes into levels (in order of first appearance); code −1 = missing. */
export interface TextColumn {
  readonly name: string;
  readonly type: 'text';
  readonly codes: Int32Array;
  readonly levels: readonly string[];
}

export type Column = NumberColumn | DateColumn | TextColumn;

/** What was guessed or repaired while reading, in plain words; `row` counts data rows from 1. */
export interface ReadNote {
  readonly column?: string;
  readonly row?: number;
  readonly message: string;
}

/** Some rows of a table, as they come. */
export interface Piece {
  readonly rows: number;
  readonly columns: readonly Column[];
}

/** What a table was drawn from. */
export interface Whole {
  readonly rows: number;
  /** Of each drawn row its place in the whole, from 0. */
  readonly places: Float64Array;
  /** All rows in their order, read anew, with the columns of these names. */
  pieces(names: readonly string[]): AsyncIterable<Piece>;
}

/** Typed columns of equal length. */
export interface Table {
  readonly kind: 'table';
  readonly source: string;
  readonly rows: number;
  readonly columns: readonly Column[];
  readonly notes: readonly ReadNote[];
  readonly target?: string;
  /** Hash of names, types and cells: the same for the same data. */
  readonly fingerprint: string;
  /** Of a table that is larger than memory: all its rows, from which these are drawn. */
  readonly whole?: Whole;
}

/** A table made of columns; checks that names differ and lengths agree. */
export function makeTable(
  source: string,
  columns: readonly Column[],
  options: { readonly notes?: readonly ReadNote[]; readonly target?: string } = {},
): Table {
  const rows = columns[0] ? columnLength(columns[0]) : 0;
  const names = new Set<string>();
  for (const column of columns) {
    if (names.has(column.name)) throw new HillockError('data', `two columns are named '${column.name}' in ${source}`);
    names.add(column.name);
    if (columnLength(column) !== rows) {
      throw new HillockError(
        'data',
        `column '${column.name}' of ${source} has ${columnLength(column)} rows, '${columns[0]!.name}' has ${rows}`,
      );
    }
  }
  const table: Table = {
    kind: 'table',
    source,
    rows,
    columns,
    notes: options.notes ?? [],
    fingerprint: hashColumns(columns),
  };
  if (options.target === undefined) return table;
  const target = column({ columns, source }, options.target).name;
  return { ...table, target };
}

/** A column of numbers; null, undefined and NaN are missing. */
export function numberColumn(name: string, values: ArrayLike<number | null | undefined>): NumberColumn {
  return { name, type: 'number', values: Float64Array.from(values, value => value ?? Number.NaN) };
}

/** A column of words; null and undefined are missing. */
export function textColumn(name: string, values: Iterable<string | null | undefined>): TextColumn {
  const levels = new Map<string, number>();
  const codes: number[] = [];
  for (const value of values) {
    if (value === null || value === undefined) {
      codes.push(-1);
      continue;
    }
    const code = levels.get(value) ?? levels.size;
    levels.set(value, code);
    codes.push(code);
  }
  return { name, type: 'text', codes: Int32Array.from(codes), levels: [...levels.keys()] };
}

/** Number of rows of a column. */
export function columnLength(column: Column): number {
  return column.type === 'text' ? column.codes.length : column.values.length;
}

/** The column of that name; an error with the nearest name where there is none. */
export function column({ columns, source }: Pick<Table, 'columns' | 'source'>, name: string): Column {
  const found = columns.find(candidate => candidate.name === name);
  if (found) return found;
  const names = columns.map(candidate => candidate.name);
  const near = didYouMean(name, names);
  const hint = near === undefined ? `columns are: ${listNames(names)}` : `did you mean '${near}'?`;
  throw new HillockError('data', `there is no column '${name}' in ${source}`, hint);
}

function listNames(names: readonly string[]): string {
  const shown = names.slice(0, 20).join(', ');
  return names.length > 20 ? `${shown}, … (${names.length} in all)` : shown;
}

/** Whether the cell is missing. */
export function missingAt(column: Column, row: number): boolean {
  return column.type === 'text' ? column.codes[row]! < 0 : Number.isNaN(column.values[row]!);
}

/** Number of missing cells of a column. */
export function missingCount(column: Column): number {
  let count = 0;
  for (let row = 0; row < columnLength(column); row++) if (missingAt(column, row)) count++;
  return count;
}

/** The rows of a table at the given indexes, in that order; levels of text columns stay as they are. */
export function select(table: Table, rows: ArrayLike<number>): Table {
  const columns = table.columns.map(column => selectColumn(column, rows));
  const { whole: _, ...alone } = table;
  return { ...alone, rows: rows.length, columns, fingerprint: hashColumns(columns) };
}

function selectColumn(column: Column, rows: ArrayLike<number>): Column {
  if (column.type === 'text') {
    return { ...column, codes: Int32Array.from(rows, row => column.codes[row]!) };
  }
  return { ...column, values: Float64Array.from(rows, row => column.values[row]!) };
}

/** The cell as a person would write it: number, ISO date or word; null = missing. */
export function cellValue(column: Column, row: number): number | string | null {
  if (missingAt(column, row)) return null;
  if (column.type === 'text') return column.levels[column.codes[row]!]!;
  return column.type === 'date' ? formatDate(column.values[row]!) : column.values[row]!;
}

/** Rows as maps from column name to value, for previews. */
export function toRecords(table: Table, from = 0, to = table.rows): Map<string, number | string | null>[] {
  const records: Map<string, number | string | null>[] = [];
  for (let row = Math.max(0, from); row < Math.min(to, table.rows); row++) {
    records.push(new Map(table.columns.map(column => [column.name, cellValue(column, row)])));
  }
  return records;
}

function hashColumns(columns: readonly Column[]): string {
  const hash = fingerprint();
  for (const column of columns) {
    hash.text(column.name).text(column.type);
    if (column.type !== 'text') {
      hash.bytes(column.values);
      continue;
    }
    hash.bytes(column.codes);
    for (const level of column.levels) hash.text(level);
  }
  return hash.hex();
}
