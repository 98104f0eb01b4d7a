import { HillockError } from '../errors.ts';
import { cellReader } from './cell-reader.ts';
import { type CellBatch, type CellOptions, cellText, type RejectedRow } from './cells.ts';
import { textFormat } from './decode.ts';
import { isRepeatable, kindOf, readBytes, sourceName, spool } from './files.ts';
import { isParquet, readParquet } from './parquet.ts';
import type { ReadNote } from './table.ts';

/** Some rows of a source in file order, as raw text. */
export interface RowBatch {
  readonly names: readonly string[];
  /** Cells of each row, in the order of names, trimmed. */
  readonly rows: readonly (readonly string[])[];
  /** Number of the first row of this batch, from 1. */
  readonly firstRow: number;
  /** Line of the file each row begins on, from 1. */
  readonly lines: Float64Array;
  /** Rows between these that could not be used, by line. */
  readonly rejected: readonly RejectedRow[];
  readonly notes: readonly ReadNote[];
}

/** How rows are streamed. */
export interface BatchOptions extends CellOptions {
  /** Most rows a batch holds. */
  readonly batchRows?: number;
}

/** Streams the rows of a table file or of standard input ('-') as raw text, in file order. */
export async function* batches(source: string, options: BatchOptions = {}): AsyncGenerator<RowBatch> {
  const size = options.batchRows ?? 1024;
  let firstRow = 1;
  for await (const cells of await openCells(source, options)) {
    for (const batch of cut(cells, size, firstRow)) yield batch;
    firstRow += cells.rows;
  }
  if (firstRow === 1) throw new HillockError('data', `${sourceName(source)} has no rows of values`);
}

async function openCells(source: string, options: CellOptions): Promise<AsyncIterable<CellBatch>> {
  if (source !== '-' && (await kindOf(source)) === 'folder') {
    throw new HillockError('data', `${source} is a folder, expected a table file`);
  }
  return (await isRepeatable(source)) ? (await cellReader(source, source, options))() : streamCells(source, options);
}

async function* streamCells(source: string, options: CellOptions): AsyncGenerator<CellBatch> {
  const name = sourceName(source);
  const bytes = readBytes(source);
  const first = await bytes.next();
  if (first.done) throw new HillockError('data', `${name} is empty`);
  const all = async function* (): AsyncGenerator<Uint8Array> {
    yield first.value;
    yield* bytes;
  };
  if (!isParquet(first.value)) {
    const format = textFormat(source, new TextDecoder().decode(first.value.subarray(0, 4096)));
    yield* format.read(all(), name, options);
    return;
  }
  const { file, remove } = await spool(all());
  try {
    yield* readParquet(file, name);
  } finally {
    await remove();
  }
}

function* cut(cells: CellBatch, size: number, firstRow: number): Generator<RowBatch> {
  const width = cells.names.length;
  let rejected = 0;
  for (let from = 0; from === 0 || from < cells.rows; from += size) {
    const to = Math.min(cells.rows, from + size);
    const rows = Array.from({ length: to - from }, (_, r) =>
      Array.from({ length: width }, (_, c) => cellText(cells, (from + r) * width + c)),
    );
    const until = to < cells.rows ? cells.lines[to]! : Number.POSITIVE_INFINITY;
    const begin = rejected;
    while (rejected < cells.rejected.length && cells.rejected[rejected]!.line < until) rejected++;
    yield {
      names: cells.names,
      rows,
      firstRow: firstRow + from,
      lines: cells.lines.slice(from, to),
      rejected: cells.rejected.slice(begin, rejected),
      notes: from === 0 ? cells.notes : [],
    };
  }
}
