/** What a thread is asked to do with a chunk of a text, and what it answers; plain data. */
import { random } from '../random.ts';
import { type ColumnLike, columnsOf } from './batch-work.ts';
import type { CellBatch } from './cells.ts';
import { codesOf } from './codes.ts';
import { textFormats } from './decode.ts';
import type { Dialect } from './dialect.ts';
import { type Drawing, drawing } from './drawn.ts';
import type { Column } from './table.ts';

/** What can be asked of a chunk and what is made of it. */
export interface ChunkWorks {
  readonly draw: { readonly asked: { readonly seed: number; readonly share: number }; readonly made: Drawing };
  readonly columns: { readonly asked: readonly ColumnLike[]; readonly made: readonly Column[] };
}

type Work = keyof ChunkWorks;

const works: { readonly [W in Work]: (batch: CellBatch, asked: ChunkWorks[W]['asked']) => ChunkWorks[W]['made'] } = {
  draw: (batch, { seed, share }) => drawing(batch, random(seed), share, 0),
  columns: columnsOf,
};

export interface ChunkTask<W extends Work = Work> {
  readonly work: W;
  readonly asked: ChunkWorks[W]['asked'];
  /** UTF-8 that begins where a row begins. */
  readonly bytes: Uint8Array;
  readonly final: boolean;
  readonly format: string;
  readonly dialect: Dialect;
}

export interface ChunkAnswer<W extends Work = Work> {
  /** Bytes up to the end of the last whole row. */
  readonly consumed: number;
  /** Lines up to there. */
  readonly lines: number;
  readonly rows: number;
  readonly made: ChunkWorks[W]['made'];
}

/** Does what is asked with the rows of a batch. */
export const workOn = <W extends Work>(batch: CellBatch, { work, asked }: Pick<ChunkTask<W>, 'work' | 'asked'>) =>
  works[work](batch, asked);

/** Reads a chunk; undefined where it is no UTF-8 or holds a zero byte, which has to be told by a reader of the whole text. */
export function readChunk<W extends Work>(task: ChunkTask<W>): ChunkAnswer<W> | undefined {
  const { bytes, final, dialect } = task;
  const text = utf8In(bytes);
  if (text === undefined || text.includes('\0')) return undefined;
  const plain = text.length === bytes.length;
  const codes = plain ? bytes : codesOf(text);
  const { chunks } = textFormats.find(({ name }) => name === task.format)!;
  const { batch, consumed, nextLine } = chunks!.scan({ text, codes, final }, { dialect, from: 0, line: 1 });
  const left = plain ? text.length - consumed : new TextEncoder().encode(text.slice(consumed)).length;
  return { consumed: bytes.length - left, lines: nextLine - 1, rows: batch.rows, made: workOn(batch, task) };
}

/** The text of bytes; undefined where they are no UTF-8. */
export function utf8In(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
