import { type Codes, codesOf } from './codes.ts';
import type { ReadNote } from './table.ts';

/** A row that could not be used, and why. */
export interface RejectedRow {
  /** Line of the file, from 1 (for Parquet: the record). */
  readonly line: number;
  readonly message: string;
  /** Its cells as far as there are columns for them; absent where it has none. */
  readonly cells?: readonly string[];
}

/** Rows of raw cells: cell (row, column) is text[starts[i], ends[i]) with i = row × width + column, trimmed. */
export interface CellBatch {
  readonly names: readonly string[];
  readonly text: string;
  /** The character codes of `text`. */
  readonly codes: Codes;
  readonly rows: number;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** 1 where doubled quotes inside the cell stand for one. */
  readonly escaped: Uint8Array | null;
  /** Line of the file each row begins on, from 1. */
  readonly lines: Float64Array;
  readonly rejected: readonly RejectedRow[];
  readonly notes: readonly ReadNote[];
}

/** What a reader of text needs to know beside the bytes. */
export interface CellOptions {
  /** Whether the first row holds names; guessed when absent. */
  readonly header?: boolean;
  /** Names the columns are expected to have (a model's schema), for files without a header. */
  readonly like?: readonly string[];
  /** The column to predict: may be absent from a file read with `like`. */
  readonly target?: string;
}

/** The text of one cell. */
export function cellText(batch: CellBatch, index: number): string {
  const text = batch.text.slice(batch.starts[index]!, batch.ends[index]!);
  return batch.escaped?.[index] ? text.replaceAll('""', '"') : text;
}

/** Some rows of a batch, with a text of their own. */
export function rowsOfBatch(batch: CellBatch, rows: readonly number[]): CellBatch {
  const width = batch.names.length;
  const cells = rows.length * width;
  const [starts, ends] = [new Int32Array(cells), new Int32Array(cells)];
  const escaped = batch.escaped && new Uint8Array(cells);
  const parts: string[] = [];
  let length = 0;
  rows.forEach((row, i) => {
    const first = row * width;
    const from = batch.starts[first]!;
    const part = batch.text.slice(from, batch.ends[first + width - 1]!);
    for (let c = 0; c < width; c++) {
      starts[i * width + c] = batch.starts[first + c]! - from + length;
      ends[i * width + c] = batch.ends[first + c]! - from + length;
    }
    escaped?.set(batch.escaped!.subarray(first, first + width), i * width);
    parts.push(part);
    length += part.length;
  });
  const codes = batch.codes instanceof Uint8Array ? new Uint8Array(length) : new Uint16Array(length);
  rows.forEach((row, i) => {
    const from = batch.starts[row * width]!;
    codes.set(batch.codes.subarray(from, batch.ends[row * width + width - 1]!), starts[i * width]!);
  });
  return {
    ...batch,
    text: parts.join(''),
    codes,
    rows: rows.length,
    starts,
    ends,
    escaped,
    lines: Float64Array.from(rows, row => batch.lines[row]!),
  };
}

/** A batch made of strings; they are trimmed. */
export function batchOfStrings(
  names: readonly string[],
  rows: readonly (readonly string[])[],
  rest: Pick<CellBatch, 'lines' | 'rejected' | 'notes'>,
): CellBatch {
  const width = names.length;
  const starts = new Int32Array(rows.length * width);
  const ends = new Int32Array(rows.length * width);
  const parts: string[] = [];
  let length = 0;
  rows.forEach((row, r) => {
    for (let c = 0; c < width; c++) {
      const cell = (row[c] ?? '').trim();
      parts.push(cell);
      starts[r * width + c] = length;
      length += cell.length;
      ends[r * width + c] = length;
    }
  });
  const text = parts.join('');
  return { names, text, codes: codesOf(text), rows: rows.length, starts, ends, escaped: null, ...rest };
}

/** Names for columns, all different and none empty; says what was changed. */
export function uniqueNames(raw: readonly string[]): { names: string[]; notes: ReadNote[] } {
  const notes: ReadNote[] = [];
  const taken = new Set(raw);
  const seen = new Set<string>();
  const names = raw.map((name, i) => {
    const base = name === '' ? `column${i + 1}` : name;
    let unique = base;
    for (let k = 2; seen.has(unique) || (unique !== name && taken.has(unique)); k++) unique = `${base}_${k}`;
    seen.add(unique);
    if (name === '') notes.push({ column: unique, message: `column ${i + 1} has no name; it is called '${unique}'` });
    else if (unique !== name) {
      notes.push({
        column: unique,
        message: `the name '${name}' appears more than once; column ${i + 1} is called '${unique}'`,
      });
    }
    return unique;
  });
  return { names, notes };
}
