/** Images anew in every epoch: drawn variants of the training rows. */
import type { PixelEncoding } from '../features/index.ts';
import { sizeOf, type Tensor } from '../graph/index.ts';
import { random } from '../random.ts';
import { type Augmentation, augmentKinds, type Frame } from './augment-kinds.ts';
import type { TrainingJob } from './job.ts';

/** What it takes to make the inputs of an epoch. */
export type AugmentTask = Pick<TrainingJob, 'x' | 'trainRows'> & {
  readonly pixels: PixelEncoding;
  readonly augment: Augmentation;
  readonly seed: number;
};

/** The task of a job; null where its images stay as they are. */
export function augmentTask({ x, trainRows, pixels, options }: TrainingJob): AugmentTask | null {
  const { augment, seed } = options;
  if (!augment || Object.keys(augment).length === 0) return null;
  if (!pixels) throw new TypeError('only images can be varied');
  return { x, trainRows, pixels, augment, seed };
}

/**
 * Writes the training rows of an epoch into a copy of the job's x; other rows stay as they are. Each is a pure function of
 * the seed, the epoch and the row.
 */
export function augmentInto(target: Uint8Array, task: AugmentTask, epoch: number): void {
  const { x, trainRows, pixels, augment, seed } = task;
  const [height, width, channels] = pixels.shape;
  const zero = Uint8Array.from(pixels.mean, mean => Math.round(255 * mean));
  const frame: Frame = { channels, height, width, zero };
  const asked = augment as Readonly<Record<string, string | number | undefined>>;
  const used = augmentKinds.filter(({ name }) => asked[name] !== undefined);
  const size = channels * height * width;
  const source = x.data as Uint8Array;
  const between = [new Uint8Array(size), new Uint8Array(size)] as const;
  const stream = random(seed).split('augment', epoch);
  for (const row of trainRows) {
    const rng = stream.split(row);
    let from = source.subarray(row * size, (row + 1) * size);
    used.forEach((kind, i) => {
      const to = i === used.length - 1 ? target.subarray(row * size, (row + 1) * size) : between[i % 2]!;
      kind.apply(from, to, frame, asked[kind.name]!, rng.split(kind.name));
      from = to;
    });
  }
}

/** What the training program reads as x. */
export interface EpochInputs {
  /** The inputs of an epoch, counted from 0; those that were given before may be written over. */
  of(epoch: number): Promise<Tensor>;
}

/** The inputs of a job's epochs, made where training runs. */
export function epochInputs(job: TrainingJob): EpochInputs {
  const task = augmentTask(job);
  if (!task) return { of: async () => job.x };
  const data = new Uint8Array(sizeOf(job.x.shape));
  let made = -1;
  return {
    async of(epoch) {
      if (epoch !== made) augmentInto(data, task, epoch);
      made = epoch;
      return { ...job.x, data };
    },
  };
}
