/** The worked calculation of a filter of a trained network at one place of a map. */
import { HillockError } from '../errors.ts';
import { floats, sizeOf } from '../graph/index.ts';
import { activation, type Term } from '../neuron/index.ts';
import { kindOf, type PlacedLayer } from '../nn/index.ts';
import { activationOf, checkCounted, findLayer } from './layers.ts';
import { type Trace, valuesAt } from './trace.ts';

/** Which filter, at which place, at work on which row. */
export interface FilterChoice {
  /** Name such as `conv2d1`, or position counted from 1. */
  readonly layer: string | number;
  /** Counted from 1. */
  readonly filter: number;
  /** The place of the output, an index along each spatial axis, counted from 1: `[row, column]` of a map. */
  readonly at: readonly number[];
  /** One of the traced rows, as an index into its data; the first traced row unless told. */
  readonly row?: number | undefined;
}

/** One element of the kernel at work: what it saw under it. */
export interface FilterTerm extends Term {
  /** Channel of the input, counted from 1. */
  readonly channel: number;
  /** Place in the input, counted from 1; outside it where the window stands on padding. */
  readonly at: readonly number[];
  /** The window stands on padding here: x is 0. */
  readonly padding: boolean;
}

/** The calculation done by hand in double precision, beside what the network computed in float32. */
export interface FilterExplanation {
  readonly layer: string;
  readonly filter: number;
  readonly at: readonly number[];
  readonly row: number;
  /** Size of the kernel along each spatial axis, and the channels of the input it sees. */
  readonly kernel: readonly number[];
  readonly channels: readonly number[];
  /** Channel by channel, in row-major order of the kernel. */
  readonly terms: readonly FilterTerm[];
  readonly sum: number;
  readonly bias: number | undefined;
  readonly z: number;
  readonly activation: ReturnType<typeof activationOf>;
  readonly y: number;
  readonly network: { readonly z: number; readonly y: number };
  /** By hand − network. */
  readonly difference: { readonly z: number; readonly y: number };
}

/** Whether a layer has filters that move over its rows. */
export const hasFilters = ({ spec }: PlacedLayer): boolean => kindOf(spec).filters !== undefined;

/** The layers with filters, as an error or a help text names them: `conv2d1 (16 of 28×28)`. */
export function filterLayers(layers: readonly PlacedLayer[]): string {
  const found = layers
    .filter(hasFilters)
    .map(({ name, outputShape: [filters, ...places] }) => `${name} (${filters} of ${places.join('×')})`);
  return found.length === 0 ? 'this network has no filters' : `layers with filters: ${found.join(', ')}`;
}

/** The layer of a name or position; throws when it has no filters. */
export function findFilters(layers: readonly PlacedLayer[], wanted: string | number): PlacedLayer {
  const layer = findLayer(layers, wanted);
  if (hasFilters(layer)) return layer;
  throw new HillockError(
    'usage',
    `${layer.name} has no filters that move over a map: ${kindOf(layer.spec).about}`,
    filterLayers(layers),
  );
}

