/** How the neurons of a network fare over a sample of rows: which never fire, which are saturated, which never change. */
import { floats, sizeOf } from '../graph/index.ts';
import { type ActivationName, activations } from '../neuron/index.ts';
import type { PlacedLayer } from '../nn/index.ts';
import { activationOf, hasNeurons, inputNames } from './layers.ts';
import type { Data } from './sample.ts';
import { type Subject, type Tracer, valuesAt } from './trace.ts';
import { type NeuronState, slopeLimit, verdictOf } from './verdict.ts';

export interface NeuronHealth {
  /** Counted from 1. */
  readonly neuron: number;
  /** Network of an ensemble, counted from 1. */
  readonly member: number;
  readonly state: NeuronState;
  /** Share of rows (and of the places of a map) with ŷ = 0. */
  readonly zero: number;
  /** Share of rows in which the activation is flat. */
  readonly flat: number;
  readonly mean: number;
  readonly min: number;
  readonly max: number;
}

/** A synapse of a layer. */
export interface Synapse {
  readonly input: string;
  readonly neuron: number;
  readonly member: number;
  readonly weight: number;
}

export interface LayerHealth {
  readonly layer: string;
  readonly activation: ActivationName;
  /** Neurons of each member. */
  readonly size: number;
  readonly neurons: readonly NeuronHealth[];
  /** Mean share of ŷ = 0 over neurons and rows. */
  readonly zero: number;
  /** The weights furthest from 0, largest first; none where the layer has no weights. */
  readonly largest: readonly Synapse[];
  /** In words. */
  readonly summary: string;
}

export interface Health {
  /** Rows that were looked at. */
  readonly rows: number;
  readonly members: number;
  readonly layers: readonly LayerHealth[];
}

const mostValues = 4_000_000;
const largestShown = 3;

/** Looks at every neuron of every layer over these rows. */
export async function health(tracer: Tracer, data: Data, rows: ArrayLike<number>): Promise<Health> {
  const { subject } = tracer;
  const watched = subject.layers.flatMap((layer, i) => {
    const activation = activationOf(layer.spec);
    return activation ? [{ layer, index: i, activation, tally: tally(layer, subject.members) }] : [];
  });
  const all = Int32Array.from(rows);
  const chunk = Math.max(1, Math.min(2048, Math.floor(mostValues / Math.max(1, tracer.valuesPerRow))));
  for (let begin = 0; begin < all.length; begin += chunk) {
    const trace = await tracer.trace(data, all.subarray(begin, begin + chunk));
    for (const { index, activation, tally } of watched) {
      const { z, y } = trace.layers[index]!;
      for (let member = 0; member < subject.members; member++) {
        for (let position = 0; position < trace.rows.length; position++) {
          count(tally, member, activation, valuesAt(trace, z!, position, member), valuesAt(trace, y, position, member));
        }
      }
    }
  }
  return {
    rows: all.length,
    members: subject.members,
    layers: watched.map(({ layer, activation, tally }) => layerHealth(subject, layer, activation, tally, all.length)),
  };
}

/** Running figures of each neuron of each member. */
interface Tally {
  /** Neurons of a member. */
  readonly size: number;
  /** Places at which each of them stands. */
  readonly places: number;
  readonly zero: Int32Array;
  readonly flat: Int32Array;
  readonly sum: Float64Array;
  readonly min: Float64Array;
  readonly max: Float64Array;
}

/** A channel of a map [channels, height, width] is one neuron at many places. */
function tally({ outputShape }: PlacedLayer, members: number): Tally {
  const places = outputShape.length === 3 ? sizeOf(outputShape.slice(1)) : 1;
  const size = sizeOf(outputShape) / places;
  const all = size * members;
  return {
    size,
    places,
    zero: new Int32Array(all),
    flat: new Int32Array(all),
    sum: new Float64Array(all),
    min: new Float64Array(all).fill(Infinity),
    max: new Float64Array(all).fill(-Infinity),
  };
}

