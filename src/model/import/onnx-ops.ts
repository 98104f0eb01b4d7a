/** Operators of ONNX that hold weights, as modules of PyTorch. */
import { HillockError } from '../../errors.ts';
import { sizeOf } from '../../graph/index.ts';
import type { LayerSpec } from '../../nn/index.ts';
import type { ForeignNode } from '../../onnx/index.ts';
import { type StateArray, type StateArrays, turned } from '../export/torch-state.ts';
import {
  axisDiffers,
  convDiffers,
  type Differs,
  epsilonDiffers,
  lastAxisDiffers,
  recurrentDiffers,
  transposeDiffers,
} from './onnx-differ.ts';

/** A node, its weights in the order of its inputs (undefined = left out), and the biases that the next nodes add. */
export interface HoldingNode {
  readonly node: ForeignNode;
  readonly weights: readonly (StateArray | undefined)[];
  readonly added: readonly StateArray[];
}

interface HoldingOp {
  /** The kinds of layers that it can be. */
  readonly kinds: readonly LayerSpec['kind'][];
  /** Position among its inputs of the first that is a weight. */
  readonly first: number;
  /** What ONNX calls its weights, from there on. */
  readonly weights: readonly string[];
  /** How many of them it cannot be without. */
  readonly needed: number;
  /** Its bias may be what the next nodes add. */
  readonly added?: true;
  /** Positions among its inputs of the states that it starts from. */
  readonly states?: readonly number[];
  /** It holds weights only on what this operator makes. */
  readonly after?: string;
  readonly differs?: Differs;
  /** Its weights as PyTorch has them. */
  toTorch(holding: HoldingNode): StateArrays;
}

const attribute = ({ node }: HoldingNode, name: string, fallback: number): number => {
  const value = node.attributes.get(name);
  return typeof value === 'number' ? value : fallback;
};

export const nodeText = ({ name, opType }: ForeignNode): string => (name ? `${name} (${opType})` : opType);

const refused = ({ node }: HoldingNode, what: string): HillockError =>
  new HillockError('model-file', `the node ${nodeText(node)} cannot be imported: ${what}`);

/** Its weight, which must be a matrix. */
function matrix(holding: HoldingNode): StateArray {
  const weight = holding.weights[0]!;
  if (weight.shape.length !== 2) throw refused(holding, `its weight has shape [${weight.shape}], it must be a matrix`);
  return weight;
}

/** A bias of its own and those that are added after it are one: their sum. */
function biasOf(holding: HoldingNode, own: StateArray | undefined): StateArray | undefined {
  const all = own ? [own, ...holding.added] : holding.added;
  const [first] = all;
  if (!first) return undefined;
  const { length } = first.data;
  if (all.some(({ data }) => data.length !== length))
    throw refused(holding, `biases of ${all.map(({ data }) => data.length).join(' and ')} numbers are added to it`);
  const sum = Float32Array.from(first.data, (_, i) => all.reduce((total, { data }) => total + data[i]!, 0));
  return { shape: [length], data: sum };
}

function withBias(holding: HoldingNode, weight: StateArray, own?: StateArray): StateArrays {
  const bias = biasOf(holding, own);
  return bias ? { weight, bias } : { weight };
}

function gemm(holding: HoldingNode): StateArrays {
  const [, bias] = holding.weights;
  if (attribute(holding, 'alpha', 1) !== 1 || attribute(holding, 'beta', 1) !== 1)
    throw refused(holding, 'its alpha or beta is not 1');
  const weight = matrix(holding);
  return withBias(holding, attribute(holding, 'transB', 0) === 1 ? weight : turned(weight), bias);
}

function convolution(holding: HoldingNode): StateArrays {
  const [weight, bias] = holding.weights;
  return withBias(holding, weight!, bias);
}

/** A norm; a bias that is left out is 0. */
function norm(holding: HoldingNode): StateArrays {
  const [weight, own] = holding.weights;
  const bias = biasOf(holding, own) ?? { ...weight!, data: new Float32Array(sizeOf(weight!.shape)) };
  return { weight: weight!, bias };
}

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

