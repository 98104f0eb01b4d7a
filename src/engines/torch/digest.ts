/** What the machines of a job must have in common. */
import { createHash } from 'node:crypto';
import type { FitState, TrainingJob } from '../../train/index.ts';
import type { TorchOptions } from './options.ts';

interface Common {
  readonly job: TrainingJob;
  readonly state: FitState;
  readonly options: TorchOptions;
}

/**
 * The rows, what is learned from them, the network and what of it is frozen, how it is trained and the step it begins with, as a
 * hexadecimal number. Inputs, weights of rows and the arrays it begins with are compared by the ranks themselves.
 */
export function jobDigest({ job, state, options: { strategy, precision, nodes, microBatches } }: Common): string {
  const hash = createHash('sha256');
  const { network, options, trainRows, x, y, frozen = [] } = job;
  const told = { network, options, strategy, precision, nodes, microBatches, step: state.step, shape: x.shape };
  hash.update(JSON.stringify({ ...told, ...(frozen.length > 0 ? { frozen } : {}) }));
  // Encoded inputs are left out: two processors may differ in their last bit.
  for (const array of [trainRows, y.data])
    if (ArrayBuffer.isView(array)) hash.update(new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
  return hash.digest('hex');
}
