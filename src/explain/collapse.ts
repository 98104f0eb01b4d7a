/** A network whose hidden activations are all linear is one matrix, however deep it is. */
import { floats } from '../graph/index.ts';
import type { Parameters } from '../model/artifact.ts';
import type { PlacedLayer } from '../nn/index.ts';

/** z = x·weight + bias: what all layers of the network amount to. */
export interface LinearCollapse {
  /** [inputs, outputs], row by row. */
  readonly weight: Float64Array;
  readonly bias: Float64Array;
  readonly inputs: number;
  readonly outputs: number;
  /** Dense layers that collapse into it. */
  readonly depth: number;
  readonly sentence: string;
}

/**
 * The single matrix and bias that a network with linear hidden layers multiplies to, up to the z of its last dense
 * layer; null when a hidden activation is not linear or a layer is no matrix. `member` counts from 1.
 */
export function linearCollapse(
  layers: readonly PlacedLayer[],
  parameters: Parameters,
  member = 1,
): LinearCollapse | null {
  const last = layers.findLastIndex(({ spec }) => spec.kind === 'dense');
  if (last < 0 || !layers.slice(0, last).every(isLinear)) return null;
  const used = layers.slice(0, last + 1);
  const outputs = used.at(-1)!.outputShape[0]!;
  let weight = identity(outputs);
  let bias = new Float64Array(outputs);
  for (const layer of used.toReversed()) {
    const map = mapOf(layer, parameters, member);
    if (!map) continue;
    bias = plus(times(map.bias, weight, 1, map.outputs, outputs), bias);
    weight = map.diagonal
      ? scaledRows(map.weight, weight, outputs)
      : times(map.weight, weight, map.inputs, map.outputs, outputs);
  }
  const inputs = weight.length / outputs;
  const depth = used.filter(({ spec }) => spec.kind === 'dense').length;
  return { weight, bias, inputs, outputs, depth, sentence: sentence(depth, inputs, outputs) };
}

const isLinear = ({ spec }: PlacedLayer): boolean => {
  if (spec.kind === 'dense' || spec.kind === 'activation') return spec.activation === 'linear';
  return spec.kind === 'dropout' || spec.kind === 'flatten' || spec.kind === 'batch-norm';
};

function sentence(depth: number, inputs: number, outputs: number): string {
  const size = `one matrix of ${inputs} × ${outputs} weights and ${outputs} bias${outputs === 1 ? '' : 'es'}`;
  return depth === 1
    ? `This network is a linear model: ${size}.`
    : `The hidden activations are linear, so the ${depth} dense layers multiply to ${size}: a single layer could do the same.`;
}

interface AffineMap {
  readonly weight: Float64Array;
  readonly bias: Float64Array;
  readonly inputs: number;
  readonly outputs: number;
  /** The weights are the diagonal of the matrix. */
  readonly diagonal: boolean;
}

/** A layer as x·weight + bias; undefined when it changes nothing. */
function mapOf(layer: PlacedLayer, parameters: Parameters, member: number): AffineMap | undefined {
  const read = (name: string): Float64Array => {
    const shape = layer.parameters.find(parameter => parameter.name === `${layer.name}.${name}`)?.shape;
    const data = Float64Array.from(floats(parameters.get(`${layer.name}.${name}`)));
    const own = shape!.slice(name === 'weight' && layer.spec.kind === 'dense' ? -2 : -1).reduce((a, b) => a * b, 1);
    return data.subarray((member - 1) * own, member * own);
  };
  const { spec } = layer;
  const inputs = layer.inputShape.at(-1)!;
  const outputs = layer.outputShape.at(-1)!;
  if (spec.kind === 'dense') {
    const mask = spec.mask?.flat();
    const weight = mask ? read('weight').map((w, i) => w * mask[i]!) : read('weight');
    return { weight, bias: spec.bias ? read('bias') : new Float64Array(outputs), inputs, outputs, diagonal: false };
  }
  if (spec.kind !== 'batch-norm') return undefined;
  const variance = read('running_var');
  const mean = read('running_mean');
  const shift = read('bias');
  const weight = read('weight').map((gamma, i) => gamma / Math.sqrt(variance[i]! + spec.epsilon));
  return { weight, bias: shift.map((beta, i) => beta - mean[i]! * weight[i]!), inputs, outputs, diagonal: true };
}

function identity(size: number): Float64Array<ArrayBuffer> {
  const matrix = new Float64Array(size * size);
  for (let i = 0; i < size; i++) matrix[i * size + i] = 1;
  return matrix;
}

/** a [rows, inner] · b [inner, columns]. */
function times(a: Float64Array, b: Float64Array, rows: number, inner: number, columns: number) {
  const product = new Float64Array(rows * columns);
  for (let r = 0; r < rows; r++) {
    for (let i = 0; i < inner; i++) {
      const value = a[r * inner + i]!;
      for (let c = 0; c < columns; c++) product[r * columns + c]! += value * b[i * columns + c]!;
    }
  }
  return product;
}

const scaledRows = (diagonal: Float64Array, matrix: Float64Array, columns: number) =>
  Float64Array.from(matrix, (value, i) => diagonal[Math.floor(i / columns)]! * value);

const plus = (a: Float64Array, b: Float64Array) => Float64Array.from(a, (value, i) => value + b[i]!);
