/** What a format of text tells of itself so that threads can read its chunks side by side. */
import type { CellBatch, CellOptions } from './cells.ts';
import type { Codes } from './codes.ts';
import type { Dialect } from './dialect.ts';

/** A part of a text that begins where a row begins. */
export interface ChunkText {
  readonly text: string;
  readonly codes: Codes;
  /** Whether nothing comes behind it. */
  readonly final: boolean;
}

/** How a text is written, and where its rows begin. */
export interface Begun {
  readonly dialect: Dialect;
  /** Characters before the rows. */
  readonly from: number;
  /** Line of the first row, from 1. */
  readonly line: number;
}

/** Rows of a chunk, and how far they reach. */
export interface ScannedChunk {
  readonly batch: CellBatch;
  /** Characters up to the end of the last whole row. */
  readonly consumed: number;
  readonly nextLine: number;
}

/** So much of a text was read. */
export interface ReadUpTo {
  readonly dialect: Dialect;
  readonly bytes: number;
  /** The line that comes, from 1. */
  readonly line: number;
}

/** A format whose text can be read from any place where a row begins. */
export interface ChunkFormat {
  /** Undefined where the text is blank. Throws `HillockError` kind `data` where it holds no whole row. */
  readonly begin: (first: ChunkText, source: string, options: CellOptions) => Begun | undefined;
  readonly scan: (chunk: ChunkText, begun: Begun) => ScannedChunk;
  /** The rows behind what was read, by one thread. */
  readonly rest: (stream: AsyncIterable<Uint8Array>, source: string, after: ReadUpTo) => AsyncIterable<CellBatch>;
  /** What is thrown for a text that ends within a row, or holds one too long to be meant. */
  readonly unclosed: (source: string, line: number) => Error;
}
