import { z } from 'zod';
import { HillockError } from '../errors.ts';
import { constant, type Dim, f32, named, sizeOf, type Value } from '../graph/index.ts';
import { type ActivationName, activationNames } from '../neuron/index.ts';
import { add, gemm, matMul, mul, reshape } from '../ops/index.ts';
import { activate } from './activation.ts';
import type { LayerKind } from './layer.ts';
import { type InitialiserName, initialisers } from './parameter.ts';

export const activationSchema = z.enum(activationNames as [ActivationName, ...ActivationName[]]);
export const initialiserSchema = z.enum(Object.keys(initialisers) as [InitialiserName, ...InitialiserName[]]);

export interface DenseSpec {
  readonly kind: 'dense';
  readonly units: number;
  readonly activation: ActivationName;
  readonly bias: boolean;
  readonly initial?: InitialiserName | undefined;
  /** Factor on the first weights (1 unless told). */
  readonly gain?: number | undefined;
  /** Standard deviation of the first biases, which are normal around 0 (0 unless told). */
  readonly biasSpread?: number | undefined;
  /** Which synapses exist: row i, column j = input i reaches neuron j. Absent: all. */
  readonly mask?: readonly (readonly (0 | 1)[])[] | undefined;
}

export interface DenseOptions {
  readonly bias?: boolean;
  readonly initial?: DenseSpec['initial'];
  readonly gain?: number;
  readonly biasSpread?: number;
  readonly mask?: DenseSpec['mask'];
}

/** A dense layer: every input to every neuron, or those its mask connects. */
export const dense = (units: number, activation: ActivationName = 'linear', options: DenseOptions = {}): DenseSpec => ({
  kind: 'dense',
  units,
  activation,
  bias: true,
  ...options,
});

/** The usual first values for weights before each activation. */
export function initialiserFor(activation: ActivationName): InitialiserName {
  if (activation === 'sigmoid' || activation === 'tanh') return 'glorot-uniform';
  return activation === 'selu' || activation === 'linear' ? 'lecun-normal' : 'he-normal';
}

function checkMask(spec: DenseSpec, fanIn: number): Float32Array | undefined {
  if (!spec.mask) return undefined;
  if (spec.mask.length !== fanIn || spec.mask.some(row => row.length !== spec.units)) {
    throw new HillockError(
      'usage',
      `the mask of a dense layer must have ${fanIn} rows (one an input) of ${spec.units} (one a neuron), got ${spec.mask.length} rows`,
    );
  }
  return Float32Array.from(spec.mask.flat());
}

/** x·w + b over the last axis of x, for one network or for every member of an ensemble. */
function weightedSum(x: Value, w: Value, b: Value | undefined): Value {
  const rank = x.type.shape.length;
  if (rank === 2) return gemm(x, w, b);
  const own = w.type.shape.slice(-2);
  const spread = (value: Value, last: readonly Dim[]): Value => {
    const members = value.type.shape.slice(0, -last.length);
    return members.length === 0
      ? value
      : reshape(value, [...members, ...Array<Dim>(rank - 1 - last.length).fill(1), ...last]);
  };
  const product = matMul(x, spread(w, own));
  return b ? add(product, spread(b, own.slice(1))) : product;
}

/** The matrix that works on `places` rows one after the other, each by `weight` [inputs, outputs]. */
function blockDiagonal(weight: Float64Array, places: number, outputs: number): Float64Array {
  const inputs = weight.length / outputs;
  const all = new Float64Array(places * places * weight.length);
  for (let place = 0; place < places; place++) {
    for (let i = 0; i < inputs; i++) {
      const row = weight.subarray(i * outputs, (i + 1) * outputs);
      all.set(row, (place * inputs + i) * places * outputs + place * outputs);
    }
  }
  return all;
}

export const denseKind: LayerKind<DenseSpec> = {
  kind: 'dense',
  about:
    'Neurons that see every input (or those their mask connects): z = x·w + b, ŷ = f(z); of a sequence, at each time step on its own.',
  schema: z.strictObject({
    kind: z.literal('dense'),
    units: z.int().min(1).max(1_000_000).describe('neurons'),
    activation: activationSchema.default('linear').describe('f'),
    bias: z.boolean().default(true).describe('whether b is added'),
    initial: initialiserSchema.optional().describe('first weights; he-normal before relu and its kin'),
    gain: z.number().positive().max(1e6).optional().describe('factor on the first weights'),
    biasSpread: z
      .number()
      .positive()
      .max(1e3)
      .optional()
      .describe('standard deviation of the first biases; absent: all 0'),
    mask: z
      .array(z.array(z.union([z.literal(0), z.literal(1)])))
      .optional()
      .describe('which synapses exist: row i, column j = input i reaches neuron j'),
  }) as unknown as z.ZodType<DenseSpec>,
  rows: [['features'], ['time', 'features']],
  members: true,
  neurons: true,
  keepsInputs: false,
  activation: spec => spec.activation,
  affine({ units, mask }, { weight, bias = new Float64Array(units) }, input) {
    const exists = mask?.flat();
    const own = exists ? weight!.map((w, i) => w * exists[i]!) : weight!;
    const places = sizeOf(input.slice(0, -1));
    return {
      weight: places === 1 ? own : blockDiagonal(own, places, units),
      bias: Float64Array.from({ length: places * units }, (_, i) => bias[i % units]!),
    };
  },
  outputShape: (spec, input) => [...input.slice(0, -1), spec.units],
  parameters(spec, input) {
    const fanIn = input.at(-1)!;
    const size = { fanIn, fanOut: spec.units };
    const mask = checkMask(spec, fanIn);
    const weight = {
      name: 'weight',
      shape: [fanIn, spec.units],
      role: 'weight',
      initial: spec.initial ?? initialiserFor(spec.activation),
      ...(spec.gain === undefined ? {} : { gain: spec.gain }),
      ...size,
    } as const;
    const first =
      spec.biasSpread === undefined
        ? ({ initial: 'zeros' } as const)
        : ({ initial: 'normal', gain: spec.biasSpread } as const);
    return [
      mask ? { ...weight, mask } : weight,
      ...(spec.bias ? [{ name: 'bias', shape: [spec.units], role: 'bias', ...first, ...size } as const] : []),
    ];
  },
  build(spec, x, [weight, bias]) {
    const mask = checkMask(spec, x.type.shape.at(-1) as number);
    const w = mask ? mul(weight!, constant(f32(mask, [mask.length / spec.units, spec.units]), 'mask')) : weight!;
    const z = named(weightedSum(x, w, bias), 'z');
    return { z, y: activate(z, spec.activation) };
  },
  macs: (spec, input) => sizeOf(input) * spec.units,
  examples: [
    { kind: 'dense', units: 4, activation: 'relu', bias: true },
    { kind: 'dense', units: 3, activation: 'tanh', bias: false },
    { kind: 'dense', units: 3, activation: 'silu', bias: true, initial: 'he-normal', gain: 0.5, biasSpread: 0.1 },
    {
      kind: 'dense',
      units: 2,
      activation: 'sigmoid',
      bias: true,
      mask: [
        [1, 0],
        [0, 1],
        [1, 1],
      ],
    },
  ],
};
