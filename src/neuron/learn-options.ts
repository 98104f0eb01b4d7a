import { HillockError } from '../errors.ts';
import { activation } from './activations.ts';
import { type NeuronSpec, neuron } from './neuron.ts';

/** How weights are corrected. */
export type LearningRule = 'perceptron' | 'gradient-descent';

/** What gradient descent makes small. */
export type NeuronLoss = 'squared-error' | 'cross-entropy';

/** Options of `learn`. */
export interface LearnOptions {
  /** Defaults to the perceptron rule for step, gradient descent for every other activation. */
  readonly rule?: LearningRule | undefined;
  /** The size η of a step; defaults to 1 for the perceptron rule, 0.1 for gradient descent. */
  readonly learningRate?: number | undefined;
  /** How many times to go through all rows; defaults to 100. */
  readonly epochs?: number | undefined;
  /** Defaults to cross-entropy for sigmoid, squared error for the rest. */
  readonly loss?: NeuronLoss | undefined;
  /** The order of the rows in an epoch (from 0), for example a random permutation; defaults to the order given. */
  readonly order?: ((epoch: number) => Iterable<number>) | undefined;
}

/** Observations, one a row. */
export type Rows = readonly (readonly number[])[];

/** Learning as it will be done: every option decided. */
export interface Plan {
  readonly rule: LearningRule;
  readonly learningRate: number;
  readonly epochs: number;
  readonly loss: NeuronLoss;
  readonly order: (epoch: number) => Iterable<number>;
}

/** `LearnOptions` with the defaults filled in; throws a usage error on what does not fit the neuron, the rows or the targets. */
export function planOf(start: NeuronSpec, rows: Rows, targets: readonly number[], options: LearnOptions): Plan {
  const { name, title, derivative } = activation(start.activation);
  const rule = options.rule ?? (derivative === null ? 'perceptron' : 'gradient-descent');
  const loss = options.loss ?? (name === 'sigmoid' ? 'cross-entropy' : 'squared-error');
  const learningRate = options.learningRate ?? (rule === 'perceptron' ? 1 : 0.1);
  const epochs = options.epochs ?? 100;
  const order = options.order ?? (() => rows.keys());
  if (rule === 'gradient-descent' && derivative === null) {
    throw new HillockError(
      'usage',
      `${title} cannot be trained by gradient descent: its derivative is 0 everywhere it exists, so no weight would ever move`,
      "use the perceptron rule (rule: 'perceptron'), or an activation with a slope such as sigmoid",
    );
  }
  if (rule === 'perceptron' && name !== 'step') {
    throw new HillockError('usage', `the perceptron rule trains a step neuron, not ${title}`, 'use gradient descent');
  }
  if (rule === 'gradient-descent' && loss === 'cross-entropy' && name !== 'sigmoid') {
    throw new HillockError('usage', `cross-entropy needs a sigmoid neuron, not ${title}`, 'use the squared error');
  }
  if (!(learningRate > 0 && Number.isFinite(learningRate))) {
    throw new HillockError('usage', `the learning rate must be a positive number, not ${learningRate}`);
  }
  if (!Number.isInteger(epochs) || epochs < 0) {
    throw new HillockError('usage', `epochs must be a whole number, not ${epochs}`);
  }
  if (rows.length === 0) throw new HillockError('usage', 'learning needs at least one row');
  if (rows.length !== targets.length) {
    throw new HillockError('usage', `there are ${rows.length} rows but ${targets.length} targets`);
  }
  neuron(start).fire(rows);
  requireTargets(targets, rule === 'perceptron' ? 'class' : loss === 'cross-entropy' ? 'probability' : 'number');
  return { rule, learningRate, epochs, loss, order };
}

const targetKinds = {
  class: { expected: '0 or 1', accepts: (t: number) => t === 0 || t === 1 },
  probability: { expected: 'between 0 and 1', accepts: (t: number) => t >= 0 && t <= 1 },
  number: { expected: 'a finite number', accepts: Number.isFinite },
};

function requireTargets(targets: readonly number[], kind: keyof typeof targetKinds): void {
  const { expected, accepts } = targetKinds[kind];
  const wrong = targets.findIndex(target => !accepts(target));
  if (wrong < 0) return;
  throw new HillockError('usage', `target ${wrong + 1} must be ${expected}, not ${String(targets[wrong])}`);
}
