import { f32, sizeOf, type Tensor } from '../graph/index.ts';
import type { Random } from '../random.ts';

/** How the first values of a parameter are drawn: each by itself, or a matrix at a time. */
export type Initialiser = {
  readonly name: string;
  /** One sentence with the formula and its source. */
  readonly about: string;
} & (
  | {
      /** Draws one value; `fanIn` and `fanOut` are the numbers of synapses into and out of a neuron. */
      draw(rng: Random, fanIn: number, fanOut: number): number;
    }
  | {
      /** Draws [rows, columns], row by row. */
      matrix(rng: Random, rows: number, columns: number): Float64Array;
    }
);

const uniform = (rng: Random, limit: number): number => (2 * rng.uniform() - 1) * limit;

/** Gram and Schmidt on normal numbers, along the shorter side. */
function orthonormal(rng: Random, rows: number, columns: number): Float64Array {
  const [count, length] = rows <= columns ? [rows, columns] : [columns, rows];
  const vectors: Float64Array[] = [];
  for (let k = 0; k < count; k++) {
    const vector = Float64Array.from({ length }, () => rng.normal());
    for (const other of vectors) {
      const along = dot(vector, other);
      for (let i = 0; i < length; i++) vector[i]! -= along * other[i]!;
    }
    const size = Math.sqrt(dot(vector, vector));
    vectors.push(vector.map(value => value / size));
  }
  const at = (row: number, column: number): number =>
    rows <= columns ? vectors[row]![column]! : vectors[column]![row]!;
  return Float64Array.from({ length: rows * columns }, (_, i) => at(Math.floor(i / columns), i % columns));
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

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
  orthogonal: {
    name: 'orthogonal',
    about:
      'A random matrix with orthonormal rows, or columns where those are fewer: signals keep their length over many steps (Saxe, McClelland and Ganguli 2014).',
    matrix: orthonormal,
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
  /** Size of the matrices it consists of, one after the other; absent = one, its first axis by the others. */
  readonly matrix?: readonly [rows: number, columns: number];
  /** `weight`s decay, `bias`es do not; a `statistic` is updated by the layer, not by gradients. */
  readonly role: 'weight' | 'bias' | 'statistic';
  /** 1 where a synapse exists, 0 where it does not: those stay exactly 0. */
  readonly mask?: Float32Array;
}

/** First values of a parameter: a pure function of the stream and the parameter's name. */
export function initialValues(parameter: Parameter, rng: Random): Tensor {
  const { fanIn, fanOut, shape, gain = 1, offset = [0], mask } = parameter;
  const initialiser: Initialiser = initialisers[parameter.initial];
  const stream = rng.split('parameter', parameter.name);
  const values = new Float32Array(sizeOf(shape));
  const put = (value: number, i: number): void => {
    const part = Math.floor((i * offset.length) / values.length);
    values[i] = mask?.[i % mask.length] === 0 ? 0 : value * gain + offset[part]!;
  };
  if ('matrix' in initialiser) {
    const [rows, columns] = parameter.matrix ?? [shape[0]!, sizeOf(shape.slice(1))];
    for (let begin = 0; begin < values.length; begin += rows * columns)
      initialiser.matrix(stream, rows, columns).forEach((value, i) => {
        put(value, begin + i);
      });
  } else {
    for (let i = 0; i < values.length; i++) put(initialiser.draw(stream, fanIn, fanOut), i);
  }
  return f32(values, shape);
}
