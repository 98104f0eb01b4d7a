import { HillockError } from '../errors.ts';
import { type BuildOptions, buildTable } from './build.ts';
import type { CellBatch, CellOptions } from './cells.ts';
import { textFormat } from './decode.ts';
import { beginningOf, isGzip, kindOf, readBytes, sourceName, withFile } from './files.ts';
import { readIdxFolder } from './idx-folder.ts';
import type { ImagesSplit } from './images.ts';
import { isParquet, notParquet, readParquet } from './parquet.ts';
import { findSynthetic, isSynthetic, makeSynthetic } from './synthetic.ts';
import { column, type Table } from './table.ts';

/** How a source is read. */
export interface SourceOptions extends CellOptions, BuildOptions {
  /** Seed of a built-in data set. */
  readonly seed?: number;
}

/** Reads a table: a CSV, TSV, JSON, JSON Lines or Parquet file (plain or .gz), '-' for standard input, or `demo:NAME`. */
export async function table(source: string, options: SourceOptions = {}): Promise<Table> {
  const data = await readSource(source, options);
  if (data.kind === 'table') return data;
  throw new HillockError('data', `${source} holds images, expected a table`, 'read it with readSource');
}

/** Reads any source: a table, a folder of IDX images, or a built-in data set. */
export async function readSource(source: string, options: SourceOptions = {}): Promise<Table | ImagesSplit> {
  if (isSynthetic(source)) return readSynthetic(source, options);
  if (source !== '-' && (await kindOf(source)) === 'folder') return readIdxFolder(source);
  return withFile(source, async file => {
    const cells = await cellReader(file, sourceName(source), options);
    return buildTable(sourceName(source), cells, options);
  });
}

function readSynthetic(source: string, { seed, target }: SourceOptions): Table | ImagesSplit {
  const { name } = findSynthetic(source);
  const data = makeSynthetic(source, seed);
  if (data.kind === 'images') return { kind: 'images-split', source: `demo:${name}`, train: data };
  return target === undefined ? data : { ...data, target: column(data, target).name };
}

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
