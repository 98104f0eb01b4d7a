import { readdir } from 'node:fs/promises';
import { basename } from 'node:path';
import { beginningOf, isRepeatable, kindOf } from './files.ts';
import type { ImageShape, ImagesSplit } from './images.ts';

/** How images are read. */
export interface ImageOptions {
  /** Which labels of images that have several: their name. */
  readonly label?: string | undefined;
  /** Height and width that every image gets. */
  readonly imageSize?: number | undefined;
  /** What a model takes: images of another size or number of channels are brought to it. */
  readonly shape?: ImageShape | undefined;
  /** Told how many steps of reading are done. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** A file or folder that may hold images. */
export interface Place {
  readonly path: string;
  readonly folder: boolean;
  /** Names in the folder, sorted; of a file its own name. */
  readonly entries: readonly string[];
  /** First bytes of a file; none of a folder, a pipe or a device. */
  readonly beginning: Uint8Array;
}

/** A way in which images are kept on disk. */
export interface ImageSource {
  readonly name: string;
  /** How its files are named, for help. */
  readonly named: string;
  readonly matches: (place: Place) => boolean | Promise<boolean>;
  /** Whether the images at a place that matches have classes to learn. */
  readonly hasClasses: (place: Place) => boolean | Promise<boolean>;
  readonly read: (place: Place, options: ImageOptions) => Promise<ImagesSplit>;
}

const sniffed = 16;

/** What is at a path; throws `HillockError` kind `data` where there is nothing. */
export async function placeAt(path: string): Promise<Place> {
  const folder = (await kindOf(path)) === 'folder';
  const entries = folder ? (await readdir(path)).sort() : [basename(path)];
  const whole = !folder && (await isRepeatable(path));
  return { path, folder, entries, beginning: whole ? await beginningOf(path, sniffed) : new Uint8Array() };
}
