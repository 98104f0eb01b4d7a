import type { Images } from '../../data/index.ts';
import { HillockError } from '../../errors.ts';
import type { Output } from '../output.ts';
import { mismatch, type OpenModel } from './open-model.ts';
import type { RowPart } from './predict-format.ts';

const batchRows = 1024;

/** The images of a source with their predictions: number, label where it is known, prediction. */
export async function* imageRows(source: string, model: OpenModel, out: Output): AsyncGenerator<RowPart> {
  const images = await imagesOf(source, model, out);
  const names = images.labels ? ['image', 'label'] : ['image'];
  for (let from = 0; from < images.rows; from += batchRows) {
    const places = Array.from({ length: Math.min(batchRows, images.rows - from) }, (_, i) => from + i);
    const { rows } = await model.predictor.images(images, places);
    yield {
      names,
      rows: places.map((place, i) => {
        const label = images.labels ? [images.classNames[images.labels[place]!]!] : [];
        return { row: place + 1, line: place + 1, cells: [String(place + 1), ...label], prediction: rows[i]! };
      }),
    };
  }
}

/** The images of a source: its test set where it has one. */
export async function imagesOf(source: string, model: OpenModel, out: Output): Promise<Images> {
  const { readSource } = await import('../../data/index.ts');
  if (source === '-') throw new HillockError('usage', 'images are read from a folder, not from standard input');
  const data = await readSource(source);
  if (data.kind === 'table') throw mismatch(model, source);
  if (data.test && !out.json)
    out.message(`note: ${source} has a test set of its own; this is about its ${data.test.rows} images`);
  return data.test ?? data.train;
}
