/** A network whose hidden activations are all linear is one matrix, however deep it is. */
import { floats, sizeOf } from '../graph/index.ts';
import type { Parameters } from '../model/artifact.ts';
import { type Affine, isLinearLayer, kindOf, type PlacedLayer } from '../nn/index.ts';
import { hasNeurons } from './layers.ts';

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
  const last = layers.findLastIndex(hasNeurons);
  if (last < 0 || !layers.slice(0, last).every(({ spec }) => isLinearLayer(spec))) return null;
  const used = layers.slice(0, last + 1);
  const outputs = used.at(-1)!.outputShape[0]!;
  let weight = identity(outputs);
  let bias = new Float64Array(outputs);
  for (const layer of used.toReversed()) {
    const map = affineOf(layer, parameters, member);
    if (!map) continue;
    const inner = weight.length / outputs;
    bias = plus(times(map.bias, weight, 1, inner, outputs), bias);
    weight = map.diagonal
      ? scaledRows(map.weight, weight, outputs)
      : times(map.weight, weight, map.weight.length / inner, inner, outputs);
  }
  const inputs = weight.length / outputs;
  const depth = used.filter(hasNeurons).length;
  return { weight, bias, inputs, outputs, depth, sentence: sentence(depth, inputs, outputs) };
}

function sentence(depth: number, inputs: number, outputs: number): string {
  const size = `one matrix of ${inputs} × ${outputs} weights and ${outputs} bias${outputs === 1 ? '' : 'es'}`;
  return depth === 1
    ? `This network is a linear model: ${size}.`
    : `The hidden activations are linear, so the ${depth} dense layers multiply to ${size}: a single layer could do the same.`;
}

/** A layer as x·weight + bias; null when it changes nothing. */
function affineOf({ name, spec, inputShape }: PlacedLayer, parameters: Parameters, member: number): Affine | null {
  const kind = kindOf(spec);
  const own = kind.parameters(spec, inputShape).map(({ name: part, shape }) => {
    const size = sizeOf(shape);
    const data = floats(parameters.get(`${name}.${part}`));
    return [part, Float64Array.from(data.subarray((member - 1) * size, member * size))] as const;
  });
  return kind.affine?.(spec, Object.fromEntries(own), inputShape) ?? null;
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
