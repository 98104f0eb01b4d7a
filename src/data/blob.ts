/** Tables from files that are not on a disk: dropped into a page, fetched, or made in memory. */

import { HillockError } from '../errors.ts';
import { type BuildOptions, buildTable } from './build.ts';
import type { CellOptions } from './cells.ts';
import { textFormat } from './decode.ts';
import type { Table } from './table.ts';

const sample = 4096;

/** Reads a table from a CSV, TSV, JSON or JSON Lines file (plain or .gz), piece by piece; throws `HillockError` kind `data`. */
export async function readBlob(blob: Blob, name: string, options: CellOptions & BuildOptions = {}): Promise<Table> {
  const head = new Uint8Array(await blob.slice(0, 4).arrayBuffer());
  const begins = (...bytes: number[]): boolean => bytes.every((byte, i) => head[i] === byte);
  if (begins(0x50, 0x41, 0x52, 0x31))
    throw new HillockError('data', `${name} is a Parquet file, which is only read in Node`, 'export it as CSV');
  const packed = begins(0x1f, 0x8b);
  const bytes = (): AsyncIterable<Uint8Array> => piecesOf(packed ? unpacked(blob) : blob.stream(), name);
  const format = textFormat(name, new TextDecoder().decode(await beginningOf(bytes())));
  return buildTable(name, () => format.read(bytes(), name, options), options);
}

const unpacked = (blob: Blob): ReadableStream<Uint8Array> => blob.stream().pipeThrough(new DecompressionStream('gzip'));

async function* piecesOf(stream: ReadableStream<Uint8Array>, name: string): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new HillockError('data', `${name} cannot be read: ${reason}`, 'get the file again', { cause });
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

async function beginningOf(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  for await (const piece of pieces) return piece.subarray(0, sample);
  return new Uint8Array();
}