/** The arrays of each direction; throws where their shapes are not those of so many gates. */
function byDirection(holding: HoldingNode, gates: number): readonly (readonly (StateArray | undefined)[])[] {
  const count = holding.node.attributes.get('direction') === 'bidirectional' ? 2 : 1;
  const ranks = [3, 3, 2];
  holding.weights.forEach((array, i) => {
    const fits = array?.shape.length === ranks[i] && array?.shape[0] === count && array.shape[1]! % gates === 0;
    if (array && !fits)
      throw refused(holding, `an array has shape [${array.shape}], it must be that of ${count} × ${gates} gates`);
  });
  return Array.from({ length: count }, (_, i) => holding.weights.map(array => array && part(array, i)));
}

/** One array for each direction; PyTorch's gates come from those of ONNX in this order. */
const recurrent = (order: readonly number[]) => (holding: HoldingNode) =>
  Object.fromEntries(
    byDirection(holding, order.length).flatMap(([w, r, b], i): readonly (readonly [string, StateArray])[] => {
      const suffix = i === 0 ? '' : '_reverse';
      const bias = (data: Float32Array): StateArray => reordered({ shape: [data.length], data }, order);
      return [
        [`weight_ih_l0${suffix}`, reordered(w!, order)],
        [`weight_hh_l0${suffix}`, reordered(r!, order)],
        ...(b
          ? ([
              [`bias_ih_l0${suffix}`, bias(b.data.slice(0, b.data.length / 2))],
              [`bias_hh_l0${suffix}`, bias(b.data.slice(b.data.length / 2))],
            ] as const)
          : []),
      ];
    }),
  );

/** Every operator that holds weights. */
export const holdingOps: Readonly<Record<string, HoldingOp>> = {
  Gemm: { kinds: ['dense'], first: 1, weights: ['B', 'C'], needed: 1, added: true, toTorch: gemm },
  MatMul: {
    kinds: ['dense'],
    first: 1,
    weights: ['B'],
    needed: 1,
    added: true,
    toTorch: holding => withBias(holding, turned(matrix(holding))),
  },
  Conv: {
    kinds: ['conv1d', 'conv2d'],
    first: 1,
    weights: ['W', 'B'],
    needed: 1,
    added: true,
    differs: convDiffers,
    toTorch: convolution,
  },
  ConvTranspose: {
    kinds: ['conv-transpose1d', 'conv-transpose2d'],
    first: 1,
    weights: ['W', 'B'],
    needed: 1,
    added: true,
    differs: transposeDiffers,
    toTorch: convolution,
  },
  BatchNormalization: {
    kinds: ['batch-norm'],
    first: 1,
    weights: ['scale', 'B', 'input_mean', 'input_var'],
    needed: 4,
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
    weights: ['Scale', 'B'],
    needed: 1,
    added: true,
    differs: lastAxisDiffers,
    toTorch: norm,
  },
  // Of older files: the last step of a norm that is written out.
  Mul: {
    kinds: ['layer-norm'],
    first: 1,
    weights: ['B'],
    needed: 1,
    added: true,
    after: 'Div',
    toTorch: norm,
  },
  Gather: {
    kinds: ['embedding'],
    first: 0,
    weights: ['data'],
    needed: 1,
    differs: axisDiffers,
    toTorch: ({ weights: [weight] }) => ({ weight: weight! }),
  },
  // ONNX's gates are i, o, f, c.
  LSTM: {
    kinds: ['lstm'],
    first: 1,
    weights: ['W', 'R', 'B'],
    needed: 2,
    states: [5, 6],
    differs: recurrentDiffers('Sigmoid', 'Tanh', 'Tanh'),
    toTorch: recurrent([0, 2, 3, 1]),
  },
  // ONNX's gates are z, r, h.
  GRU: {
    kinds: ['gru'],
    first: 1,
    weights: ['W', 'R', 'B'],
    needed: 2,
    states: [5],
    differs: recurrentDiffers('Sigmoid', 'Tanh'),
    toTorch(holding) {
      if (attribute(holding, 'linear_before_reset', 0) !== 1)
        throw refused(holding, 'its reset gate stands before the product; ours stands after it, as in PyTorch');
      return recurrent([1, 0, 2])(holding);
    },
  },
  RNN: {
    kinds: ['rnn'],
    first: 1,
    weights: ['W', 'R', 'B'],
    needed: 2,
    states: [5],
    differs: recurrentDiffers('Tanh'),
    toTorch: recurrent([0]),
  },
};
