/** A picture that a person gives, in the place of the data of a run. */

import { z } from 'zod';
import { makeImages } from '../data/images.ts';
import { sizeOf } from '../graph/index.ts';
import type { OpenRun } from '../job/open-run.ts';
import { Refusal } from '../serve/exchange.ts';
import { imageReader } from '../serve/inputs/images.ts';

/** Height × width × channels, 0 … 255, as `POST /api/runs/{id}/picture` answers them. */
export const pixelsAsked = z
  .array(z.int().min(0).max(255))
  .max(2 ** 20)
  .optional();

function shapeOf({ artifact }: OpenRun) {
  const { input } = artifact.spec;
  if (input.kind === 'images') return input.shape;
  throw new Refusal(400, 'this model takes no pictures');
}

/** A file of a picture as the model takes it; throws a `Refusal` for what is none. */
export async function pixelsOf(opened: OpenRun, file: Uint8Array): Promise<readonly number[]> {
  const [picture] = imageReader(shapeOf(opened)).bodies;
  const [pixels] = await picture!.read(file);
  return Array.from(pixels as Uint8Array);
}

/** The run with that picture as its row 1; the run itself where there is none. */
export function onPicture(opened: OpenRun, pixels: readonly number[] | undefined): OpenRun {
  if (!pixels) return opened;
  const shape = shapeOf(opened);
  const source = 'a picture of yours';
  if (pixels.length !== sizeOf(shape)) throw new Refusal(400, `pixels must be those of ${shape.join('×')}`);
  const images = { source, rows: 1, shape, pixels: Uint8Array.from(pixels), labels: null, classNames: [] };
  return { ...opened, data: async () => ({ kind: 'images-split', source, train: makeImages(images) }) };
}
