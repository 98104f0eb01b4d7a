/** Operators of ONNX that hold weights, as modules of PyTorch. */
import { HillockError } from '../../errors.ts';
import { sizeOf } from '../../graph/index.ts';
import type { LayerSpec } from '../../nn/index.ts';
import type { ForeignNode } from '../../onnx/index.ts';
import type { StateArray, StateArrays } from '../export/torch-state.ts';
import { convDiffers, type Differs, directionDiffers, epsilonDiffers, transposeDiffers } from './onnx-differ.ts';

/** A node, its weights in the order of its inputs (undefined = left out), and the bias that the next node adds. */
export interface HoldingNode {
  readonly node: ForeignNode;
  readonly weights: readonly (StateArray | undefined)[];
  readonly added: StateArray | undefined;
}

interface HoldingOp {
  /** The kinds of layers that it can be. */
  readonly kinds: readonly LayerSpec['kind'][];
  /** Position among its inputs of the first that is a weight. */
  readonly first: number;
  /** It holds weights only on what this operator makes. */
  readonly after?: string;
  readonly differs?: Differs;
  /** Its weights as PyTorch has them. */
  toTorch(holding: HoldingNode): StateArrays;
}

export function turned({ shape, data }: StateArray): StateArray {
  const [rows, columns] = shape as readonly [number, number];
  return {
    shape: [columns, rows],
    data: Float32Array.from(data, (_, i) => data[(i % rows) * columns + Math.floor(i / rows)]!),
  };
}

const attribute = ({ node }: HoldingNode, name: string, fallback: number): number => {
  const value = node.attributes.get(name);
  return typeof value === 'number' ? value : fallback;
};

const refused = ({ node }: HoldingNode, what: string): HillockError =>
  new HillockError('model-file', `the node ${node.name || node.opType} cannot be imported: ${what}`);

const withBias = (weight: StateArray, bias: StateArray | undefined): StateArrays =>
  bias ? { weight, bias: { ...bias, shape: [bias.data.length] } } : { weight };

function gemm(holding: HoldingNode): StateArrays {
  const [weight, bias] = holding.weights;
  if (attribute(holding, 'alpha', 1) !== 1 || attribute(holding, 'beta', 1) !== 1)
    throw refused(holding, 'its alpha or beta is not 1');
  return withBias(attribute(holding, 'transB', 0) === 1 ? weight! : turned(weight!), bias ?? holding.added);
}

const convolution = ({ weights: [weight, bias], added }: HoldingNode): StateArrays => withBias(weight!, bias ?? added);

/** Blocks of rows in another order: where each block of the result comes from. */
function reordered({ shape, data }: StateArray, order: readonly number[]): StateArray {
  const block = data.length / order.length;
  const all = new Float32Array(data.length);
  order.forEach((from, to) => {
    all.set(data.subarray(from * block, (from + 1) * block), to * block);
  });
  return { shape, data: all };
}

/** A part of an array along its first axis. */
function part({ shape: [count = 1, ...rest], data }: StateArray, i: number): StateArray {
  const size = data.length / count;
  return { shape: rest, data: data.slice(i * size, (i + 1) * size) };
}

/** One array for each direction; PyTorch's gates come from those of ONNX in this order. */
const recurrent = (order: readonly number[]) => (holding: HoldingNode) => {
  const { weights, node } = holding;
  const direction = node.attributes.get('direction') ?? 'forward';
  const count = direction === 'bidirectional' ? 2 : 1;
  const [w, r, b] = weights;
  return Object.fromEntries(
    Array.from({ length: count }, (_, i): readonly (readonly [string, StateArray])[] => {
      const suffix = i === 0 ? '' : '_reverse';
      const biases = b ? part(b, i) : undefined;
      const half = biases && biases.data.length / 2;
      const bias = (begin: number): StateArray => {
        const data = biases!.data.slice(begin, begin + half!);
        return reordered({ shape: [data.length], data }, order);
      };
      return [
        [`weight_ih_l0${suffix}`, reordered(part(w!, i), order)],
        [`weight_hh_l0${suffix}`, reordered(part(r!, i), order)],
        ...(biases
          ? ([
              [`bias_ih_l0${suffix}`, bias(0)],
              [`bias_hh_l0${suffix}`, bias(half!)],
            ] as const)
          : []),
      ];
    }).flat(),
  );
};

/** Every operator that holds weights. */
export const holdingOps: Readonly<Record<string, HoldingOp>> = {
  Gemm: { kinds: ['dense'], first: 1, toTorch: gemm },
  MatMul: {
    kinds: ['dense'],
    first: 1,
    toTorch: ({ weights: [weight], added }) => withBias(turned(weight!), added),
  },
  Conv: { kinds: ['conv1d', 'conv2d'], first: 1, differs: convDiffers, toTorch: convolution },
  ConvTranspose: {
    kinds: ['conv-transpose1d', 'conv-transpose2d'],
    first: 1,
    differs: transposeDiffers,
    toTorch: convolution,
  },
  BatchNormalization: {
    kinds: ['batch-norm'],
    first: 1,
    differs: epsilonDiffers,
    toTorch: ({ weights: [weight, bias, mean, variance] }) => ({
      weight: weight!,
      bias: bias!,
      running_mean: mean!,
      running_var: variance!,
    }),
  },
  LayerNormalization: {
    kinds: ['layer-norm'],
    first: 1,
    differs: epsilonDiffers,
    toTorch: ({ weights: [weight, bias] }) => ({
      weight: weight!,
      bias: bias ?? { ...weight!, data: new Float32Array(sizeOf(weight!.shape)) },
    }),
  },
  // Of older files: the last step of a norm that is written out.
  Mul: {
    kinds: ['layer-norm'],
    first: 1,
    after: 'Div',
    toTorch: ({ weights: [weight], added }) => ({
      weight: weight!,
      bias: added ?? { ...weight!, data: new Float32Array(sizeOf(weight!.shape)) },
    }),
  },
  Gather: { kinds: ['embedding'], first: 0, toTorch: ({ weights: [weight] }) => ({ weight: weight! }) },
  // ONNX's gates are i, o, f, c.
  LSTM: { kinds: ['lstm'], first: 1, differs: directionDiffers, toTorch: recurrent([0, 2, 3, 1]) },
  // ONNX's gates are z, r, h.
  GRU: {
    kinds: ['gru'],
    first: 1,
    differs: directionDiffers,
    toTorch(holding) {
      if (attribute(holding, 'linear_before_reset', 0) !== 1)
        throw refused(holding, 'its reset gate stands before the product; ours stands after it, as in PyTorch');
      return recurrent([1, 0, 2])(holding);
    },
  },
  RNN: { kinds: ['rnn'], first: 1, differs: directionDiffers, toTorch: recurrent([0]) },
};
