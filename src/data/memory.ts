import { HillockError } from '../errors.ts';
import type { ImageShape } from './images.ts';

/** The pixels live in the reader, in the training job, in the message to the training thread, and there. */
const copies = 4;
const usable = 0.9;

/** What WebAssembly can address, in bytes. */
const addressable = 2 ** 32;

/** Memory this process may use, in bytes; in a browser what WebAssembly can address. */
export function memoryLimit(): number {
  const os = globalThis.process?.getBuiltinModule?.('node:os');
  if (!os) return addressable;
  const constrained = process.constrainedMemory?.() ?? 0;
  return constrained > 0 ? Math.min(os.totalmem(), constrained) : os.totalmem();
}

const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;

/** Refuses a table that outgrows the memory while it is read: a small packed file can hold any number of rows. */
export function checkTableMemory(source: string, rows: number, columns: number, limit = memoryLimit()): void {
  // The cells of a column stand in the pieces they came in and in one list.
  if (16 * rows * columns <= usable * limit) return;
  throw new HillockError(
    'data',
    `${source} is too large: the first ${rows.toLocaleString('en')} rows of ${columns.toLocaleString('en')} columns fill the memory, this machine has ${gigabytes(limit)}`,
    'train on it with --stream, or take a part of its rows or columns',
  );
}

/** Refuses bytes that outgrow the memory while they are unpacked. */
export function checkUnpacked(source: string, bytes: number, limit = memoryLimit()): void {
  // They stand in the pieces they came in and in one.
  if (2 * bytes <= usable * limit) return;
  throw new HillockError(
    'data',
    `${source} is too large: it unpacks to more than ${gigabytes(bytes)}, this machine has ${gigabytes(limit)} of memory`,
    'is it what it should be? unpack it with gunzip to see',
  );
}

/** Refuses images whose pixels would not fit into memory, before the system ends the program for it. */
export function checkImageMemory(source: string, rows: number, shape: ImageShape, limit = memoryLimit()): void {
  const [height, width, channels] = shape;
  const needed = copies * rows * height * width * channels;
  if (needed <= usable * limit) return;
  const side = Math.floor(Math.sqrt((usable * limit) / (copies * rows * channels)));
  throw new HillockError(
    'data',
    `${source} is too large: its ${rows.toLocaleString('en')} images of ${shape.join('×')} need about ${gigabytes(needed)} of memory, this machine has ${gigabytes(limit)}`,
    side >= 1 ? `--image-size ${Math.min(64, side)} makes them fit` : 'take fewer images',
  );
}
