import { memoryLimit } from '../data/index.ts';
import { HillockError } from '../errors.ts';

/** The encoded rows live here, in the message to the training thread, and there. */
const copies = 3;
const usable = 0.9;

/** Refuses a table whose encoded rows would not fit into memory, before the system ends the program for it. */
export function checkMemory(source: string, rows: number, width: number, limit = memoryLimit()): void {
  const needed = copies * 4 * rows * width;
  if (needed <= usable * limit) return;
  const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;
  const fit = Math.floor((usable * limit) / (copies * 4 * width));
  throw new HillockError(
    'data',
    `${source} is too large to train on: its ${rows.toLocaleString('en')} rows become ${width.toLocaleString('en')} numbers each and need about ${gigabytes(needed)} of memory, this machine has ${gigabytes(limit)}`,
    `about ${fit.toLocaleString('en')} rows fit; fewer columns (--ignore) let more in`,
  );
}
