import { type CellBatch, cellText } from './cells.ts';
import { type Codes, codesOf } from './codes.ts';
import { scanDate } from './dates.ts';
import { areSlips, type ColumnType, inferType } from './infer.ts';
import { isMissingAt } from './missing.ts';
import { type Slip, slipNote, tokenNote } from './notes.ts';
import { scanNumber } from './numbers.ts';
import type { Column, ReadNote } from './table.ts';

/** How a column is read: straight into numbers or dates, or word by word with the type decided at the end. */
export interface ReadPlan {
  readonly type: ColumnType;
  /** Whether the type is given and not to be doubted. */
  readonly fixed: boolean;
  /** What is worth telling about a guessed type. */
  readonly notes?: readonly string[];
}

/** What a column came to, or the plan it must be read again with. */
export type Built = { readonly column: Column; readonly notes: readonly ReadNote[] } | { readonly again: ReadPlan };

/** Collects one column from batches of cells. */
export interface ColumnBuilder {
  add(batch: CellBatch, index: number, firstRow: number): void;
  finish(rows: number): Built;
}

const mostSlips = 100_000;
const mostLevels = 1_000_000;
const countedValues = 21;

/** A builder for the column by its plan; `before` rows have passed without it. */
export function columnBuilder(name: string, plan: ReadPlan, before = 0): ColumnBuilder {
  return plan.type.type === 'text' ? wordBuilder(name, plan, before) : valueBuilder(name, plan, before);
}

// A slice of a long string keeps the whole string alive; this is a copy.
const owned = (text: string): string => ` ${text}`.slice(1);

function valueBuilder(name: string, plan: ReadPlan, before: number): ColumnBuilder {
  const { type } = plan;
  const read = readerOf(type);
  const parts: Float64Array[] = before > 0 ? [new Float64Array(before).fill(Number.NaN)] : [];
  const slips: Slip[] = [];
  const slipCounts = new Map<string, number>();
  const tokens = new Map<string, number>();
  const different = new Set<number>();
  let missing = before;
  let slipped = 0;
  let infinite: Slip | undefined;
  let infinities = 0;
  return {
    add(batch, index, firstRow) {
      const values = new Float64Array(batch.rows);
      parts.push(values);
      if (slipped > mostSlips && !plan.fixed) return;
      const width = batch.names.length;
      const { text, codes, starts, ends } = batch;
      for (let row = 0, i = index; row < batch.rows; row++, i += width) {
        const start = starts[i]!;
        const end = ends[i]!;
        const value = read(text, codes, start, end);
        if (value - value === 0) {
          values[row] = value;
          if (different.size < countedValues) different.add(value);
          continue;
        }
        values[row] = Number.NaN;
        if (!Number.isNaN(value)) {
          infinite ??= { row: firstRow + row + 1, text: text.slice(start, end) };
          infinities++;
        } else if (isMissingAt(text, codes, start, end)) {
          missing++;
          if (end > start) count(tokens, text.slice(start, end));
        } else {
          slipped++;
          const slip = owned(cellText(batch, i));
          if (slips.length < mostSlips) slips.push({ row: firstRow + row + 1, text: slip });
          if (slipCounts.size < mostSlips || slipCounts.has(slip)) count(slipCounts, slip);
        }
      }
    },
    finish(rows) {
      const accepted = plan.fixed || (slipped <= mostSlips && areSlips(slipCounts, rows - missing, different.size));
      if (!accepted) return { again: { type: { type: 'text' }, fixed: false } };
      const values = joined(parts, rows);
      const notes: (ReadNote | undefined)[] = [
        ...noteEach(name, plan.notes ?? []),
        tokenNote(name, tokens),
        slipNote(name, type.type, slips, slipped),
      ];
      if (infinite) {
        notes.push({
          column: name,
          row: infinite.row,
          message: `${infinities.toLocaleString('en')} infinite ${infinities === 1 ? 'value' : 'values'} ('${infinite.text}') read as missing`,
        });
      }
      return { column: columnOf(name, type, values), notes: present(notes) };
    },
  };
}

