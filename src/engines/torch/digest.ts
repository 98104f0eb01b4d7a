/** What the machines of a job must have in common. */
import { createHash } from 'node:crypto';
import type { FitState, TrainingJob } from '../../train/index.ts';
import type { TorchOptions } from './options.ts';

interface Common {
  readonly job: TrainingJob;
  readonly state: FitState;
  readonly options: TorchOptions;
}

/** The rows, what is learned from them, the network, how it is trained and the state it begins with, as a hexadecimal number. */
export function jobDigest({ job, state, options: { strategy, precision, nodes, microBatches } }: Common): string {
  const hash = createHash('sha256');
  const { network, options, trainRows, x, y } = job;
  hash.update(
    JSON.stringify({ network, options, strategy, precision, nodes, microBatches, step: state.step, shape: x.shape }),
  );
  // Encoded inputs are left out: two processors may differ in their last bit.
  for (const array of [trainRows, y.data])
    if (ArrayBuffer.isView(array)) hash.update(new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
  return hash.digest('hex');
}
