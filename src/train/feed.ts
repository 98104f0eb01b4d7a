/** What steps read: arrays that stay resident for some steps, and which of their rows each step takes. */
import type { Tensor } from '../graph/index.ts';
import { random } from '../random.ts';
import type { EpochInputs } from './augment.ts';
import type { TrainingJob } from './job.ts';
import { sampler } from './sampler.ts';

/** What a step and those behind it read. */
export interface Resident {
  readonly x: Tensor;
  readonly y: Tensor;
  /** Steps that they last. */
  readonly left: number;
  /** The rows of the next steps, [steps × batch]. */
  rows(steps: number): Int32Array;
}

export interface Feed {
  /** Of a step, counted from 0. */
  at(step: number): Promise<Resident>;
}

/** Steps that make an epoch: each training row is seen once, some twice; of blocks, less than a batch of each is left out. */
export function stepsInEpoch({ trainRows, blocks, options: { batch } }: TrainingJob): number {
  if (blocks) return blocks.rows.reduce((sum, rows) => sum + stepsOf(rows, batch), 0);
  return Math.max(1, Math.ceil(trainRows.length / batch));
}

/** Steps that so many rows last. */
export const stepsOf = (rows: number, batch: number): number => Math.max(1, Math.floor(rows / batch));

/** Which rows each step sees of those that are in memory. */
export const planOf = ({ trainRows, options }: TrainingJob): ReturnType<typeof sampler> =>
  sampler(trainRows, options.batch, random(options.seed).split('rows'));

/** How many rows are learned from. */
export const learnedRows = ({ trainRows, blocks }: TrainingJob): number =>
  blocks ? blocks.rows.reduce((sum, rows) => sum + rows, 0) : trainRows.length;

/** All rows at once; their inputs may be made anew in each epoch. */
export function wholeFeed(job: TrainingJob, inputs: EpochInputs): Feed {
  const perEpoch = stepsInEpoch(job);
  const rowsOf = planOf(job);
  return {
    at: async step => ({
      x: await inputs.of(Math.floor(step / perEpoch)),
      y: job.y,
      left: perEpoch - (step % perEpoch),
      rows: steps => rowsOf(step, steps),
    }),
  };
}
