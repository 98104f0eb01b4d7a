import { parseDate } from '../../data/dates.ts';
import { isMissing } from '../../data/missing.ts';
import { parseNumber } from '../../data/numbers.ts';
import type { Column, Table } from '../../data/table.ts';
import { textColumn } from '../../data/table.ts';
import type { EncodedColumn, Encoder } from '../../features/index.ts';

/** Says something about the rows that were read; the same thing only once. */
export type Say = (message: string) => void;

/** Reader of rows of text into the columns that a model takes. */
export interface RowReader {
  /** The columns of some rows; `lines` are where the rows begin in the file. */
  read(names: readonly string[], rows: readonly (readonly string[])[], lines: ArrayLike<number>): Table;
  /** Says what was unusual over all rows. */
  finish(): void;
}

const mostCells = 20;

/**
 * Cells become what the model learned from: blanks and words such as NA are missing, a cell that is no number where
 * one is needed is reported with its line and taken as missing, words never seen in training are told once a column.
 */
export function rowReader(encoder: Encoder, say: Say): RowReader {
  let unreadable = 0;
  const unseen = new Map<string, Map<string, number>>();
  const complain = (line: number, { name, type }: EncodedColumn, cell: string): void => {
    unreadable++;
    if (unreadable > mostCells) return;
    say(`line ${line}: '${clip(cell)}' in column '${name}' is no ${type}: taken as missing`);
  };
  const valueColumn = (spec: EncodedColumn, cells: readonly string[], lines: ArrayLike<number>): Column => {
    const parse = parserOf(spec);
    const values = Float64Array.from(cells, (cell, row) => {
      if (isMissing(cell)) return Number.NaN;
      const value = parse(cell);
      if (value !== undefined && Number.isFinite(value)) return value;
      complain(lines[row]!, spec, cell);
      return Number.NaN;
    });
    return spec.type === 'date'
      ? { name: spec.name, type: 'date', values, format: spec.format ?? 'yyyy-mm-dd' }
      : { name: spec.name, type: 'number', values };
  };
  const wordColumn = (spec: EncodedColumn, cells: readonly string[]): Column => {
    const column = textColumn(
      spec.name,
      cells.map(cell => (isMissing(cell) ? null : cell)),
    );
    const known = knownWords(spec);
    for (const level of known ? column.levels : []) {
      if (known!.has(level)) continue;
      const counts = unseen.get(spec.name) ?? new Map<string, number>();
      if (counts.size < 1000) unseen.set(spec.name, counts.set(level, (counts.get(level) ?? 0) + 1));
    }
    return column;
  };
  return {
    read(names, rows, lines) {
      const columns = encoder.columns.flatMap((spec): Column[] => {
        const at = names.indexOf(spec.name);
        if (at < 0) return [];
        const cells = rows.map(row => row[at] ?? '');
        return [spec.type === 'text' ? wordColumn(spec, cells) : valueColumn(spec, cells, lines)];
      });
      return { kind: 'table', source: 'rows', rows: rows.length, columns, notes: [], fingerprint: '' };
    },
    finish() {
      if (unreadable > mostCells) say(`${unreadable - mostCells} more cells were no numbers: taken as missing`);
      for (const [name, counts] of unseen) {
        const words = [...counts.keys()].slice(0, 3).map(word => `'${clip(word)}'`);
        const more = counts.size > 3 ? ` and ${counts.size - 3} more` : '';
        const { other } = wordsOf(encoder.columns.find(column => column.name === name)!)!;
        const fate = other
          ? "never seen in training, or too seldom to count alone: taken as 'another'"
          : 'never seen in training: taken as none of its words';
        say(`column '${name}': ${words.join(', ')}${more} ${fate}`);
      }
    },
  };
}

function parserOf({ type, decimal, format }: EncodedColumn): (cell: string) => number | undefined {
  return type === 'date' ? cell => parseDate(cell, format ?? 'yyyy-mm-dd') : cell => parseNumber(cell, decimal ?? '.');
}

/** The words that have a flag of their own; undefined where only their presence counts. */
function knownWords({ parts }: Pick<EncodedColumn, 'parts'>): ReadonlySet<string> | undefined {
  const words = wordsOf({ parts });
  return words && words.levels.length > 0 ? new Set(words.levels) : undefined;
}

const wordsOf = ({ parts }: Pick<EncodedColumn, 'parts'>) => parts.find(part => part.kind === 'words');

const clip = (text: string): string => (text.length > 40 ? `${text.slice(0, 39)}…` : text);
