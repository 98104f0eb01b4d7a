/** What steps read of rows on a disk: block after block. */
import { f32, i32, type Tensor } from '../graph/index.ts';
import { permutation, type Random } from '../random.ts';
import { type Feed, type RowBlocks, stepsInEpoch, stepsOf, type TrainingJob } from '../train/index.ts';

/** Reads a block: `room` rows of `width` numbers. */
export type ReadBlock = (block: number) => Promise<ArrayBuffer>;

/** Block after block, their order and that of their rows drawn anew in each epoch; the next one is read while one is learned from. */
export function blockFeed(job: TrainingJob, blocks: RowBlocks, read: ReadBlock, rng: Random): Feed {
  const { batch } = job.options;
  const lasts = blocks.rows.map(rows => stepsOf(rows, batch));
  const perEpoch = stepsInEpoch(job);
  const place = (step: number) => {
    const epoch = Math.floor(step / perEpoch);
    const order = permutation(lasts.length, rng.split('blocks', epoch));
    let within = step % perEpoch;
    let i = 0;
    while (within >= lasts[order[i]!]!) within -= lasts[order[i++]!]!;
    return { epoch, block: order[i]!, within, left: lasts[order[i]!]! - within };
  };
  const opened = async ({ epoch, block }: ReturnType<typeof place>) => ({
    ...unpacked(await read(block), job, blocks),
    order: permutation(blocks.rows[block]!, rng.split('block', epoch, block)),
  });
  const known = new Map<string, ReturnType<typeof opened>>();
  const taken = (where: ReturnType<typeof place>) => {
    const key = `${where.epoch} ${where.block}`;
    const there = known.get(key) ?? opened(where);
    known.set(key, there);
    there.catch(() => undefined);
    return { key, there };
  };
  return {
    async at(step) {
      const here = place(step);
      const now = taken(here);
      const next = taken(place(step + here.left));
      for (const key of known.keys()) if (key !== now.key && key !== next.key) known.delete(key);
      const { x, y, order } = await now.there;
      const rows = (steps: number): Int32Array =>
        Int32Array.from({ length: steps * batch }, (_, i) => order[(here.within * batch + i) % order.length]!);
      return { x, y, left: here.left, rows };
    },
  };
}

/** The inputs and truths of a block. */
function unpacked(bytes: ArrayBuffer, job: TrainingJob, { room, width }: RowBlocks): { x: Tensor; y: Tensor } {
  const [numbers, classes] = [new Float32Array(bytes), new Int32Array(bytes)];
  const inputs = width - 1;
  const x = new Float32Array(room * inputs);
  for (let row = 0; row < room; row++) x.set(numbers.subarray(row * width, row * width + inputs), row * inputs);
  const last = (values: Float32Array | Int32Array) => (_: unknown, row: number) => values[row * width + inputs]!;
  const y =
    job.y.dtype === 'int32'
      ? i32(Int32Array.from({ length: room }, last(classes)), [room, 1])
      : f32(Float32Array.from({ length: room }, last(numbers)), [room, 1]);
  return { x: f32(x, [room, ...job.x.shape.slice(1)]), y };
}
