/** Finding layers and neurons by the names people give them. */
import { didYouMean, HillockError } from '../errors.ts';
import { channelNames, seriesFeatureNames } from '../features/index.ts';
import type { ModelSpec } from '../model/spec.ts';
import type { ActivationName } from '../neuron/index.ts';
import { type DenseSpec, kindOf, type LayerSpec, type PlacedLayer } from '../nn/index.ts';
import type { Subject } from './trace.ts';

/** A layer of neurons in its place. */
export type DenseLayer = PlacedLayer & { readonly spec: DenseSpec };

/** Whether a layer has neurons that fire once a row: weights into a sum and an activation. */
export const hasNeurons = (layer: PlacedLayer): layer is DenseLayer =>
  kindOf(layer.spec).neurons && layer.inputShape.length === 1;

/** The activation of a layer that has one. */
export const activationOf = (spec: LayerSpec): ActivationName | undefined => kindOf(spec).activation?.(spec);

/** The layers with neurons, as an error or a help text names them: `dense1 (64), dense2 (1)`. */
export function neuronLayers(layers: readonly PlacedLayer[]): string {
  const found = layers.filter(hasNeurons).map(({ name, spec }) => `${name} (${spec.units})`);
  return found.length === 0 ? 'this network has no neurons' : `layers with neurons: ${found.join(', ')}`;
}

/** The layer of a name such as `dense1`, or of a position counted from 1. */
export function findLayer(layers: readonly PlacedLayer[], wanted: string | number): PlacedLayer {
  const key = String(wanted).trim();
  const found = /^\d+$/.test(key) ? layers[Number(key) - 1] : layers.find(({ name }) => name === key);
  if (found) return found;
  const near = didYouMean(
    key,
    layers.map(({ name }) => name),
  );
  throw new HillockError(
    'usage',
    `there is no layer ${/^\d+$/.test(key) ? key : `'${key}'`}: this network has ${layers.map(({ name }) => name).join(', ') || 'none'}`,
    near === undefined ? neuronLayers(layers) : `did you mean '${near}'?`,
  );
}

/** The layer of a name or position; throws when it has no neurons, and says what it computes instead. */
export function findDense(layers: readonly PlacedLayer[], wanted: string | number): DenseLayer {
  const layer = findLayer(layers, wanted);
  if (hasNeurons(layer)) return layer;
  const { neurons, about } = kindOf(layer.spec);
  throw new HillockError(
    'usage',
    neurons
      ? `the neurons of ${layer.name} fire at each of ${layer.inputShape[0]} time steps, not once a row`
      : `${layer.name} has no neurons of its own: ${about}`,
    neuronLayers(layers),
  );
}

/** Checks a neuron or member counted from 1. */
export function checkCounted(what: string, owner: string, wanted: number, count: number): void {
  if (Number.isInteger(wanted) && wanted >= 1 && wanted <= count) return;
  throw new HillockError(
    'usage',
    `${owner} has no ${what} ${wanted}`,
    count === 1 ? `it has one ${what}` : `its ${what}s are 1 to ${count}`,
  );
}

/** Names of what goes into a layer: encoded columns or pixels, or the neurons before it. */
export function inputNames({ spec }: Pick<Subject, 'spec'>, layer: PlacedLayer): readonly string[] {
  let before = layer.from;
  while (before && kindOf(before.spec).keepsInputs) before = before.from;
  return before ? outputNames(before) : featureNames(spec);
}

/** Names of the numbers of one time step where a layer reads a series as it is encoded; else none. */
export function stepNames({ spec }: Pick<Subject, 'spec'>, layer: PlacedLayer): readonly string[] {
  let before = layer.from;
  while (before && kindOf(before.spec).keepsInputs) before = before.from;
  const { input, target } = spec;
  return !before && input.kind === 'series' ? channelNames(input.encoder, target.name) : [];
}

/** Names of a layer's outputs, counted from 1: `dense1[3]`, or `name[channel,row,column]` of a map. */
export const outputNames = ({ name, outputShape }: PlacedLayer): readonly string[] =>
  positions(outputShape).map(at => `${name}[${at.join(',')}]`);

function featureNames({ input, target }: ModelSpec): readonly string[] {
  if (input.kind === 'table') return input.encoder.featureNames;
  if (input.kind === 'series') return seriesFeatureNames(input.encoder, target.name);
  const [height, width, channels] = input.shape;
  return positions([channels, height, width]).map(([channel, y, x]) =>
    channels === 1 ? `pixel ${y},${x}` : `pixel ${y},${x} channel ${channel}`,
  );
}

/** Every position of a row-major array, counted from 1. */
function positions(shape: readonly number[]): readonly (readonly number[])[] {
  let all: readonly (readonly number[])[] = [[]];
  for (const size of shape) all = all.flatMap(head => Array.from({ length: size }, (_, i) => [...head, i + 1]));
  return all;
}
