/** The layers of a specification in their places: names, shapes, parameters. */
import { HillockError } from '../errors.ts';
import { sizeOf } from '../graph/index.ts';
import { flatten } from './arrange.ts';
import type { LayerKind } from './layer.ts';
import type { Parameter } from './parameter.ts';
import { kindOf, type LayerSpec, type NetworkSpec } from './spec.ts';

/** A layer in its place: its name in the network, what goes in and out, what it owns. */
export interface PlacedLayer {
  /** Kind and position among its kind, after the layer that holds it: `dense1`, `residual2.conv2d1`. */
  readonly name: string;
  readonly spec: LayerSpec;
  readonly inputShape: readonly number[];
  readonly outputShape: readonly number[];
  /** Parameters of its own by their full names: `dense1.weight`. */
  readonly parameters: readonly Parameter[];
  /** Multiply-adds of its own, of one row. */
  readonly macs: number;
  /** The layers it holds, by the field of its specification. */
  readonly nested: readonly { readonly field: string; readonly layers: readonly PlacedLayer[] }[];
  /** How many layers it stands in. */
  readonly depth: number;
  /** The layer whose output it takes; absent = it takes what the network takes. */
  readonly from?: PlacedLayer | undefined;
}

interface Start {
  readonly prefix: string;
  readonly depth: number;
  readonly shape: readonly number[];
  readonly from: PlacedLayer | undefined;
  readonly members: number;
}

/** Places every layer after the one before; throws `HillockError` kind `usage` where one cannot take what it gets. */
export const place = (spec: NetworkSpec, inputShape: readonly number[]): readonly PlacedLayer[] =>
  placeChain(spec.layers, { prefix: '', depth: 0, shape: inputShape, from: undefined, members: spec.members ?? 1 });

/** The network as it is, or with a flatten layer before it where only that lets it take rows of `inputShape`. */
export function withFlatten(spec: NetworkSpec, inputShape: readonly number[]): NetworkSpec {
  const flat = { ...spec, layers: [flatten(), ...spec.layers] };
  return !fits(spec, inputShape) && fits(flat, inputShape) ? flat : spec;
}

function fits(spec: NetworkSpec, inputShape: readonly number[]): boolean {
  try {
    place(spec, inputShape);
    return true;
  } catch (error) {
    if (error instanceof HillockError && error.kind === 'usage') return false;
    throw error;
  }
}

function placeChain(specs: readonly LayerSpec[], start: Start): readonly PlacedLayer[] {
  const counts = new Map<string, number>();
  let { shape, from } = start;
  return specs.map(spec => {
    const ordinal = (counts.get(spec.kind) ?? 0) + 1;
    counts.set(spec.kind, ordinal);
    const layer = placeOne(spec, { ...start, prefix: `${start.prefix}${spec.kind}${ordinal}`, shape, from });
    shape = layer.outputShape;
    from = layer;
    return layer;
  });
}

function placeOne(spec: LayerSpec, { prefix: name, depth, shape, from, members }: Start): PlacedLayer {
  const kind = kindOf(spec);
  namingErrors(name, () => {
    checkInput(kind, shape, members);
    if (kind.takesCodes) checkCodes(kind, from);
  });
  const nested = chainsOf(kind, spec).map(([field, layers]) => ({
    field,
    layers: placeChain(layers, {
      prefix: field === 'layers' ? `${name}.` : `${name}.${field}.`,
      depth: depth + 1,
      shape,
      from,
      members,
    }),
  }));
  const inside = Object.fromEntries(nested.map(({ field, layers }) => [field, layers.at(-1)?.outputShape ?? shape]));
  const { outputShape, own } = namingErrors(name, () => ({
    outputShape: kind.outputShape(spec, shape, inside),
    own: kind.parameters(spec, shape),
  }));
  const parameters = own.map(parameter => ({
    ...(members > 1 ? ofMembers(parameter, members) : parameter),
    name: `${name}.${parameter.name}`,
  }));
  const macs = kind.macs(spec, shape, inside);
  return { name, spec, inputShape: shape, outputShape, parameters, macs, nested, depth, from };
}

/** A parameter of every member, one after the other. */
const ofMembers = (parameter: Parameter, members: number): Parameter => ({
  ...parameter,
  shape: [members, ...parameter.shape],
  matrix: parameter.matrix ?? [parameter.shape[0]!, sizeOf(parameter.shape.slice(1))],
});

/** The lists of layers that a layer holds, by field; a field that is left out holds none. */
const chainsOf = ({ nested = [] }: LayerKind<LayerSpec>, spec: LayerSpec): [string, readonly LayerSpec[]][] =>
  nested.map(field => [field, (spec as unknown as Record<string, readonly LayerSpec[] | undefined>)[field] ?? []]);

function checkInput({ kind, members, rows }: LayerKind<LayerSpec>, input: readonly number[], wanted: number): void {
  if (wanted > 1 && !members) {
    throw new HillockError(
      'usage',
      `a ${kind} layer cannot be part of an ensemble of ${wanted} members`,
      'leave the layer out or set members to 1',
    );
  }
  if (!rows || rows.some(axes => axes.length === input.length)) return;
  const shapes = rows.map(axes => `[${axes.join(', ')}]`).join(' or ');
  throw new HillockError(
    'usage',
    `a ${kind} layer takes rows of ${shapes}, got rows of shape [${input}]`,
    rows.some(axes => axes.length === 1) ? 'put a flatten layer before it' : 'put a reshape layer before it',
  );
}

/** Throws where a layer before one that takes codes should learn, which it cannot. */
function checkCodes({ kind }: LayerKind<LayerSpec>, from: PlacedLayer | undefined): void {
  for (let before = from; before; before = before.from) {
    if (!everyLayer([before]).some(({ parameters }) => parameters.length > 0)) continue;
    throw new HillockError(
      'usage',
      `a ${kind} layer takes codes, so ${before.name} before it could not learn: no gradient passes a code`,
      `let the ${kind} layer come first`,
    );
  }
}

/** The errors of what is done for a layer name it. */
function namingErrors<T>(name: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof HillockError)) throw error;
    throw new HillockError(error.kind, `${name}: ${error.message}`, error.hint, { cause: error });
  }
}

/** Every layer once, each before those inside it. */
export function everyLayer(layers: readonly PlacedLayer[]): readonly PlacedLayer[] {
  const found = new Set<PlacedLayer>();
  const add = (layer: PlacedLayer): void => {
    if (found.has(layer)) return;
    found.add(layer);
    for (const { layers } of layer.nested) layers.forEach(add);
  };
  layers.forEach(add);
  return [...found];
}
