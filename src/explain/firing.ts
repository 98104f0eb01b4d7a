/** One neuron over many rows: how its pre-activation lies, and the rows that drive it most. */
import { HillockError } from '../errors.ts';
import { activationOf, checkCounted, findLayer, hasNeurons } from './layers.ts';
import type { Data } from './sample.ts';
import { type Tracer, valuesAt } from './trace.ts';

export interface Firing {
  readonly layer: string;
  /** Counted from 1. */
  readonly neuron: number;
  readonly member: number;
  /** Indexes into the data. */
  readonly rows: Int32Array;
  /** Pre- and post-activation of each row. */
  readonly z: Float32Array;
  readonly y: Float32Array;
  /** Share of the rows with z < 0. */
  readonly negative: number;
  /** Positions of the rows with the largest ŷ, the largest first. */
  readonly top: readonly number[];
}

const mostValues = 4_000_000;
const mostTop = 8;

/** Traces a neuron over rows of data; throws `HillockError` kind `usage` for a layer without neurons. */
export async function firing(
  tracer: Tracer,
  data: Data,
  rows: ArrayLike<number>,
  choice: { readonly layer: string | number; readonly neuron: number; readonly member?: number | undefined },
): Promise<Firing> {
  const { subject } = tracer;
  const layer = findLayer(subject.layers, choice.layer);
  if (!hasNeurons(layer) || activationOf(layer.spec) === undefined)
    throw new HillockError('usage', `${layer.name} has no neurons that fire once a row`);
  const { neuron, member = 1 } = choice;
  checkCounted('neuron', layer.name, neuron, layer.outputShape.at(-1)!);
  checkCounted('member', layer.name, member, subject.members);
  const all = Int32Array.from(rows);
  const [z, y] = [new Float32Array(all.length), new Float32Array(all.length)];
  const chunk = Math.max(1, Math.min(2048, Math.floor(mostValues / Math.max(1, tracer.valuesPerRow))));
  const index = subject.layers.indexOf(layer);
  for (let begin = 0; begin < all.length; begin += chunk) {
    const trace = await tracer.trace(data, all.subarray(begin, begin + chunk));
    const traced = trace.layers[index]!;
    for (let position = 0; position < trace.rows.length; position++) {
      y[begin + position] = valuesAt(trace, traced.y, position, member - 1)[neuron - 1]!;
      z[begin + position] = valuesAt(trace, traced.z ?? traced.y, position, member - 1)[neuron - 1]!;
    }
  }
  const order = Array.from(all, (_, i) => i).sort((a, b) => y[b]! - y[a]! || a - b);
  return {
    layer: layer.name,
    neuron,
    member,
    rows: all,
    z,
    y,
    negative: z.filter(value => value < 0).length / Math.max(1, all.length),
    top: order.slice(0, mostTop),
  };
}
