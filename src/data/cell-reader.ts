import { HillockError } from '../errors.ts';
import type { CellBatch, CellOptions } from './cells.ts';
import { textFormat } from './decode.ts';
import { beginningOf, isGzip, readBytes } from './files.ts';
import { isParquet, notParquet, readParquet } from './parquet.ts';

/** A reader of the cells of a table file; every call reads the file from its beginning. */
export async function cellReader(
  file: string,
  source: string,
  options: CellOptions,
): Promise<() => AsyncIterable<CellBatch>> {
  const packed = await beginningOf(file, 4);
  if (packed.length === 0) {
    throw new HillockError('data', `${source} is empty`, 'give a file with a row of names and rows of values');
  }
  if (isParquet(packed)) return () => readParquet(file, source);
  if (/\.parquet$/i.test(source)) throw notParquet(source, "it does not begin with 'PAR1'");
  const beginning = isGzip(packed) ? await firstText(file) : new TextDecoder().decode(await beginningOf(file, 4096));
  const format = textFormat(source, beginning);
  return () => format.read(readBytes(file), source, options);
}

async function firstText(file: string): Promise<string> {
  for await (const bytes of readBytes(file)) return new TextDecoder().decode(bytes.subarray(0, 4096));
  return '';
}
