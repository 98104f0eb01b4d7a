import type { Images, SourceOptions } from '../../data/index.ts';
import { HillockError } from '../../errors.ts';
import { readingOf } from '../../job/reading.ts';
import type { Output } from '../output.ts';
import { mismatch, type OpenModel } from './open-model.ts';
import type { PredictedRow, RowPart } from './predict-format.ts';
import type { Say } from './predict-rows.ts';
import { imageProgress } from './source.ts';

const batchRows = 1024;

/**
 * The images of sources with their predictions: name or number, label where it is known, prediction; a picture that
 * cannot be decoded stays in its place without one.
 */
export async function* imageRows(
  sources: readonly string[],
  model: OpenModel,
  out: Output,
  say: Say,
): AsyncGenerator<RowPart> {
  const images = await imagesOf(sources, model, out);
  for (const { message } of images.notes) say(`note: ${message}`);
  const { rejected = [] } = images;
  const names = images.labels ? ['image', 'label'] : ['image'];
  let row = 0;
  let refused = 0;
  const refuseBefore = (place: number): PredictedRow[] => {
    const rows: PredictedRow[] = [];
    for (; refused < rejected.length && rejected[refused]!.before <= place; refused++) {
      const { name, message } = rejected[refused]!;
      rows.push({ row: ++row, line: row, cells: [name], prediction: null, problem: message });
    }
    return rows;
  };
  for (let from = 0; from < images.rows; from += batchRows) {
    const places = Array.from({ length: Math.min(batchRows, images.rows - from) }, (_, i) => from + i);
    const predicted = await model.predictor.images(images, places);
    yield {
      names,
      rows: places.flatMap((place, i) => {
        const label = images.labels ? [images.classNames[images.labels[place]!]!] : [];
        const before = refuseBefore(place);
        const name = images.names?.[place] ?? String(place + 1);
        return [...before, { row: ++row, line: row, cells: [name, ...label], prediction: predicted.rows[i]! }];
      }),
    };
  }
  yield { names, rows: refuseBefore(images.rows) };
}

/** The images of a source (its test set where it has one) or of files of pictures, in the shape that the model takes. */
export async function imagesOf(sources: readonly string[], model: OpenModel, out: Output): Promise<Images> {
  if (sources.includes('-')) throw new HillockError('usage', 'images are read from files, not from standard input');
  const progress = imageProgress(out);
  const options = { ...(await readingOf(model.spec, [])), onProgress: progress.update };
  try {
    return sources.length === 1 ? await ownImages(sources[0]!, options, model, out) : await files(sources, options);
  } finally {
    progress.end();
  }
}

async function ownImages(source: string, options: SourceOptions, model: OpenModel, out: Output): Promise<Images> {
  const { readSource } = await import('../../data/index.ts');
  const data = await readSource(source, options);
  if (data.kind === 'table') throw mismatch(model, source);
  const { train, test } = data;
  if (test && !out.json)
    out.message(`note: ${source} has a test set of its own; this is about its ${test.rows} images`);
  return test ? { ...test, notes: [...train.notes, ...test.notes] } : train;
}

async function files(paths: readonly string[], options: SourceOptions): Promise<Images> {
  const { stat } = await import('node:fs/promises');
  const { readPictureFiles } = await import('../../data/index.ts');
  const found = await Promise.all(paths.map(path => stat(path).catch(() => undefined)));
  const other = paths.find((_, i) => !found[i]?.isFile());
  if (other === undefined) return readPictureFiles(paths, options);
  throw new HillockError(
    'usage',
    found[paths.indexOf(other)]
      ? `of several sources each must be a file of a picture; ${other} is a folder`
      : `there is no file ${other}`,
    'give files of pictures, or one folder',
  );
}
