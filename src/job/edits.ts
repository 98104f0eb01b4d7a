/** Corrections by hand: rows that are left out, targets that are wrong. The data themselves are never changed. */
import { column, type Images, type ImagesSplit, type Split, type Table } from '../data/index.ts';
import { didYouMean, HillockError } from '../errors.ts';
import type { Warning } from '../features/index.ts';

/** The true target of a row, as it is written in the data. */
export interface Correction {
  /** Counted from 1, as `hillock inspect --row` counts. */
  readonly row: number;
  readonly value: string;
}

export interface Edits {
  /** Rows that are neither learned from nor judged by, counted from 1; all others stay in their parts. */
  readonly excludeRows?: readonly number[] | undefined;
  readonly relabel?: readonly Correction[] | undefined;
}

const edits = ({ excludeRows = [], relabel = [] }: Edits) => ({ excludeRows, relabel });

/** Whether there are any. */
export const isEdited = (given: Edits): boolean => edits(given).excludeRows.length + edits(given).relabel.length > 0;

function checkRows(given: Edits, rows: number, source: string): void {
  const { excludeRows, relabel } = edits(given);
  const beyond = [...excludeRows, ...relabel.map(({ row }) => row)].find(row => row < 1 || row > rows);
  if (beyond === undefined) return;
  throw new HillockError('usage', `there is no row ${beyond} in ${source}`, `its rows are 1 to ${rows}`);
}

function noSuch(value: string, classes: readonly string[]): HillockError {
  const near = didYouMean(value, classes);
  return new HillockError(
    'usage',
    `no row has the label ${JSON.stringify(value)}`,
    near ? `did you mean ${near}?` : `there are ${classes.slice(0, 20).join(', ')}`,
  );
}

function noTarget(row: number, name: string): HillockError {
  return new HillockError(
    'usage',
    `row ${row} has no ${name} that could be corrected`,
    'rows without a target are left out: fill it in the data',
  );
}

/** A table with the targets corrected; throws `HillockError` kind `usage` for a row or a label that there is not. */
export function editedTable(table: Table, target: string, given: Edits): Table {
  if (!isEdited(given)) return table;
  if (table.whole) throw new HillockError('usage', 'rows of a streamed table cannot be corrected one by one');
  checkRows(given, table.rows, table.source);
  const { relabel } = edits(given);
  const found = column(table, target);
  if (relabel.length === 0 || found.type === 'date') return table;
  const changed =
    found.type === 'text'
      ? { ...found, codes: withCodes(found.codes, relabel, found.levels, target) }
      : { ...found, values: withNumbers(found.values, relabel, target) };
  return { ...table, columns: table.columns.map(one => (one === found ? changed : one)) };
}

function withCodes(
  codes: Int32Array,
  relabel: readonly Correction[],
  classes: readonly string[],
  target: string,
): Int32Array {
  const own = codes.slice();
  for (const { row, value } of relabel) {
    const code = classes.indexOf(value);
    if (code < 0) throw noSuch(value, classes);
    if (own[row - 1]! < 0) throw noTarget(row, target);
    own[row - 1] = code;
  }
  return own;
}

function withNumbers(values: Float64Array, relabel: readonly Correction[], target: string): Float64Array {
  const own = values.slice();
  for (const { row, value } of relabel) {
    const number = value.trim() === '' ? Number.NaN : Number(value);
    if (!Number.isFinite(number))
      throw new HillockError('usage', `${target} is a number; ${JSON.stringify(value)} is none`);
    if (!Number.isFinite(own[row - 1]!)) throw noTarget(row, target);
    own[row - 1] = number;
  }
  return own;
}

/** Images with the labels corrected; rows count on from training to test. Throws as `editedTable` does. */
export function editedImages(split: ImagesSplit, given: Edits): ImagesSplit {
  if (!isEdited(given)) return split;
  const { train, test } = split;
  checkRows(given, train.rows + (test?.rows ?? 0), split.source);
  const { relabel } = edits(given);
  const corrected = (images: Images, first: number): Images => {
    const own = relabel.flatMap(({ row, value }) =>
      row > first && row <= first + images.rows ? [{ row: row - first, value }] : [],
    );
    if (own.length === 0 || !images.labels) return images;
    return { ...images, labels: withCodes(images.labels, own, images.classNames, 'label') };
  };
  return { ...split, train: corrected(train, 0), ...(test && { test: corrected(test, train.rows) }) };
}

/** The parts without the rows that are left out; `first` rows stand before them. */
export function editedParts(parts: Split, given: Edits, first = 0): Split {
  const out = new Set(edits(given).excludeRows.map(row => row - 1 - first));
  if (out.size === 0) return parts;
  const kept = (rows: Int32Array): Int32Array => rows.filter(row => !out.has(row));
  return { train: kept(parts.train), validation: kept(parts.validation), test: kept(parts.test) };
}

const some = (rows: readonly number[]): string =>
  rows.length > 12 ? `${rows.slice(0, 12).join(', ')} and ${rows.length - 12} more` : rows.join(', ');

/** What a report says of them; of the rows of the test part by their indexes before they were left out. */
export function editWarnings(given: Edits, test: Int32Array, target: string): readonly Warning[] {
  const { excludeRows, relabel } = edits(given);
  const tested = new Set(test);
  const judged = (rows: readonly number[]): string => {
    const count = rows.filter(row => tested.has(row - 1)).length;
    return count === 0 ? '' : `; ${count} of the test part, whose scores depend on it`;
  };
  const corrected = relabel.map(({ row }) => row);
  return [
    ...(excludeRows.length > 0 ? [`left out by hand: row ${some(excludeRows)}${judged(excludeRows)}`] : []),
    ...(relabel.length > 0 ? [`corrected by hand: ${target} of row ${some(corrected)}${judged(corrected)}`] : []),
  ].map(message => ({ columns: [target], message }));
}