/** Writes out what one filter computed at one place: patch × kernel, the sum, z and ŷ; throws `HillockError` kind `usage`. */
export function explainFilter(trace: Trace, choice: FilterChoice): FilterExplanation {
  const { subject } = trace;
  const { filter, at, row = trace.rows[0] ?? 0 } = choice;
  const layer = findFilters(subject.layers, choice.layer);
  const [filters, ...places] = layer.outputShape as [number, ...number[]];
  checkCounted('filter', layer.name, filter, filters);
  checkPlace(layer.name, at, places);
  const position = trace.rows.indexOf(row);
  if (position < 0) throw new HillockError('usage', `row ${row + 1} was not traced`, 'trace it first');
  const traced = trace.layers[subject.layers.indexOf(layer)]!;
  const terms = termsOf(layer, valuesAt(trace, traced.x, position, 0), kernelOf(trace, layer, filter), filter, at);
  const { kernel, channels } = seenBy(layer, filter);
  const sum = terms.reduce((total, { product }) => total + product, 0);
  const biases = subject.parameters.get(`${layer.name}.bias`);
  const bias = biases && floats(biases)[filter - 1]!;
  const z = sum + (bias ?? 0);
  const name = activationOf(layer.spec);
  const y = name ? activation(name).output(z) : z;
  const place = (filter - 1) * sizeOf(places) + flatIndex(at, places);
  const computed = valuesAt(trace, traced.y, position, 0)[place]!;
  const network = { z: traced.z ? valuesAt(trace, traced.z, position, 0)[place]! : computed, y: computed };
  return {
    layer: layer.name,
    filter,
    at,
    row,
    kernel,
    channels,
    terms,
    sum,
    bias,
    z,
    activation: name,
    y,
    network,
    difference: { z: z - network.z, y: y - network.y },
  };
}

/** The weights of one filter, channel by channel in row-major order of the kernel. */
export function kernelOf({ subject }: Pick<Trace, 'subject'>, { name, outputShape }: PlacedLayer, filter: number) {
  const weight = floats(subject.parameters.get(`${name}.weight`));
  const size = weight.length / outputShape[0]!;
  return weight.subarray((filter - 1) * size, filter * size);
}

/** What a filter sees: the sizes of its kernel and the channels of its group, counted from 1. */
export function seenBy({ spec, inputShape, outputShape }: PlacedLayer, filter: number) {
  const { moves, groups } = kindOf(spec).filters!(spec, inputShape);
  const perGroup = inputShape[0]! / groups;
  const group = Math.floor(((filter - 1) * groups) / outputShape[0]!);
  return { kernel: moves.kernel, channels: Array.from({ length: perGroup }, (_, i) => group * perGroup + i + 1) };
}

function termsOf(
  layer: PlacedLayer,
  x: Float32Array,
  weights: Float32Array,
  filter: number,
  at: readonly number[],
): readonly FilterTerm[] {
  const { spec, inputShape } = layer;
  const { strides, dilations, pads } = kindOf(spec).filters!(spec, inputShape).moves;
  const { kernel, channels } = seenBy(layer, filter);
  const sizes = inputShape.slice(1);
  const area = sizeOf(kernel);
  return Array.from(weights, (w, i): FilterTerm => {
    const channel = channels[Math.floor(i / area)]!;
    const inside = indexesOf(i % area, kernel);
    const place = inside.map((k, axis) => (at[axis]! - 1) * strides[axis]! + k * dilations[axis]! - pads[axis]! + 1);
    const padding = place.some((p, axis) => p < 1 || p > sizes[axis]!);
    const value = padding ? 0 : x[(channel - 1) * sizeOf(sizes) + flatIndex(place, sizes)]!;
    return { channel, at: place, padding, x: value, w, product: value * w };
  });
}

/** Position in row-major order of a place counted from 1. */
const flatIndex = (at: readonly number[], sizes: readonly number[]): number =>
  at.reduce((flat, place, axis) => flat * sizes[axis]! + place - 1, 0);

function indexesOf(flat: number, sizes: readonly number[]): readonly number[] {
  let rest = flat;
  return sizes
    .toReversed()
    .map(size => {
      const index = rest % size;
      rest = Math.floor(rest / size);
      return index;
    })
    .toReversed();
}

function checkPlace(layer: string, at: readonly number[], places: readonly number[]): void {
  const fits = at.length === places.length && at.every((p, i) => Number.isInteger(p) && p >= 1 && p <= places[i]!);
  if (fits) return;
  throw new HillockError(
    'usage',
    `${layer} has no place ${at.join(',')}: its maps are ${places.join('×')}`,
    `give ${places.length === 1 ? 'a place' : 'row,column'} from ${places.map(() => 1).join(',')} to ${places.join(',')}`,
  );
}
