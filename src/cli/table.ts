import { formatNumber } from './format.ts';
import { displayWidth, padLeft, padRight, singleLine, truncate } from './width.ts';

/** What a table can hold; numbers are written in six significant digits, nothing as an empty cell. */
export type Cell = string | number | null | undefined;

/** A column of a table. */
export interface Column {
  readonly header: string;
  /** Defaults to right for numbers and left for text; decimal lines up the decimal points. */
  readonly align?: 'left' | 'right' | 'decimal';
  /** The widest a cell may be before it is cut. */
  readonly max?: number;
}

/** A row of cells, or a line across the table. */
export type Row = readonly Cell[] | 'rule';

/** An aligned table with its header over a line. */
export function table(columns: readonly (Column | string)[], rows: readonly Row[]): string {
  const laidOut = columns.map((column, i) => layOut(typeof column === 'string' ? { header: column } : column, rows, i));
  const rule = laidOut.map(({ width }) => '─'.repeat(width)).join('──');
  const lines = [laidOut.map(({ header }) => header).join('  '), rule];
  rows.forEach((row, r) => {
    lines.push(row === 'rule' ? rule : laidOut.map(({ cells }) => cells[r]).join('  '));
  });
  return lines.map(line => line.trimEnd()).join('\n');
}

/** A name and a value on each line, the values in one column. */
export function pairs(entries: readonly (readonly [name: string, value: Cell])[]): string {
  const width = Math.max(0, ...entries.map(([name]) => displayWidth(singleLine(name))));
  return entries.map(([name, value]) => `${padRight(singleLine(name), width)}  ${written(value)}`.trimEnd()).join('\n');
}

interface LaidOut {
  readonly width: number;
  readonly header: string;
  readonly cells: readonly string[];
}

function layOut(column: Column, rows: readonly Row[], index: number): LaidOut {
  const values = rows.map(row => (row === 'rule' ? undefined : row[index]));
  const numeric = values.every(value => typeof value !== 'string') && values.some(value => typeof value === 'number');
  const align = column.align ?? (numeric ? 'right' : 'left');
  const texts = values.map(value => truncate(written(value), column.max ?? Infinity));
  const aligned = align === 'decimal' ? decimalAligned(texts) : texts;
  const header = truncate(singleLine(column.header), column.max ?? Infinity);
  const width = Math.max(displayWidth(header), ...aligned.map(displayWidth));
  const pad = align === 'left' ? padRight : padLeft;
  return { width, header: pad(header, width), cells: aligned.map(cell => pad(cell, width)) };
}

function written(value: Cell): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'number' ? formatNumber(value) : singleLine(value);
}

function decimalAligned(texts: readonly string[]): string[] {
  const fractions = texts.map(text =>
    /^[+-]?\d/.test(text) ? text.length - (text.match(/[.e]/)?.index ?? text.length) : 0,
  );
  const longest = Math.max(0, ...fractions);
  return texts.map((text, i) => text + ' '.repeat(text === '' ? 0 : longest - fractions[i]!));
}