function count(tally: Tally, member: number, name: ActivationName, z: Float32Array, y: Float32Array): void {
  const { derivative } = activations[name];
  const limit = slopeLimit(name);
  for (let i = 0; i < tally.size * tally.places; i++) {
    const at = member * tally.size + Math.floor(i / tally.places);
    const value = y[i]!;
    if (value === 0) tally.zero[at]!++;
    if (derivative && Math.abs(derivative(z[i]!)) < limit) tally.flat[at]!++;
    tally.sum[at]! += value;
    if (value < tally.min[at]!) tally.min[at] = value;
    if (value > tally.max[at]!) tally.max[at] = value;
  }
}

function layerHealth(
  subject: Subject,
  layer: PlacedLayer,
  activation: ActivationName,
  { size, places, zero, flat, sum, min, max }: Tally,
  rows: number,
): LayerHealth {
  const times = rows * places;
  const neurons = Array.from(zero, (_, at): NeuronHealth => {
    const seen = { zero: zero[at]! / times, flat: flat[at]! / times, min: min[at]!, max: max[at]! };
    return {
      neuron: (at % size) + 1,
      member: Math.floor(at / size) + 1,
      state: verdictOf(activation, seen, rows),
      mean: sum[at]! / times,
      ...seen,
    };
  });
  return {
    layer: layer.name,
    activation,
    size,
    neurons,
    zero: neurons.reduce((total, { zero }) => total + zero / neurons.length, 0),
    largest: hasNeurons(layer) ? largestWeights(subject, layer) : [],
    summary: summaryOf(layer.name, neurons, subject.members),
  };
}

function largestWeights(subject: Subject, layer: PlacedLayer): readonly Synapse[] {
  const weights = floats(subject.parameters.get(`${layer.name}.weight`));
  const inputs = layer.inputShape[0]!;
  const units = layer.outputShape[0]!;
  const best: number[] = [];
  for (let i = 0; i < weights.length; i++) {
    const size = Math.abs(weights[i]!);
    if (best.length === largestShown && size <= Math.abs(weights[best.at(-1)!]!)) continue;
    const place = best.findIndex(other => size > Math.abs(weights[other]!));
    best.splice(place < 0 ? best.length : place, 0, i);
    best.length = Math.min(best.length, largestShown);
  }
  const names = inputNames(subject, layer);
  return best.map(i => ({
    input: names[Math.floor(i / units) % inputs]!,
    neuron: (i % units) + 1,
    member: Math.floor(i / (units * inputs)) + 1,
    weight: weights[i]!,
  }));
}

const phrases = {
  dead: (one: boolean) => (one ? 'never fires' : 'never fire'),
  saturated: (one: boolean) => (one ? 'is saturated' : 'are saturated'),
  constant: (one: boolean) => (one ? 'never changes' : 'never change'),
} as const;

function summaryOf(name: string, neurons: readonly NeuronHealth[], members: number): string {
  const whole = `${neurons.length} neuron${neurons.length === 1 ? '' : 's'}`;
  const parts = (['dead', 'saturated', 'constant'] as const).flatMap(state => {
    const found = neurons.filter(neuron => neuron.state === state);
    if (found.length === 0) return [];
    return [`${found.length} of ${whole} ${phrases[state](found.length === 1)}: ${listed(found, members)}`];
  });
  if (parts.length > 0) return `${name}: ${parts.join('; ')}`;
  return `${name}: ${neurons.length === 1 ? 'its neuron is' : `all ${whole} are`} at work`;
}

const mostListed = 12;

function listed(found: readonly NeuronHealth[], members: number): string {
  const named = found.slice(0, mostListed).map(({ neuron, member }) => {
    return members > 1 ? `${neuron} of member ${member}` : String(neuron);
  });
  return named.join(', ') + (found.length > mostListed ? ', …' : '');
}
