import { HillockError } from '../errors.ts';
import { random } from '../random.ts';
import { type BuildOptions, buildTable } from './build.ts';
import { cellReader, formatOf } from './cell-reader.ts';
import type { CellOptions } from './cells.ts';
import { chunkRows } from './chunk-rows.ts';
import { chunkThreads } from './chunk-threads.ts';
import { type Download, fetched, namedDownload } from './downloads.ts';
import { cellRows, drawTable, type RowSource } from './drawn.ts';
import { isRepeatable, readBytes, sourceName, withFile } from './files.ts';
import { fitSplit } from './fit-images.ts';
import { type ImageOptions, type Place, placeAt } from './image-source.ts';
import { imageSourceOf } from './image-sources.ts';
import { type ImageShape, type Images, type ImagesSplit, makeImages } from './images.ts';
import { parquetRows } from './parquet-rows.ts';
import { findSynthetic, isSynthetic, makeSynthetic } from './synthetic.ts';
import { column, type Table } from './table.ts';

/** How a source is read. */
export interface SourceOptions extends CellOptions, BuildOptions, ImageOptions {
  /** Seed of a built-in data set, and of the rows that are drawn. */
  readonly seed?: number;
  /** Whether a table is larger than memory: rows are drawn from it, and all are read again for training. */
  readonly stream?: boolean;
}

/** Reads a table: a CSV, TSV, JSON, JSON Lines or Parquet file (plain or .gz), '-' for standard input, or `demo:NAME`. */
export async function table(source: string, options: SourceOptions = {}): Promise<Table> {
  const data = await readSource(source, options);
  if (data.kind === 'table') return data;
  throw new HillockError('data', `${source} holds images, expected a table`, 'read it with readSource');
}

/** Reads any source: a table, images on disk, a data set in the cache, or a built-in one. */
export async function readSource(source: string, options: SourceOptions = {}): Promise<Table | ImagesSplit> {
  const data = await readAsItIs(source, options);
  return data.kind === 'table' ? data : fitSplit(data, wantedShape(data.train.shape, options), options.onProgress);
}

async function readAsItIs(source: string, options: SourceOptions): Promise<Table | ImagesSplit> {
  if (isSynthetic(source)) return readSynthetic(source, options);
  const download = namedDownload(source);
  const place = source === '-' ? undefined : await placeAt(download ? fetched(download) : source);
  const images = place && (await imageSourceOf(place));
  if (images) {
    const split = await images.read(place, options);
    return download ? named(split, download) : split;
  }
  if (place?.folder) throw noData(place);
  if (options.stream) return drawnFrom(source, options);
  return withFile(source, async file => {
    const cells = await cellReader(file, sourceName(source), options);
    return buildTable(sourceName(source), cells, options);
  });
}

async function drawnFrom(source: string, options: SourceOptions): Promise<Table> {
  if (!(await isRepeatable(source))) {
    throw new HillockError(
      'usage',
      `${sourceName(source)} can be read once only, and a table that is streamed is read several times`,
      'write it to a file first',
    );
  }
  return drawTable(source, await rowsOf(source, options), {
    ...options,
    rng: random(options.seed ?? 0).split('drawn'),
  });
}

async function rowsOf(source: string, options: SourceOptions): Promise<RowSource> {
  const format = await formatOf(source, source);
  if (format === 'parquet') return parquetRows(source, source);
  const read = (): AsyncIterable<Uint8Array> => readBytes(source);
  const { chunks } = format;
  return chunks
    ? chunkRows({ source, read, format: { ...format, chunks }, options }, chunkThreads)
    : cellRows(source, () => format.read(read(), source, options));
}

const wantedShape = (own: ImageShape, { shape, imageSize }: ImageOptions): ImageShape =>
  shape ?? (imageSize === undefined ? own : [imageSize, imageSize, own[2]]);

/** The parts of a data set in the cache under its name, with the names of its classes. */
function named({ train, test, ...split }: ImagesSplit, { name, classNames }: Download): ImagesSplit {
  const own = (images: Images): Images => (classNames ? makeImages({ ...images, classNames }) : images);
  return { ...split, source: name, train: own(train), ...(test && { test: own(test) }) };
}

function noData({ path, entries }: Place): HillockError {
  const shown = entries.slice(0, 5).join(', ') + (entries.length > 5 ? ', …' : '');
  return new HillockError(
    'data',
    `${path} is a folder without data that can be read; it holds ${entries.length === 0 ? 'nothing' : shown}`,
    'give a table file, or a folder of images: see `hillock data list` for how they are kept',
  );
}

function readSynthetic(source: string, { seed, target }: SourceOptions): Table | ImagesSplit {
  const { name } = findSynthetic(source);
  const data = makeSynthetic(source, seed);
  if (data.kind === 'images') return { kind: 'images-split', source: `demo:${name}`, train: data };
  return target === undefined ? data : { ...data, target: column(data, target).name };
}
