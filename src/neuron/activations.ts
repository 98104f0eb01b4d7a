import { didYouMean, HillockError } from '../errors.ts';
import { normalDensity, normalProbability } from './normal.ts';

/** One activation function: everything the library, the command line and the documentation say about it. */
export interface Activation {
  /** The name it has in specifications and on the command line. */
  readonly name: string;
  /** The name a person reads. */
  readonly title: string;
  /** ŷ = f(z), in plain text. */
  readonly formula: string;
  /** f′(z), in plain text. */
  readonly slope: string;
  /** The post-activation ŷ of a pre-activation z. */
  readonly output: (z: number) => number;
  /**
   * dŷ/dz; at a kink the value of the left-hand side, as PyTorch takes it.
   * `null`: 0 everywhere it exists, so gradient descent cannot train the neuron.
   */
  readonly derivative: ((z: number) => number) | null;
  /** Infimum and supremum of ŷ. */
  readonly range: readonly [low: number, high: number];
  /** What it is good for, in one sentence. */
  readonly useFor: string;
}

const leak = 0.01;
const seluScale = 1.0507009873554805;
const seluAlpha = 1.6732632423543772;

function sigmoid(z: number): number {
  const e = Math.exp(-Math.abs(z));
  return z < 0 ? e / (1 + e) : 1 / (1 + e);
}

function softplus(z: number): number {
  return Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));
}

function squaredSech(z: number): number {
  const e = Math.exp(-2 * Math.abs(z));
  return (4 * e) / (1 + e) ** 2;
}

/** Every activation function by name. */
export const activations = {
  step: {
    name: 'step',
    title: 'step',
    formula: '1 if z > 0, else 0',
    slope: '0 everywhere it exists',
    output: z => (z > 0 ? 1 : 0),
    derivative: null,
    range: [0, 1],
    useFor: 'A neuron that answers yes or no; trained by the perceptron rule, not by gradient descent.',
  },
  relu: {
    name: 'relu',
    title: 'ReLU',
    formula: 'max(0, z)',
    slope: '1 if z > 0, else 0',
    output: z => Math.max(0, z),
    derivative: z => (z > 0 ? 1 : 0),
    range: [0, Infinity],
    useFor: 'Hidden layers: the fastest to compute and the usual first choice.',
  },
  sigmoid: {
    name: 'sigmoid',
    title: 'sigmoid',
    formula: '1 / (1 + e^(-z))',
    slope: 'ŷ (1 - ŷ)',
    output: sigmoid,
    derivative: z => squaredSech(z / 2) / 4,
    range: [0, 1],
    useFor: 'The output neuron of a yes/no question: ŷ reads as a probability.',
  },
  tanh: {
    name: 'tanh',
    title: 'tanh',
    formula: '(e^z - e^(-z)) / (e^z + e^(-z))',
    slope: '1 - ŷ²',
    output: Math.tanh,
    derivative: squaredSech,
    range: [-1, 1],
    useFor: 'Hidden layers of small and recurrent networks: centred on 0 and bounded.',
  },
  linear: {
    name: 'linear',
    title: 'linear',
    formula: 'z',
    slope: '1',
    output: z => z,
    derivative: () => 1,
    range: [-Infinity, Infinity],
    useFor: 'The output neuron of a regression: any number can come out.',
  },
  'leaky-relu': {
    name: 'leaky-relu',
    title: 'leaky ReLU',
    formula: 'z if z > 0, else 0.01 z',
    slope: '1 if z > 0, else 0.01',
    output: z => (z > 0 ? z : leak * z),
    derivative: z => (z > 0 ? 1 : leak),
    range: [-Infinity, Infinity],
    useFor: 'Hidden layers where ReLU neurons die: a negative z still has a slope.',
  },
  elu: {
    name: 'elu',
    title: 'ELU',
    formula: 'z if z > 0, else e^z - 1',
    slope: '1 if z > 0, else e^z',
    output: z => (z > 0 ? z : Math.expm1(z)),
    derivative: z => (z > 0 ? 1 : Math.exp(z)),
    range: [-1, Infinity],
    useFor: 'Hidden layers that want a smooth ReLU with negative outputs.',
  },
  selu: {
    name: 'selu',
    title: 'SELU',
    formula: '1.0507 z if z > 0, else 1.0507 · 1.6733 (e^z - 1)',
    slope: '1.0507 if z > 0, else 1.0507 · 1.6733 e^z',
    output: z => seluScale * (z > 0 ? z : seluAlpha * Math.expm1(z)),
    derivative: z => seluScale * (z > 0 ? 1 : seluAlpha * Math.exp(z)),
    range: [-seluScale * seluAlpha, Infinity],
    useFor: 'Deep plain networks without normalisation layers: it keeps mean 0 and variance 1.',
  },
  gelu: {
    name: 'gelu',
    title: 'GELU',
    formula: 'z Φ(z) = z (1 + erf(z / √2)) / 2',
    slope: 'Φ(z) + z φ(z)',
    output: z => z * normalProbability(z),
    derivative: z => normalProbability(z) + z * normalDensity(z),
    range: [-0.16997120747990369, Infinity],
    useFor: 'Hidden layers of transformers.',
  },
  silu: {
    name: 'silu',
    title: 'SiLU (swish)',
    formula: 'z / (1 + e^(-z))',
    slope: 's + z s (1 - s) with s = sigmoid(z)',
    output: z => z * sigmoid(z),
    derivative: z => sigmoid(z) + (z * squaredSech(z / 2)) / 4,
    range: [-0.2784645427610738, Infinity],
    useFor: 'Hidden layers of deep networks: a smooth ReLU.',
  },
  mish: {
    name: 'mish',
    title: 'Mish',
    formula: 'z tanh(ln(1 + e^z))',
    slope: 'tanh(p) + z (1 - tanh²(p)) sigmoid(z) with p = ln(1 + e^z)',
    output: z => z * Math.tanh(softplus(z)),
    derivative: z => Math.tanh(softplus(z)) + z * squaredSech(softplus(z)) * sigmoid(z),
    range: [-0.30884341301725027, Infinity],
    useFor: 'Hidden layers of image networks and of tables: smooth, slightly negative below 0.',
  },
  softplus: {
    name: 'softplus',
    title: 'softplus',
    formula: 'ln(1 + e^z)',
    slope: '1 / (1 + e^(-z))',
    output: softplus,
    derivative: sigmoid,
    range: [0, Infinity],
    useFor: 'An output that must be positive, such as a rate or a standard deviation.',
  },
} as const satisfies Record<string, Activation>;

/** The name of an activation function. */
export type ActivationName = keyof typeof activations;

/** The names of all activation functions, in the order they are presented. */
export const activationNames = Object.keys(activations) as ActivationName[];

/** The activation called `name`; throws a usage error that suggests the nearest name when there is none. */
export function activation(name: string): Activation & { readonly name: ActivationName } {
  if (Object.hasOwn(activations, name)) return activations[name as ActivationName];
  const near = didYouMean(name, activationNames);
  throw new HillockError(
    'usage',
    `unknown activation ${JSON.stringify(name)}`,
    near ? `did you mean ${near}?` : `one of ${activationNames.join(', ')}`,
  );
}