function wordBuilder(name: string, plan: ReadPlan, before: number): ColumnBuilder {
  const known = new Map<string, number>();
  const counts: number[] = [];
  const firstRows: number[] = [];
  const tokens = new Map<string, number>();
  const parts: Int32Array[] = before > 0 ? [new Int32Array(before).fill(-1)] : [];
  let beyond = 0;
  return {
    add(batch, index, firstRow) {
      const part = new Int32Array(batch.rows);
      parts.push(part);
      const width = batch.names.length;
      const { text, codes, starts, ends, escaped } = batch;
      for (let row = 0, i = index; row < batch.rows; row++, i += width) {
        const start = starts[i]!;
        const end = ends[i]!;
        if (isMissingAt(text, codes, start, end)) {
          part[row] = -1;
          if (end > start) count(tokens, text.slice(start, end));
          continue;
        }
        const word = escaped ? cellText(batch, i) : text.slice(start, end);
        let code = known.get(word);
        if (code === undefined) {
          code = known.size;
          if (code >= mostLevels) {
            beyond++;
            part[row] = -1;
            continue;
          }
          known.set(owned(word), code);
          counts.push(0);
          firstRows.push(firstRow + row + 1);
        }
        counts[code]!++;
        part[row] = code;
      }
    },
    finish(rows) {
      const texts = [...known.keys()];
      const guess = plan.fixed ? undefined : inferType({ texts, counts });
      const notes: (ReadNote | undefined)[] = [tokenNote(name, tokens)];
      if (guess && guess.type.type !== 'text') {
        if (beyond > 0) return { again: { type: guess.type, fixed: true } };
        const read = readerOf(guess.type);
        const levelValues = Float64Array.from(texts, cell => read(cell, codesOf(cell), 0, cell.length));
        const slips = texts.flatMap((cell, i) =>
          Number.isNaN(levelValues[i]!) ? [{ row: firstRows[i]!, text: cell }] : [],
        );
        const slipped =
          slips.length === 0 ? 0 : texts.reduce((n, _, i) => n + (Number.isNaN(levelValues[i]!) ? counts[i]! : 0), 0);
        const infinities = texts.findIndex((_, i) => Math.abs(levelValues[i]!) === Number.POSITIVE_INFINITY);
        if (infinities >= 0) {
          notes.push({
            column: name,
            row: firstRows[infinities]!,
            message: `infinite values ('${texts[infinities]}') read as missing`,
          });
        }
        notes.push(slipNote(name, guess.type.type, slips, slipped));
        const values = new Float64Array(rows).fill(Number.NaN);
        let at = 0;
        for (const part of parts) {
          for (let i = 0; i < part.length; i++, at++) {
            const value = part[i]! < 0 ? Number.NaN : levelValues[part[i]!]!;
            values[at] = Number.isFinite(value) ? value : Number.NaN;
          }
        }
        return {
          column: columnOf(name, guess.type, values),
          notes: [...noteEach(name, guess.notes), ...present(notes)],
        };
      }
      if (beyond > 0) {
        notes.push({
          column: name,
          message: `more than ${mostLevels.toLocaleString('en')} different texts; ${beyond.toLocaleString('en')} cells with further ones read as missing`,
        });
      }
      const all = new Int32Array(rows).fill(-1);
      let at = 0;
      for (const part of parts) {
        all.set(part, at);
        at += part.length;
      }
      return {
        column: { name, type: 'text', codes: all, levels: texts },
        notes: [...noteEach(name, guess?.notes ?? []), ...present(notes)],
      };
    },
  };
}

/** The plan for a column, guessed from its first batch of cells. */
export function planFromBatch(batch: CellBatch, index: number): ReadPlan {
  const counts = new Map<string, number>();
  const width = batch.names.length;
  for (let row = 0, i = index; row < batch.rows; row++, i += width) {
    if (!isMissingAt(batch.text, batch.codes, batch.starts[i]!, batch.ends[i]!)) count(counts, cellText(batch, i));
  }
  const { type, ambiguous, notes } = inferType({ texts: [...counts.keys()], counts: [...counts.values()] });
  if (ambiguous || (type.type === 'number' && type.decimal)) return { type: { type: 'text' }, fixed: false };
  return { type, fixed: false, notes };
}

function readerOf(type: ColumnType): (text: string, codes: Codes, start: number, end: number) => number {
  if (type.type === 'date') return (text, codes, start, end) => scanDate(text, codes, start, end, type.format);
  const decimal = (type.type === 'number' && type.decimal) || '.';
  return (text, codes, start, end) => scanNumber(text, codes, start, end, decimal);
}

function columnOf(name: string, type: ColumnType, values: Float64Array): Column {
  if (type.type === 'date') return { name, type: 'date', values, format: type.format };
  const comma = type.type === 'number' && type.decimal === ',';
  return comma ? { name, type: 'number', values, decimal: ',' } : { name, type: 'number', values };
}

function joined(parts: Float64Array[], rows: number): Float64Array {
  const all = new Float64Array(rows).fill(Number.NaN);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  parts.length = 0;
  return all;
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

const present = (notes: readonly (ReadNote | undefined)[]): ReadNote[] => notes.filter(note => note !== undefined);
const noteEach = (column: string, messages: readonly string[]): ReadNote[] =>
  messages.map(message => ({ column, message }));
