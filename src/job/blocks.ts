/** Rows that do not fit into memory as blocks of a file: written once in an order that is drawn, read one at a time. Node only. */
import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Whole } from '../data/index.ts';
import { permutation, type Random, random } from '../random.ts';
import type { RowBlocks } from '../train/index.ts';
import type { ReadBlock } from './block-feed.ts';
import { type LearnedRows, learnedRows } from './learned.ts';
import type { Prepared } from './prepared.ts';

/** Bytes of a block, about: of these a training holds two and their unpacked form. */
const blockBytes = 16 * 2 ** 20;

export interface KeptRows {
  readonly blocks: RowBlocks;
  remove(): Promise<void>;
}

/** Puts the rows of a table that is larger than memory where training reads them, as long as it trains. */
export function rowsOnDisk(whole: Whole) {
  let kept: KeptRows | undefined;
  return {
    async prepared(made: Prepared): Promise<Prepared> {
      kept = await keepRows(learnedRows(whole, made), random(made.job.options.seed).split('kept rows'));
      return { ...made, job: { ...made.job, blocks: kept.blocks } };
    },
    remove: async (): Promise<void> => kept?.remove(),
  };
}

/**
 * Writes rows to a temporary file: each part of them is dealt to all blocks in an order that is drawn, so that every block holds rows
 * from everywhere. A pure function of the rows and the stream.
 */
export async function keepRows({ width, rows, records }: LearnedRows, rng: Random): Promise<KeptRows> {
  const folder = await mkdtemp(join(tmpdir(), 'hillock-rows-'));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    const path = join(folder, 'rows');
    const file = await open(path, 'w');
    try {
      const count = Math.max(1, Math.ceil((4 * rows * width) / blockBytes));
      const room = Math.ceil(rows / count) + 1;
      const filled = await dealt(file, records(), { count, room, width, rng });
      await file.truncate(4 * width * room * count);
      return { blocks: { file: path, rows: filled.filter(rows => rows > 0), room, width }, remove };
    } finally {
      await file.close();
    }
  } catch (error) {
    await remove();
    throw error;
  }
}

interface Dealing {
  readonly count: number;
  readonly room: number;
  readonly width: number;
  readonly rng: Random;
}

/** Deals records to blocks in turn; returns how many each has. */
async function dealt(
  file: FileHandle,
  records: AsyncIterable<Float32Array>,
  { count, room, width, rng }: Dealing,
): Promise<readonly number[]> {
  // As integers: their classes are such, and as numbers with a point they would be too small for some processors' settings.
  const hand = new Int32Array(Math.min(count * 512, room * count) * width);
  const filled = new Array<number>(count).fill(0);
  let [held, next] = [0, 0];
  const deal = async (): Promise<void> => {
    const order = permutation(held / width, rng.split('deal', next));
    const piles = Array.from({ length: count }, (_, pile) => {
      const first = (pile - (next % count) + count) % count;
      const size = first < order.length ? Math.ceil((order.length - first) / count) : 0;
      const block = new Int32Array(size * width);
      for (let i = 0, at = 0; i < size; i++) {
        const row = order[first + i * count]!;
        for (let from = row * width; from < (row + 1) * width; ) block[at++] = hand[from++]!;
      }
      return block;
    });
    for (const [block, pile] of piles.entries()) {
      const at = 4 * width * (block * room + filled[block]!);
      await file.write(new Uint8Array(pile.buffer), 0, pile.byteLength, at);
      filled[block]! += pile.length / width;
    }
    next += order.length;
    held = 0;
  };
  for await (const some of records) {
    const bits = new Int32Array(some.buffer, some.byteOffset, some.length);
    for (let from = 0; from < bits.length; ) {
      const part = bits.subarray(from, from + hand.length - held);
      hand.set(part, held);
      held += part.length;
      from += part.length;
      if (held === hand.length) await deal();
    }
  }
  if (held > 0) await deal();
  return filled;
}

/** Reads blocks of a file that stays open as long as the process. */
export async function blockReader({ file, room, width }: RowBlocks): Promise<ReadBlock> {
  const handle = await open(file);
  const bytes = 4 * room * width;
  return async block => {
    const target = new Uint8Array(bytes);
    for (let done = 0; done < bytes; ) {
      const { bytesRead } = await handle.read(target, done, bytes - done, block * bytes + done);
      if (bytesRead === 0) throw new Error(`${file} ends in block ${block}`);
      done += bytesRead;
    }
    return target.buffer;
  };
}
