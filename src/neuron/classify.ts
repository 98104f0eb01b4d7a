import { HillockError } from '../errors.ts';
import { activation, activationNames, activations } from './activations.ts';
import type { Neuron } from './neuron.ts';

/** The side of the decision threshold an output falls on. */
export interface Classification {
  readonly y: number;
  readonly threshold: number;
  readonly class: string;
}

/** Options of `classify`. */
export interface ClassifyOptions {
  /** Defaults to the middle of the activation's range: 0.5 for sigmoid and step, 0 for tanh. */
  readonly threshold?: number | undefined;
  /** The class at or below the threshold, and the class above it; defaults to A and B. */
  readonly classes?: readonly [below: string, above: string];
}

/** The middle of a bounded activation's range, `undefined` when ŷ is unbounded. */
export function defaultThreshold(name: string): number | undefined {
  const [low, high] = activation(name).range;
  const middle = (low + high) / 2;
  return Number.isFinite(middle) ? middle : undefined;
}

/**
 * The class of one row: the second when ŷ is above the threshold, else the first (as step(0) = 0 has it).
 * Throws a usage error when the activation is unbounded and no threshold is given, or the threshold is no number.
 */
export function classify(neuron: Neuron, x: readonly number[], options: ClassifyOptions = {}): Classification {
  const { classes = ['A', 'B'] } = options;
  const threshold = options.threshold ?? defaultThreshold(neuron.activation);
  if (threshold === undefined) {
    const bounded = activationNames.filter(name => Number.isFinite(activations[name].range[1]));
    throw new HillockError(
      'usage',
      `${activations[neuron.activation].title} has no natural decision threshold: its output is unbounded`,
      `give a threshold, or use ${bounded.join(', ')}`,
    );
  }
  if (!Number.isFinite(threshold)) {
    throw new HillockError('usage', `the threshold must be a finite number, not ${String(threshold)}`);
  }
  const { y } = neuron.fire(x);
  return { y, threshold, class: y > threshold ? classes[1] : classes[0] };
}
