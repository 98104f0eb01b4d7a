/** Layers as modules of PyTorch, in Python. */
import type { ActivationName } from '../../neuron/index.ts';
import { transposeMoves } from '../../nn/conv-transpose.ts';
import type { LayerSpec } from '../../nn/index.ts';
import { eachAxis, type Moves, movesOf } from '../../nn/window.ts';

type OfKind<K> = Extract<LayerSpec, { readonly kind: K }>;

interface TorchLayer<S> {
  /** The module that holds its arrays; absent where it has none. */
  module?(spec: S, input: readonly number[]): string;
  /** What it makes of `x`; `self` is its module. */
  call(place: {
    readonly spec: S;
    readonly x: string;
    readonly self: string;
    readonly input: readonly number[];
    readonly output: readonly number[];
    readonly nested: Readonly<Record<string, string>>;
  }): string;
}

/** Every activation; a missing one does not compile. */
const activations: Readonly<Record<ActivationName, (z: string) => string>> = {
  step: z => `(${z} > 0).float()`,
  relu: z => `F.relu(${z})`,
  sigmoid: z => `torch.sigmoid(${z})`,
  tanh: z => `torch.tanh(${z})`,
  linear: z => z,
  'leaky-relu': z => `F.leaky_relu(${z}, 0.01)`,
  elu: z => `F.elu(${z})`,
  selu: z => `F.selu(${z})`,
  gelu: z => `F.gelu(${z})`,
  silu: z => `F.silu(${z})`,
  mish: z => `F.mish(${z})`,
  softplus: z => `F.softplus(${z})`,
};

const python = (value: boolean): string => (value ? 'True' : 'False');
const tuple = (values: readonly number[]): string =>
  values.length === 1 ? String(values[0]) : `(${values.join(', ')})`;
const halves = <T>(values: readonly T[]): [readonly T[], readonly T[]] => [
  values.slice(0, values.length / 2),
  values.slice(values.length / 2),
];
const equal = (a: readonly number[], b: readonly number[]): boolean => a.join() === b.join();

/** x with so many places before and after each spatial axis; PyTorch counts axes from the last. */
function padded(x: string, { pads }: Moves, value?: string): string {
  if (pads.every(size => size === 0)) return x;
  const [begins, ends] = halves(pads);
  const sides = begins.flatMap((begin, i) => [begin, ends[i]!].map(size => ({ size, axis: i })));
  const order = begins.flatMap((_, i) => sides.filter(({ axis }) => axis === begins.length - 1 - i));
  const sizes = order.map(({ size }) => size).join(', ');
  return `F.pad(${x}, (${sizes})${value === undefined ? '' : `, value=${value}`})`;
}

const convolution = <S extends OfKind<'conv1d' | 'conv2d'>>(axes: number): TorchLayer<S> => ({
  module(spec, input) {
    const { kernel, strides, pads, dilations } = movesOf(spec, input);
    const [begins, ends] = halves(pads);
    const options = [
      `stride=${tuple(strides)}`,
      ...(equal(begins, ends) ? [`padding=${tuple(begins)}`] : []),
      `dilation=${tuple(dilations)}`,
      `groups=${spec.groups}`,
      `bias=${python(spec.bias)}`,
    ];
    return `nn.Conv${axes}d(${input[0]}, ${spec.filters}, ${tuple(kernel)}, ${options.join(', ')})`;
  },
  call({ spec, x, self, input }) {
    const moves = movesOf(spec, input);
    const [begins, ends] = halves(moves.pads);
    return activations[spec.activation](`${self}(${equal(begins, ends) ? x : padded(x, moves)})`);
  },
});

const transposed = <S extends OfKind<'conv-transpose1d' | 'conv-transpose2d'>>(axes: number): TorchLayer<S> => ({
  module(spec, input) {
    const { kernel, strides, pads, dilations, extra } = transposeMoves(spec, input);
    const [begins, ends] = halves(pads);
    const even = equal(begins, ends);
    const after = even ? extra : extra.map((size, i) => Math.max(0, size - ends[i]!));
    const options = [
      `stride=${tuple(strides)}`,
      ...(even ? [`padding=${tuple(begins)}`] : []),
      `output_padding=${tuple(after)}`,
      `dilation=${tuple(dilations)}`,
      `groups=${spec.groups}`,
      `bias=${python(spec.bias)}`,
    ];
    return `nn.ConvTranspose${axes}d(${input[0]}, ${spec.filters}, ${tuple(kernel)}, ${options.join(', ')})`;
  },
  call({ spec, x, self, input, output }) {
    const [begins, ends] = halves(transposeMoves(spec, input).pads);
    const places = begins.map((begin, i) => `${begin}:${begin + output[i + 1]!}`);
    const cut = equal(begins, ends) ? '' : `[:, :, ${places.join(', ')}]`;
    return activations[spec.activation](`${self}(${x})${cut}`);
  },
});

const poolMoves = (
  { kernel, stride = kernel, padding }: OfKind<'max-pool' | 'average-pool'>,
  input: readonly number[],
) => movesOf({ kernel, stride, padding }, input);

