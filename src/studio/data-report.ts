/** What is told of data before anything is trained on it. */

import type { ImagesSplit, Table } from '../data/index.ts';
import { type Column, cellValue, seriesOf, stepName } from '../data/index.ts';
import { HillockError } from '../errors.ts';
import { type ColumnReport, type TableReport, tableReport } from '../features/index.ts';
import { sizeOf } from '../graph/index.ts';

export interface Bin {
  readonly from: number;
  readonly to: number;
  readonly rows: number;
}

export interface ColumnCard extends ColumnReport {
  /** Of numbers and dates (days since 1970-01-01): bins of equal width. */
  readonly histogram: readonly Bin[];
  /** Of words: the most frequent. */
  readonly words: readonly { readonly level: string; readonly rows: number }[];
}

/** A series that the rows of a table are: its time, the step between two rows, the column that goes on. */
export interface Ahead {
  readonly time: readonly string[];
  readonly step: string;
  readonly target: string;
}

export type DataReport =
  | {
      readonly kind: 'table';
      readonly source: string;
      readonly rows: number;
      readonly target: string | null;
      readonly columns: readonly ColumnCard[];
      readonly warnings: TableReport['warnings'];
      readonly problem: string | null;
      /** What can be forecast: the chosen target or the last column of numbers; null where the rows are no series. */
      readonly forecast: Ahead | null;
      readonly notes: Table['notes'];
    }
  | {
      readonly kind: 'images';
      readonly source: string;
      readonly rows: number;
      readonly testRows: number;
      readonly shape: readonly number[];
      readonly target: string | null;
      readonly classes: readonly { readonly name: string; readonly rows: number; readonly example: number | null }[];
      readonly notes: Table['notes'];
    };

export interface RowsAnswer {
  readonly from: number;
  readonly total: number;
  /** Of a table. */
  readonly names: readonly string[];
  readonly rows: readonly (readonly (string | number | null)[])[];
  /** Of images: height × width × channels, 0 … 255, and their classes. */
  readonly images: readonly { readonly pixels: readonly number[]; readonly label: string | null }[];
}

const bins = 24;
const mostWords = 8;

export function reportOf(data: Table | ImagesSplit, target: string | undefined, ignore: readonly string[]): DataReport {
  if (data.kind === 'table') return tableData(data, target ?? data.target, ignore);
  const { train, test } = data;
  const counts = new Array<number>(train.classNames.length).fill(0);
  for (const label of train.labels ?? []) counts[label]!++;
  return {
    kind: 'images',
    source: data.source,
    rows: train.rows,
    testRows: test?.rows ?? 0,
    shape: train.shape,
    target: data.target ?? null,
    classes: train.classNames.map((name, k) => ({
      name,
      rows: counts[k]!,
      example: train.labels ? nullIfNone(train.labels.indexOf(k)) : null,
    })),
    notes: [...train.notes, ...(test?.notes ?? [])].slice(0, 200),
  };
}

const nullIfNone = (index: number): number | null => (index < 0 ? null : index);

function tableData(table: Table, target: string | undefined, ignore: readonly string[]): DataReport {
  const known = target !== undefined && table.columns.some(({ name }) => name === target) ? target : undefined;
  const { columns, warnings, problem } = tableReport(table, known, ignore);
  return {
    kind: 'table',
    source: table.source,
    rows: table.rows,
    target: known ?? null,
    columns: columns.map((column, i) => ({ ...column, ...distribution(table.columns[i]!) })),
    warnings,
    problem: problem ?? null,
    forecast: aheadOf(table, known, ignore, columns),
    notes: table.notes.slice(0, 200),
  };
}

const mostOrdered = 200_000;
const measured = new Set<ColumnReport['role']>(['numeric', 'both', 'target']);

/** Rows of one time each, a regular step apart. */
function aheadOf(
  table: Table,
  chosen: string | undefined,
  ignore: readonly string[],
  columns: readonly ColumnReport[],
): Ahead | null {
  const numbers = columns.filter(({ type, role }) => type === 'number' && measured.has(role)).map(one => one.column);
  const target = numbers.find(name => name === chosen) ?? numbers.at(-1);
  if (target === undefined || table.rows > mostOrdered) return null;
  try {
    const { time, step } = seriesOf(table, { target, ignore });
    return time.length > 0 && step.unit !== 'row' ? { time, step: stepName(step), target } : null;
  } catch (error) {
    if (error instanceof HillockError) return null;
    throw error;
  }
}

function distribution(column: Column): Pick<ColumnCard, 'histogram' | 'words'> {
  return column.type === 'text'
    ? { histogram: [], words: mostFrequent(column.codes, column.levels) }
    : { histogram: histogramOf(column.values), words: [] };
}

function mostFrequent(codes: Int32Array, levels: readonly string[]): ColumnCard['words'] {
  const counts = new Float64Array(levels.length);
  for (const code of codes) if (code >= 0) counts[code]!++;
  return levels
    .map((level, k) => ({ level, rows: counts[k]! }))
    .sort((a, b) => b.rows - a.rows)
    .slice(0, mostWords);
}

/** Rows in bins of equal width; few different whole numbers get a bin each. */
export function histogramOf(values: Float64Array): readonly Bin[] {
  let low = Infinity;
  let high = -Infinity;
  let whole = true;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
    whole &&= Number.isInteger(value);
  }
  if (low > high) return [];
  const single = whole && high - low < bins;
  const count = low === high ? 1 : single ? high - low + 1 : bins;
  const start = single ? low - 0.5 : low;
  const width = single || low === high ? 1 : (high - low) / count;
  const rows = new Float64Array(count);
  for (const value of values)
    if (Number.isFinite(value)) rows[Math.min(count - 1, Math.floor((value - start) / width))]!++;
  return Array.from(rows, (found, k) => ({ from: start + k * width, to: start + (k + 1) * width, rows: found }));
}

export function rowsOf(data: Table | ImagesSplit, from: number, count: number): RowsAnswer {
  if (data.kind === 'table') {
    const end = Math.min(data.rows, from + count);
    const rows: (string | number | null)[][] = [];
    for (let row = from; row < end; row++) rows.push(data.columns.map(column => cellValue(column, row)));
    return { from, total: data.rows, names: data.columns.map(({ name }) => name), rows, images: [] };
  }
  const { train } = data;
  const size = sizeOf(train.shape);
  const end = Math.min(train.rows, from + count);
  const images = Array.from({ length: Math.max(0, end - from) }, (_, i) => ({
    pixels: [...train.pixels.subarray((from + i) * size, (from + i + 1) * size)],
    label: train.labels ? train.classNames[train.labels[from + i]!]! : null,
  }));
  return { from, total: train.rows, names: [], rows: [], images };
}
