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

/** Refuses images whose pixels would not fit into memory, before the system ends the program for it. */
export function checkImageMemory(source: string, rows: number, shape: ImageShape, limit = memoryLimit()): void {
  const [height, width, channels] = shape;
  const needed = copies * rows * height * width * channels;
  if (needed <= usable * limit) return;
  const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;
  const side = Math.floor(Math.sqrt((usable * limit) / (copies * rows * channels)));
  throw new HillockError(
    'data',
    `${source} is too large: its ${rows.toLocaleString('en')} images of ${shape.join('×')} need about ${gigabytes(needed)} of memory, this machine has ${gigabytes(limit)}`,
    side >= 1 ? `--image-size ${Math.min(64, side)} makes them fit` : 'take fewer images',
  );
}