function averaged({ spec, x, input }: { spec: OfKind<'average-pool'>; x: string; input: readonly number[] }): string {
  const moves = poolMoves(spec, input);
  const pool = (of: string): string =>
    `F.avg_pool${input.length - 1}d(${padded(of, moves)}, ${tuple(moves.kernel)}, ${tuple(moves.strides)})`;
  const counts = spec.countPadding || moves.pads.every(size => size === 0);
  return counts ? pool(x) : `${pool(x)} / ${pool(`torch.ones_like(${x})`)}`;
}

const recurrent = <S extends OfKind<'rnn' | 'gru' | 'lstm'>>(name: string): TorchLayer<S> => ({
  module(spec, [, features]) {
    const bend = 'activation' in spec ? `, nonlinearity="${spec.activation}"` : '';
    return `nn.${name}(${features}, ${spec.units}, batch_first=True, bidirectional=${python(spec.bidirectional)}${bend})`;
  },
  call({ spec, x, self }) {
    const read = `${self}(${spec.reverse ? `${x}.flip(1)` : x})`;
    if (spec.returnSequences) return spec.reverse ? `${read}[0].flip(1)` : `${read}[0]`;
    return `last_state(${read})`;
  },
});

const spatial = (input: readonly number[]): string => tuple(input.slice(1).map((_, i) => i + 2));
const featureAxis = ({ axis = 0 }: OfKind<'batch-norm'>, { length }: readonly number[]): number =>
  axis < 0 ? axis + length : axis;

/** Every kind of layer; one that is not here does not compile. */
const kinds: { readonly [K in LayerSpec['kind']]: TorchLayer<OfKind<K>> } = {
  dense: {
    module: ({ units, bias }, input) => `nn.Linear(${input.at(-1)}, ${units}, bias=${python(bias)})`,
    call: ({ spec, x, self }) => activations[spec.activation](`${self}(${x})`),
  },
  activation: { call: ({ spec, x }) => activations[spec.activation](x) },
  conv1d: convolution(1),
  conv2d: convolution(2),
  'conv-transpose1d': transposed(1),
  'conv-transpose2d': transposed(2),
  'max-pool': {
    call({ spec, x, input }) {
      const moves = poolMoves(spec, input);
      const from = padded(x, moves, 'float("-inf")');
      return `F.max_pool${input.length - 1}d(${from}, ${tuple(moves.kernel)}, ${tuple(moves.strides)})`;
    },
  },
  'average-pool': { call: averaged },
  'global-average-pool': { call: ({ x, input }) => `${x}.mean(dim=${spatial(input)})` },
  'global-max-pool': { call: ({ x, input }) => `${x}.amax(dim=${spatial(input)})` },
  'batch-norm': {
    module(spec, input) {
      const features = input[featureAxis(spec, input)];
      return `nn.BatchNorm${Math.max(1, input.length - 1)}d(${features}, eps=${spec.epsilon}, momentum=${spec.momentum})`;
    },
    call({ spec, x, self, input }) {
      const axis = featureAxis(spec, input) + 1;
      return axis === 1 ? `${self}(${x})` : `${self}(${x}.movedim(${axis}, 1)).movedim(1, ${axis})`;
    },
  },
  'layer-norm': {
    module: ({ epsilon }, input) => `nn.LayerNorm(${input.at(-1)}, eps=${epsilon})`,
    call: ({ x, self }) => `${self}(${x})`,
  },
  dropout: {
    module: ({ rate, channels }, input) =>
      channels && input.length > 1 ? `nn.Dropout${input.length - 1}d(${rate})` : `nn.Dropout(${rate})`,
    call: ({ x, self }) => `${self}(${x})`,
  },
  residual: { call: ({ spec, nested }) => activations[spec.activation](`${nested.layers} + ${nested.shortcut}`) },
  rnn: recurrent('RNN'),
  gru: recurrent('GRU'),
  lstm: recurrent('LSTM'),
  embedding: {
    module: ({ entries, units }) => `nn.Embedding(${entries}, ${units})`,
    call: ({ spec, x, self }) => `${self}((${x}.nan_to_num(0.0) + 0.5).clamp(0, ${spec.entries - 0.5}).long())`,
  },
  flatten: { call: ({ x }) => `${x}.flatten(1)` },
  reshape: { call: ({ x, output }) => `${x}.reshape(len(${x}), ${output.join(', ')})` },
  permute: { call: ({ spec, x }) => `${x}.permute(0, ${spec.order.map(axis => axis + 1).join(', ')})` },
  upsample: {
    call({ spec, x, input }) {
      const factors = eachAxis('factor', spec.factor, input.length - 1);
      return factors.reduce((from, times, i) => `${from}.repeat_interleave(${times}, dim=${i + 2})`, x);
    },
  },
  repeat: { call: ({ spec, x }) => `${x}.unsqueeze(1).expand(-1, ${spec.times}, -1)` },
};

/** The Python of a kind of layer. */
export const torchLayer = (spec: LayerSpec): TorchLayer<LayerSpec> => kinds[spec.kind] as TorchLayer<LayerSpec>;
