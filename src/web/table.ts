/** Tables in a page. */
import type { BuildOptions } from '../data/build.ts';
import type { CellOptions } from '../data/cells.ts';
import type { Table } from '../data/table.ts';
import { addressOf, fetchBlob, fileName } from './address.ts';

/** How a table is read. */
export interface TableOptions extends CellOptions, BuildOptions {
  /** What it is called, and by its ending read; a file and an address have a name of their own. */
  readonly name?: string;
}

/**
 * Reads a table: a file that was dropped into the page, or the address of one; CSV, TSV, JSON or JSON Lines, plain or .gz.
 * Throws `HillockError` kind `data`.
 */
export async function table(source: Blob | string | URL, options: TableOptions = {}): Promise<Table> {
  const { readBlob } = await import('../data/blob.ts');
  if (source instanceof Blob) {
    const name = options.name ?? (source instanceof File ? source.name : 'table');
    return readBlob(source, name, options);
  }
  const address = addressOf(source);
  return readBlob(await fetchBlob(address, 'data'), options.name ?? fileName(address), options);
}
