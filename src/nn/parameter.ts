import { f32, sizeOf, type Tensor } from '../graph/index.ts';
import type { Random } from '../random.ts';

/** How the first values of a parameter are drawn. */
export interface Initialiser {
  readonly name: string;
  /** One sentence with the formula and its source. */
  readonly about: string;
  /** Draws one value; `fanIn` and `fanOut` are the numbers of synapses into and out of a neuron. */
  draw(rng: Random, fanIn: number, fanOut: number): number;
}

const uniform = (rng: Random, limit: number): number => (2 * rng.uniform() - 1) * limit;

/** Every initialiser by name. */
export const initialisers = {
  zeros: { name: 'zeros', about: '0.', draw: () => 0 },
  ones: { name: 'ones', about: '1.', draw: () => 1 },
  normal: { name: 'normal', about: 'N(0, 1).', draw: rng => rng.normal() },
  'glorot-uniform': {
    name: 'glorot-uniform',
    about: 'U(±√(6 / (fan-in + fan-out))), for sigmoid and tanh (Glorot and Bengio 2010, eq. 16).',
    draw: (rng, fanIn, fanOut) => uniform(rng, Math.sqrt(6 / (fanIn + fanOut))),
  },
  'he-uniform': {
    name: 'he-uniform',
    about: 'U(±√(6 / fan-in)), for ReLU (He et al. 2015, section 2.2).',
    draw: (rng, fanIn) => uniform(rng, Math.sqrt(6 / fanIn)),
  },
  'he-normal': {
    name: 'he-normal',
    about: 'N(0, 2 / fan-in), for ReLU (He et al. 2015, eq. 10).',
    draw: (rng, fanIn) => rng.normal() * Math.sqrt(2 / fanIn),
  },
  'lecun-normal': {
    name: 'lecun-normal',
    about: 'N(0, 1 / fan-in), for SELU and linear neurons (LeCun et al. 1998, section 4.6).',
    draw: (rng, fanIn) => rng.normal() / Math.sqrt(fanIn),
  },
  'fan-in-uniform': {
    name: 'fan-in-uniform',
    about: 'U(±1 / √fan-in), the default of PyTorch’s Linear.',
    draw: (rng, fanIn) => uniform(rng, 1 / Math.sqrt(fanIn)),
  },
} satisfies Record<string, Initialiser>;

export type InitialiserName = keyof typeof initialisers;

/** One array that a layer owns: what it is, how it starts and how training treats it. */
export interface Parameter {
  readonly name: string;
  readonly shape: readonly number[];
  readonly initial: InitialiserName;
  readonly fanIn: number;
  readonly fanOut: number;
  /** Factor on the drawn values (1 unless told). */
  readonly gain?: number;
  /** Added to the drawn values: a number for each of so many equal parts, one after the other (0 unless told). */
  readonly offset?: readonly number[];
  /** `weight`s decay, `bias`es do not; a `statistic` is updated by the layer, not by gradients. */
  readonly role: 'weight' | 'bias' | 'statistic';
  /** 1 where a synapse exists, 0 where it does not: those stay exactly 0. */
  readonly mask?: Float32Array;
}

/** First values of a parameter: a pure function of the stream and the parameter's name. */
export function initialValues(parameter: Parameter, rng: Random): Tensor {
  const { draw }: Initialiser = initialisers[parameter.initial];
  const stream = rng.split('parameter', parameter.name);
  const values = new Float32Array(sizeOf(parameter.shape));
  const { gain = 1, offset = [0] } = parameter;
  for (let i = 0; i < values.length; i++) {
    const part = Math.floor((i * offset.length) / values.length);
    const value = draw(stream, parameter.fanIn, parameter.fanOut) * gain + offset[part]!;
    values[i] = parameter.mask?.[i % parameter.mask.length] === 0 ? 0 : value;
  }
  return f32(values, parameter.shape);
}
