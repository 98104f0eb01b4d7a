import { cifarSource } from './cifar-source.ts';
import { idxSource } from './idx-folder.ts';
import type { ImageSource, Place } from './image-source.ts';
import { pictureSource } from './picture-source.ts';

/** The ways in which images are kept, in the order in which they are tried. */
export const imageSources: readonly ImageSource[] = [idxSource, cifarSource, pictureSource];

/** The first way that fits what is at a place. */
export async function imageSourceOf(place: Place): Promise<ImageSource | undefined> {
  for (const source of imageSources) if (await source.matches(place)) return source;
  return undefined;
}
