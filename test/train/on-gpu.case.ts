/** Jobs that are trained on a GPU and on the processor, and how far apart they end. */
import { batchNorm, conv2d, dense, dropout, flatten, maxPool, reshape } from '../../src/nn/index.ts';
import type { Runtime } from '../../src/runtime/index.ts';
import { fit as begin, type FitResult, type TrainingJob } from '../../src/train/index.ts';
import { imageJob, smallJob } from './jobs.ts';

const maps = [
  reshape([2, 4, 4]),
  conv2d(4, 3, 'relu', { padding: 'same' }),
  batchNorm(),
  maxPool(2),
  dropout(0.2),
  flatten(),
];

export const gpuJobs: Readonly<Record<string, TrainingJob>> = {
  'Adam, dropout, a number': smallJob('regression', [dense(8, 'tanh'), dropout(0.2)], { batch: 8, epochs: 1 }),
  'a convolution, batch norm, a pool': smallJob('multiclass', maps, { columns: 32, batch: 8, epochs: 2 }),
  'bytes of pictures': { ...imageJob({ epochs: 2 }), network: smallPictures() },
};

/** Pools whose windows do not fill the map are found by place, which GPUs lack. */
export const beyondGpus: TrainingJob = imageJob();

function smallPictures(): TrainingJob['network'] {
  const { network } = imageJob();
  return { ...network, layers: network.layers.filter(({ kind }) => kind !== 'max-pool') };
}

type Learned = Pick<FitResult, 'parameters' | 'history'>;

export async function learned(job: TrainingJob, runtime: Runtime): Promise<Learned> {
  const events = begin(job, runtime);
  for (;;) {
    const next = await events.next();
    if (next.done) return next.value;
  }
}

/** The largest difference of two trainings: of the losses of epochs as a part of them, of weights as they are. */
export function apart(a: Learned, b: Learned): { readonly loss: number; readonly weight: number } {
  const losses = a.history.map(({ loss }, i) => Math.abs(loss - b.history[i]!.loss) / loss);
  const weights = [...a.parameters].flatMap(([name, values]) =>
    [...values].map((value, i) => Math.abs(value - b.parameters.get(name)![i]!)),
  );
  return { loss: Math.max(...losses), weight: Math.max(...weights) };
}
