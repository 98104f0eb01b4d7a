import { HillockError } from '../errors.ts';
import { type ActivationName, activation } from './activations.ts';

/** What makes a neuron: one weight per input, a bias or none, an activation function. */
export interface NeuronSpec {
  readonly weights: readonly number[];
  /** Absent: the neuron has no bias term at all, and an all-zero input gives z = 0. */
  readonly bias?: number | undefined;
  readonly activation: ActivationName;
}

/** One synapse at work: an input times its weight. */
export interface Term {
  readonly x: number;
  readonly w: number;
  readonly product: number;
}

/** The worked calculation of one row: ŷ = f(z), z = sum + bias, sum = x₁w₁ + x₂w₂ + … */
export interface Firing {
  readonly terms: readonly Term[];
  /** The sum of the products (wᵀx). */
  readonly sum: number;
  readonly bias: number | undefined;
  /** Pre-activation. */
  readonly z: number;
  /** Post-activation ŷ. */
  readonly y: number;
}

/** A neuron: its numbers as plain data, and `fire`. */
export interface Neuron extends NeuronSpec {
  readonly bias: number | undefined;
  /** The worked calculation of one row of inputs. */
  fire(x: readonly number[]): Firing;
  /** The worked calculation of every row of a matrix (ŷ = f(Xw + b)). */
  fire(rows: readonly (readonly number[])[]): Firing[];
}

/** An artificial neuron; throws a usage error on no weights, a number that is not finite, or an unknown activation. */
export function neuron(spec: NeuronSpec): Neuron {
  const { name } = activation(spec.activation);
  const weights = [...spec.weights];
  const { bias } = spec;
  if (weights.length === 0) throw new HillockError('usage', 'a neuron needs at least one weight');
  weights.forEach((w, i) => {
    requireFinite(w, `weight ${i + 1}`);
  });
  if (bias !== undefined) requireFinite(bias, 'bias');

  function fire(x: readonly number[]): Firing;
  function fire(rows: readonly (readonly number[])[]): Firing[];
  function fire(input: readonly number[] | readonly (readonly number[])[]): Firing | Firing[] {
    if (isMatrix(input))
      return input.map((row, i) => fireRow({ weights, bias, activation: name }, row, `row ${i + 1}: `));
    return fireRow({ weights, bias, activation: name }, input, '');
  }
  return { weights, bias, activation: name, fire };
}

/**
 * The same neuron with its bias written as one more input that is always 1: z = b₀w₀ + x₁w₁ + …
 * with b₀ = 1 and w₀ the bias; fire it with `[1, ...x]`. Throws a usage error when the neuron has no bias.
 */
export function biasAsInput(spec: NeuronSpec): Neuron {
  if (spec.bias === undefined) throw new HillockError('usage', 'this neuron has no bias to write as an input');
  return neuron({ weights: [spec.bias, ...spec.weights], activation: spec.activation });
}

/**
 * A neuron before any training: weights and bias uniform in ±1/√inputs (the default of PyTorch's Linear).
 * `uniform` draws from [0, 1), for example `random(seed).uniform`.
 */
export function randomNeuron(
  inputs: number,
  activation: ActivationName,
  uniform: () => number,
  options: { readonly bias?: boolean } = {},
): Neuron {
  if (!Number.isInteger(inputs) || inputs < 1) {
    throw new HillockError('usage', `a neuron needs at least one input, not ${inputs}`);
  }
  const bound = 1 / Math.sqrt(inputs);
  const draw = (): number => (2 * uniform() - 1) * bound;
  const weights = Array.from({ length: inputs }, draw);
  return neuron(options.bias === false ? { weights, activation } : { weights, bias: draw(), activation });
}

function fireRow(spec: NeuronSpec, x: readonly number[], where: string): Firing {
  const { weights, bias } = spec;
  if (x.length !== weights.length) {
    throw new HillockError(
      'usage',
      `${where}the neuron has ${count(weights.length, 'weight')} but got ${count(x.length, 'input')}`,
      'give one input for each weight',
    );
  }
  let sum = 0;
  const terms = weights.map((w, i) => {
    const value = requireFinite(x[i]!, `${where}input ${i + 1}`);
    const product = value * w;
    sum += product;
    return { x: value, w, product };
  });
  const z = bias === undefined ? sum : sum + bias;
  return { terms, sum, bias, z, y: activation(spec.activation).output(z) };
}

function isMatrix(input: readonly number[] | readonly (readonly number[])[]): input is readonly (readonly number[])[] {
  return Array.isArray(input[0]);
}

function requireFinite(value: number, what: string): number {
  if (Number.isFinite(value)) return value;
  throw new HillockError('usage', `${what} must be a finite number, not ${String(value)}`);
}

function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}
