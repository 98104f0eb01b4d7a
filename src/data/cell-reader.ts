import { HillockError } from '../errors.ts';
import type { CellBatch, CellOptions } from './cells.ts';
import { type TextFormat, textFormat } from './decode.ts';
import { beginningOf, isGzip, readBytes } from './files.ts';
import { isParquet, notParquet, readParquet } from './parquet.ts';

/** A reader of the cells of a table file; every call reads the file from its beginning. */
export async function cellReader(
  file: string,
  source: string,
  options: CellOptions,
): Promise<() => AsyncIterable<CellBatch>> {
  const format = await formatOf(file, source);
  return format === 'parquet' ? () => readParquet(file, source) : () => format.read(readBytes(file), source, options);
}

/** In what format a table file is. Throws `HillockError` kind `data` where it is empty, or no Parquet though its name says so. */
export async function formatOf(file: string, source: string): Promise<TextFormat | 'parquet'> {
  const packed = await beginningOf(file, 4);
  if (packed.length === 0) {
    throw new HillockError('data', `${source} is empty`, 'give a file with a row of names and rows of values');
  }
  if (isParquet(packed)) return 'parquet';
  if (/\.parquet$/i.test(source)) throw notParquet(source, "it does not begin with 'PAR1'");
  const beginning = isGzip(packed) ? await firstText(file) : new TextDecoder().decode(await beginningOf(file, 4096));
  return textFormat(source, beginning);
}

async function firstText(file: string): Promise<string> {
  for await (const bytes of readBytes(file)) return new TextDecoder().decode(bytes.subarray(0, 4096));
  return '';
}
