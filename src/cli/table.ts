import { formatNumber } from '../format.ts';
import type { Terminal } from './terminal.ts';
import { displayWidth, padLeft, padRight, singleLine, truncate, wrapped } from './width.ts';

/** What a table can hold; numbers are written in six significant digits, nothing as an empty cell. */
export type Cell = string | number | null | undefined;

/** A column of a table. */
export interface Column {
  readonly header: string;
  /** Defaults to right for numbers and left for text; decimal lines up the decimal points. */
  readonly align?: 'left' | 'right' | 'decimal';
  /** The widest a cell may be before it is cut. */
  readonly max?: number;
  /** Where the screen is too narrow its cells are wrapped, down to this width. */
  readonly wrap?: number;
  /** Where the screen is still too narrow it is left out; the highest first. */
  readonly drop?: number;
}

/** A row of cells, or a line across the table. */
export type Row = readonly Cell[] | 'rule';

/** An aligned table with its header over a line; on a terminal it fits the screen as far as its columns allow. */
export function table(
  columns: readonly (Column | string)[],
  rows: readonly Row[],
  screen?: Pick<Terminal, 'interactive' | 'columns'>,
): string {
  const natural = columns.map((column, i) => layOut(typeof column === 'string' ? { header: column } : column, rows, i));
  const laidOut = screen?.interactive ? fitted(natural, screen.columns) : natural;
  const rule = laidOut.map(({ width }) => '─'.repeat(width)).join('──');
  const lines = [
    ...tableRow(
      laidOut.map(({ header }) => header),
      laidOut,
    ),
    rule,
  ];
  rows.forEach((row, r) => {
    lines.push(
      ...(row === 'rule'
        ? [rule]
        : tableRow(
            laidOut.map(({ cells }) => cells[r]!),
            laidOut,
          )),
    );
  });
  return lines.map(line => line.trimEnd()).join('\n');
}

/** Columns that fit a width: cells are wrapped where that is enough, else columns are left out too. */
function fitted(columns: readonly LaidOut[], room: number): readonly LaidOut[] {
  const least = ({ width, column: { wrap = width } }: LaidOut): number => Math.min(width, wrap);
  const total = (of: (column: LaidOut) => number, kept: readonly LaidOut[]): number =>
    kept.reduce((sum, column) => sum + of(column), 2 * (kept.length - 1));
  let kept = columns;
  while (total(least, kept) > room) {
    const ranks = kept.map(({ column }) => column.drop ?? 0);
    const highest = Math.max(...ranks);
    if (highest === 0) break;
    kept = kept.filter((_, i) => i !== ranks.lastIndexOf(highest));
  }
  let excess = total(({ width }) => width, kept) - room;
  const widths = kept.map(({ width }) => width);
  while (excess > 0) {
    const spare = widths.map((width, i) => width - least(kept[i]!));
    const widest = widths.reduce(
      (best, width, i) => (spare[i]! > 0 && (best < 0 || width > widths[best]!) ? i : best),
      -1,
    );
    if (widest < 0) break;
    widths[widest]!--;
    excess--;
  }
  return kept.map((column, i) => ({ ...column, width: widths[i]! }));
}

/** The lines of one row: as many as its longest cell needs. */
function tableRow(cells: readonly string[], columns: readonly LaidOut[]): string[] {
  const parts = cells.map((cell, i) => {
    const { width } = columns[i]!;
    return displayWidth(cell) <= width ? [cell] : wrapped(cell.trim(), width);
  });
  return Array.from({ length: Math.max(1, ...parts.map(part => part.length)) }, (_, line) =>
    parts.map((part, i) => columns[i]!.pad(part[line] ?? '', columns[i]!.width)).join('  '),
  );
}

/** A name and a value on each line, the values in one column. */
export function pairs(entries: readonly (readonly [name: string, value: Cell])[]): string {
  const width = Math.max(0, ...entries.map(([name]) => displayWidth(singleLine(name))));
  return entries.map(([name, value]) => `${padRight(singleLine(name), width)}  ${written(value)}`.trimEnd()).join('\n');
}

interface LaidOut {
  readonly column: Column;
  readonly pad: (text: string, width: number) => string;
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
  return { column, pad, width, header, cells: aligned };
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
