import { HillockError } from '../errors.ts';
import { activation, activations } from './activations.ts';
import { type LearningRule, type LearnOptions, type Plan, planOf, type Rows } from './learn-options.ts';
import { type Neuron, type NeuronSpec, neuron } from './neuron.ts';

/** The adjustable numbers of a neuron. */
export interface Parameters {
  readonly weights: readonly number[];
  readonly bias: number | undefined;
}

/** One row shown to the neuron, and every number of the correction that followed. */
export interface LearningStep {
  readonly epoch: number;
  /** Index of the row shown. */
  readonly row: number;
  readonly inputs: readonly number[];
  readonly z: number;
  readonly y: number;
  readonly target: number;
  /** target − ŷ. */
  readonly error: number;
  /** L of this row before the correction: ½(ŷ − t)² or −t ln ŷ − (1 − t) ln(1 − ŷ); for the perceptron rule 1 if wrong, else 0. */
  readonly loss: number;
  /** dL/dz; for the perceptron rule ŷ − t. */
  readonly delta: number;
  /** dL/dw = delta · x and dL/db = delta. */
  readonly gradients: Parameters;
  readonly before: Parameters;
  /** before − learningRate · gradients. */
  readonly after: Parameters;
}

/** One pass over all rows. */
export interface LearningEpoch {
  readonly epoch: number;
  /** Mean of the steps' losses. */
  readonly loss: number;
}

/** What learning ends with. */
export interface Learned {
  /** A new neuron; the one passed in is unchanged. */
  readonly neuron: Neuron;
  readonly rule: LearningRule;
  readonly epochs: readonly LearningEpoch[];
  /** The perceptron rule went through all rows without a mistake. */
  readonly converged: boolean;
}

/**
 * Trains a neuron on labelled rows, one row at a time, and keeps every step.
 *
 * Perceptron rule (Rosenblatt 1958): w ← w + η(t − ŷ)x, until an epoch makes no mistake. Gradient descent:
 * w ← w − η dL/dw. Throws a usage error on rows that do not fit and on step with gradient descent; 'diverged' when
 * a number overflows.
 */
export function learn(
  start: NeuronSpec,
  rows: Rows,
  targets: readonly number[],
  options: LearnOptions = {},
): Learned & { readonly steps: readonly LearningStep[] } {
  const steps: LearningStep[] = [];
  const walk = learningSteps(start, rows, targets, options);
  for (;;) {
    const next = walk.next();
    if (next.done) return { ...next.value, steps };
    steps.push(next.value);
  }
}

/** `learn` one step at a time: each `next()` shows one row and corrects once; returns what `learn` returns, less the steps. */
export function* learningSteps(
  start: NeuronSpec,
  rows: Rows,
  targets: readonly number[],
  options: LearnOptions = {},
): Generator<LearningStep, Learned, undefined> {
  const plan = planOf(start, rows, targets, options);
  const epochs: LearningEpoch[] = [];
  let current = neuron(start);
  let converged = false;
  for (let epoch = 0; epoch < plan.epochs && !converged; epoch++) {
    let total = 0;
    let shown = 0;
    for (const row of plan.order(epoch)) {
      const inputs = rows[row];
      if (!inputs) throw new HillockError('usage', `order names row ${row}, but there are ${rows.length} rows`);
      const step = correct(current, inputs, targets[row]!, plan, epoch, row);
      current = neuron({ ...step.after, activation: current.activation });
      total += step.loss;
      shown++;
      yield step;
    }
    if (shown === 0) throw new HillockError('usage', `order names no row in epoch ${epoch}`);
    epochs.push({ epoch, loss: total / shown });
    converged = plan.rule === 'perceptron' && total === 0;
  }
  return { neuron: current, rule: plan.rule, epochs, converged };
}

function correct(
  current: Neuron,
  inputs: readonly number[],
  target: number,
  plan: Plan,
  epoch: number,
  row: number,
): LearningStep {
  const { z, y } = current.fire(inputs);
  const { loss, delta } = lossAndDelta(current, z, y, target, plan);
  const before: Parameters = { weights: current.weights, bias: current.bias };
  const gradients: Parameters = {
    weights: inputs.map(x => delta * x),
    bias: before.bias === undefined ? undefined : delta,
  };
  const move = (value: number, gradient: number): number => value - plan.learningRate * gradient;
  const after: Parameters = {
    weights: before.weights.map((w, i) => move(w, gradients.weights[i]!)),
    bias: before.bias === undefined ? undefined : move(before.bias, delta),
  };
  if (![loss, ...after.weights, after.bias ?? 0].every(Number.isFinite)) {
    throw new HillockError(
      'diverged',
      `learning diverged in epoch ${epoch} at row ${row}: a weight is no longer a finite number`,
      `lower the learning rate (it is ${plan.learningRate}) or standardise the inputs`,
    );
  }
  return { epoch, row, inputs: [...inputs], z, y, target, error: target - y, loss, delta, gradients, before, after };
}

function lossAndDelta(
  current: Neuron,
  z: number,
  y: number,
  target: number,
  plan: Plan,
): { loss: number; delta: number } {
  if (plan.rule === 'perceptron') return { loss: y === target ? 0 : 1, delta: y - target };
  if (plan.loss === 'cross-entropy') return { loss: activations.softplus.output(z) - target * z, delta: y - target };
  const slope = activation(current.activation).derivative!(z);
  return { loss: (y - target) ** 2 / 2, delta: (y - target) * slope };
}
