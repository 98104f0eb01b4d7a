/** A specification as parameters and as a graph. */

import type { Tensor, Value } from '../graph/index.ts';
import { named, sizeOf } from '../graph/index.ts';
import { reshape } from '../ops/index.ts';
import type { Random } from '../random.ts';
import type { BuildContext } from './layer.ts';
import { initialValues, type Parameter } from './parameter.ts';
import { everyLayer, type PlacedLayer } from './place.ts';
import { kindOf, type LayerSpec, type NetworkSpec } from './spec.ts';

/** The parameters of layers and of those inside them, each once. */
export const parametersOf = (layers: readonly PlacedLayer[]): readonly Parameter[] =>
  everyLayer(layers).flatMap(layer => layer.parameters);

/** How many numbers training adjusts. */
export function parameterCount(layers: readonly PlacedLayer[]): number {
  const trained = parametersOf(layers).filter(parameter => parameter.role !== 'statistic');
  const count = ({ shape, mask }: Parameter) => {
    const size = sizeOf(shape);
    return mask ? (size / mask.length) * mask.reduce((a, b) => a + b, 0) : size;
  };
  return trained.reduce((sum, parameter) => sum + count(parameter), 0);
}

/** First values of every parameter, by name. */
export function initialise(layers: readonly PlacedLayer[], rng: Random): ReadonlyMap<string, Tensor> {
  return new Map(parametersOf(layers).map(parameter => [parameter.name, initialValues(parameter, rng)]));
}

/** Most numbers that the evaluation of one chunk of rows should hold at a time, about. */
const chunkNumbers = 2 ** 24;

/** How many rows go through the layers at a time, at most `most`: fewer where their maps are large. */
export function rowsAtATime(layers: readonly PlacedLayer[], most: number): number {
  const widest = everyLayer(layers).map(({ inputShape, outputShape }) => sizeOf(inputShape) + sizeOf(outputShape));
  return Math.max(1, Math.min(most, Math.floor(chunkNumbers / Math.max(1, ...widest))));
}

/** What came into a layer, its pre-activation (where it has one) and what went out. */
export interface LayerValues {
  readonly name: string;
  readonly x: Value;
  readonly z: Value | undefined;
  readonly y: Value;
}

export interface Forward {
  readonly y: Value;
  /** Of each layer, those inside others among them, in the order of `everyLayer`. */
  readonly layers: readonly LayerValues[];
  /** New values of the statistics, by parameter name. */
  readonly statistics: ReadonlyMap<string, Value>;
}

/**
 * Builds the graph of a network on x [batch, …input]; with members, y is [members, batch, outputs]. A frozen layer uses
 * the statistics it has.
 */
export function forward(
  layers: readonly PlacedLayer[],
  x: Value,
  parameters: ReadonlyMap<string, Value>,
  context: BuildContext,
  frozen: (layer: string) => boolean = () => false,
): Forward {
  const statistics = new Map<string, Value>();
  const seen = new Map<PlacedLayer, LayerValues>();
  const chain = (inside: readonly PlacedLayer[], from: Value): Value => inside.reduce(after, from);
  const after = (before: Value, layer: PlacedLayer): Value => {
    const values = layer.parameters.map(parameter => parameters.get(parameter.name)!);
    const nested = Object.fromEntries(layer.nested.map(({ field, layers }) => [field, chain(layers, before)]));
    const counts = layer.parameters.some(({ role }) => role === 'statistic');
    const own = counts && frozen(layer.name) ? { ...context, training: false } : context;
    const { y, z, ...built } = kindOf(layer.spec).build(layer.spec, before, values, own, nested);
    if (y !== before && !y.node.op.leaf) named(y, `${layer.name}.y`);
    if (z && z !== y && !z.node.op.leaf) named(z, `${layer.name}.z`);
    layer.parameters
      .filter(parameter => parameter.role === 'statistic')
      .forEach((parameter, i) => {
        const next = built.statistics?.[i];
        if (next) statistics.set(parameter.name, next);
      });
    seen.set(layer, { name: layer.name, x: before, z, y });
    return y;
  };
  const y = chain(layers, context.members > 1 ? reshape(x, [1, ...x.type.shape]) : x);
  return { y, layers: everyLayer(layers).map(layer => seen.get(layer)!), statistics };
}

/** Whether a network amounts to one matrix and a bias: no activation bends it, no layer does more. */
export const isLinear = ({ layers }: NetworkSpec): boolean => layers.every(isLinearLayer);

export const isLinearLayer = (spec: LayerSpec): boolean => {
  const kind = kindOf(spec);
  return kind.affine !== undefined && (kind.activation?.(spec) ?? 'linear') === 'linear';
};

/** The context of a single network that is used, not trained. */
export const inference: BuildContext = {
  training: false,
  members: 1,
  noise() {
    throw new TypeError('there is no noise outside training');
  },
};
