/** A specification as parameters and as a graph. */

import { HillockError } from '../errors.ts';
import type { Tensor, Value } from '../graph/index.ts';
import { named } from '../graph/index.ts';
import { reshape } from '../ops/index.ts';
import type { Random } from '../random.ts';
import type { BuildContext } from './layer.ts';
import { initialValues, type Parameter } from './parameter.ts';
import { kindOf, type LayerSpec, type NetworkSpec } from './spec.ts';

/** A layer in its place: its name in the network, what goes in and out, what it owns. */
export interface PlacedLayer {
  /** Kind and position among its kind: `dense1`, `dense2`, `dropout1`. */
  readonly name: string;
  readonly spec: LayerSpec;
  readonly inputShape: readonly number[];
  readonly outputShape: readonly number[];
  /** Parameters by their full names: `dense1.weight`. */
  readonly parameters: readonly Parameter[];
  readonly macs: number;
}

/** Places every layer after the one before; throws `HillockError` kind `usage` where one cannot take what it gets. */
export function place(spec: NetworkSpec, inputShape: readonly number[]): readonly PlacedLayer[] {
  const members = spec.members ?? 1;
  const counts = new Map<string, number>();
  let shape = inputShape;
  return spec.layers.map(layer => {
    const kind = kindOf(layer);
    if (members > 1 && !kind.members) {
      throw new HillockError(
        'usage',
        `a ${layer.kind} layer cannot be part of an ensemble of ${members} members`,
        'leave the layer out or set members to 1',
      );
    }
    const ordinal = (counts.get(layer.kind) ?? 0) + 1;
    counts.set(layer.kind, ordinal);
    const name = `${layer.kind}${ordinal}`;
    const before = shape;
    const { outputShape, own } = fitted(name, layer, before);
    shape = outputShape;
    const parameters = own.map(parameter => ({
      ...parameter,
      name: `${name}.${parameter.name}`,
      shape: members > 1 ? [members, ...parameter.shape] : parameter.shape,
    }));
    return { name, spec: layer, inputShape: before, outputShape: shape, parameters, macs: kind.macs(layer, before) };
  });
}

/** What a layer makes of its input, and what it owns; its errors name it. */
function fitted(name: string, layer: LayerSpec, input: readonly number[]) {
  const kind = kindOf(layer);
  try {
    return { outputShape: kind.outputShape(layer, input), own: kind.parameters(layer, input) };
  } catch (error) {
    if (!(error instanceof HillockError)) throw error;
    throw new HillockError(error.kind, `${name}: ${error.message}`, error.hint, { cause: error });
  }
}

export const parametersOf = (layers: readonly PlacedLayer[]): readonly Parameter[] =>
  layers.flatMap(layer => layer.parameters);

/** How many numbers training adjusts. */
export function parameterCount(layers: readonly PlacedLayer[]): number {
  const trained = parametersOf(layers).filter(parameter => parameter.role !== 'statistic');
  const count = ({ shape, mask }: Parameter) => {
    const size = shape.reduce((a, b) => a * b, 1);
    return mask ? (size / mask.length) * mask.reduce((a, b) => a + b, 0) : size;
  };
  return trained.reduce((sum, parameter) => sum + count(parameter), 0);
}

/** First values of every parameter, by name. */
export function initialise(layers: readonly PlacedLayer[], rng: Random): ReadonlyMap<string, Tensor> {
  return new Map(parametersOf(layers).map(parameter => [parameter.name, initialValues(parameter, rng)]));
}

export interface Forward {
  readonly y: Value;
  /** Of each layer: what came in, pre-activation (where it has one) and what went out. */
  readonly layers: readonly {
    readonly name: string;
    readonly x: Value;
    readonly z: Value | undefined;
    readonly y: Value;
  }[];
  /** New values of the statistics, by parameter name. */
  readonly statistics: ReadonlyMap<string, Value>;
}

/** Builds the graph of a network on x [batch, …input]; with members, y is [members, batch, outputs]. */
export function forward(
  layers: readonly PlacedLayer[],
  x: Value,
  parameters: ReadonlyMap<string, Value>,
  context: BuildContext,
): Forward {
  const statistics = new Map<string, Value>();
  const seen: Forward['layers'][number][] = [];
  let y = context.members > 1 ? reshape(x, [1, ...x.type.shape]) : x;
  for (const layer of layers) {
    const before = y;
    const values = layer.parameters.map(parameter => parameters.get(parameter.name)!);
    const built = kindOf(layer.spec).build(layer.spec, before, values, context);
    y = built.y;
    if (y !== before && !y.node.op.leaf) named(y, `${layer.name}.y`);
    if (built.z && built.z !== y && !built.z.node.op.leaf) named(built.z, `${layer.name}.z`);
    layer.parameters
      .filter(parameter => parameter.role === 'statistic')
      .forEach((parameter, i) => {
        const next = built.statistics?.[i];
        if (next) statistics.set(parameter.name, next);
      });
    seen.push({ name: layer.name, x: before, z: built.z, y });
  }
  return { y, layers: seen, statistics };
}

/** The context of a single network that is used, not trained. */
export const inference: BuildContext = {
  training: false,
  members: 1,
  noise() {
    throw new TypeError('there is no noise outside training');
  },
};
