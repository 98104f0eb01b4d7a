/** Pages packed with gzip: DuckDB does not look at their checksums and may return memory that nobody wrote. */
import { open } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { DuckDBConnection } from '@duckdb/node-api';
import { pageHeader } from './page-header.ts';
import { quoted } from './sql.ts';

const headerBytes = 1 << 12;
const mostHeaderBytes = 1 << 24;
const mostPageBytes = 2 ** 31 - 1;
const unpack = promisify(gunzip);

/** Unpacks every page that is packed with gzip; throws an Error that tells what is wrong with one. */
export async function checkGzipPages(connection: DuckDBConnection, path: string): Promise<void> {
  const chunks = await connection.runAndReadAll(
    `SELECT path_in_schema, coalesce(dictionary_page_offset, data_page_offset), data_page_offset, total_compressed_size
     FROM parquet_metadata(${quoted(path)}) WHERE compression = 'GZIP' AND num_values > 0`,
  );
  const found = chunks.getRows();
  if (found.length === 0) return;
  const file = await open(path);
  try {
    const { size: fileSize } = await file.stat();
    for (const [column, dictionary, data, length] of found) {
      const begin = Math.min(Number(dictionary) || Number(data), Number(data));
      const end = begin + Number(length);
      if (!(begin >= 4 && end > begin && end <= fileSize)) throw new Error(`the pages of ${column} lie outside of it`);
      const read = async (at: number, size: number): Promise<Uint8Array> => {
        const bytes = new Uint8Array(Math.min(size, end - at));
        const { bytesRead } = await file.read(bytes, 0, bytes.length, at);
        return bytes.subarray(0, bytesRead);
      };
      for (let at = begin; at < end; ) at = await checkPage(read, at, end, String(column));
    }
  } finally {
    await file.close();
  }
}

/** Checks the page at a place; returns the place behind it. */
async function checkPage(
  read: (at: number, size: number) => Promise<Uint8Array>,
  at: number,
  end: number,
  column: string,
): Promise<number> {
  let header = pageHeader(await read(at, headerBytes), 0);
  for (let size = 2 * headerBytes; !header && size <= mostHeaderBytes; size *= 2)
    header = pageHeader(await read(at, size), 0);
  const next = header ? at + header.length + header.compressed : Number.POSITIVE_INFINITY;
  if (!header || next > end || header.uncompressed > mostPageBytes || header.levels > header.compressed)
    throw new Error(`a page of ${column} is longer than its column`);
  const expected = header.uncompressed - header.levels;
  if (!header.packed || expected === 0) return next;
  const packed = await read(at + header.length + header.levels, header.compressed - header.levels);
  const unpacked = await unpack(packed, { maxOutputLength: expected + 1 }).catch((error: unknown) => {
    throw new Error(`a page of ${column} is damaged (${error instanceof Error ? error.message : error})`);
  });
  if (unpacked.length !== expected)
    throw new Error(`a page of ${column} holds ${unpacked.length} bytes, not ${expected}`);
  return next;
}
