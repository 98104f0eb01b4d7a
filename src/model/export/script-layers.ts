/** Layers as functions of one row, a flat array of numbers. */

import { sizeOf } from '../../graph/index.ts';
import type { ActivationName } from '../../neuron/index.ts';
import type { LayerSpec } from '../../nn/index.ts';
import { eachAxis } from '../../nn/window.ts';
import { activationHelpers } from './script-activations.ts';
import type { Helper } from './script-text.ts';

type OfKind<K> = Extract<LayerSpec, { readonly kind: K }>;

interface ScriptLayer<S> {
  helpers(spec: S): readonly Helper[];
  /** What it makes of the row x; null: the same numbers. `at` are where its parameters begin, by name. */
  call(place: {
    readonly spec: S;
    readonly x: string;
    readonly at: Readonly<Record<string, string>>;
    readonly input: readonly number[];
    readonly output: readonly number[];
    readonly nested: Readonly<Record<string, string>>;
  }): string | null;
}

/** A kind of layer that is not written, in words. */
interface Refused {
  readonly refused: string;
}

const dense: Helper = {
  text: t => t`/** Neurons: each place of x (of so many inputs) times the weights, plus the bias where there is one. */
function dense(x‹: Float64Array›, weight‹: number›, bias‹: number | null›, inputs‹: number›, units‹: number›)‹: Float64Array› {
  const places = x.length / inputs;
  const z = new Float64Array(places * units);
  for (let place = 0; place < places; place++) {
    const row = z.subarray(place * units, (place + 1) * units);
    for (let i = 0; i < inputs; i++) {
      const value = x[place * inputs + i]‹!›;
      if (value === 0) continue;
      for (let k = 0, w = weight + i * units; k < units; k++) row[k] = row[k]‹!› + value * parameters[w + k]‹!›;
    }
    if (bias !== null) for (let k = 0; k < units; k++) row[k] = row[k]‹!› + parameters[bias + k]‹!›;
  }
  return z;
}`,
};

const activate: Helper = {
  text: t => t`function activate(z‹: Float64Array›, f‹: (z: number) => number›)‹: Float64Array› {
  return z.map(value => f(value));
}`,
};

const batchNorm: Helper = {
  text: t => t`/** Each feature standardised by what training saw; \`after\` numbers of the row belong to one feature at a time. */
function batchNorm(x‹: Float64Array›, gamma‹: number›, beta‹: number›, mean‹: number›, variance‹: number›, features‹: number›, after‹: number›, epsilon‹: number›)‹: Float64Array› {
  return x.map((value, i) => {
    const k = Math.floor(i / after) % features;
    const factor = parameters[gamma + k]‹!› / Math.sqrt(parameters[variance + k]‹!› + epsilon);
    return (value - parameters[mean + k]‹!›) * factor + parameters[beta + k]‹!›;
  });
}`,
};

const layerNorm: Helper = {
  text: t => t`/** Each place of so many features standardised, then scaled and shifted. */
function layerNorm(x‹: Float64Array›, gamma‹: number›, beta‹: number›, features‹: number›, epsilon‹: number›)‹: Float64Array› {
  const y = new Float64Array(x.length);
  for (let begin = 0; begin < x.length; begin += features) {
    const row = x.subarray(begin, begin + features);
    const mean = row.reduce((sum, value) => sum + value, 0) / features;
    const variance = row.reduce((sum, value) => sum + (value - mean) ** 2, 0) / features;
    const factor = 1 / Math.sqrt(variance + epsilon);
    row.forEach((value, k) => {
      y[begin + k] = (value - mean) * factor * parameters[gamma + k]‹!› + parameters[beta + k]‹!›;
    });
  }
  return y;
}`,
};

const embedding: Helper = {
  text: t => t`/** The vector of each code, one after the other. */
function embedding(x‹: Float64Array›, weight‹: number›, entries‹: number›, units‹: number›)‹: Float64Array› {
  const y = new Float64Array(x.length * units);
  x.forEach((value, i) => {
    const code = Number.isNaN(value) ? 0 : Math.min(Math.max(Math.floor(value + 0.5), 0), entries - 1);
    y.set(parameters.subarray(weight + code * units, weight + (code + 1) * units), i * units);
  });
  return y;
}`,
};

const add: Helper = {
  text: t => t`function add(a‹: Float64Array›, b‹: Float64Array›)‹: Float64Array› {
  return a.map((value, i) => value + b[i]‹!›);
}`,
};

const pick: Helper = {
  text: t => t`/** The numbers of x that stand at these places. */
function pick(x‹: Float64Array›, places‹: readonly number[]›)‹: Float64Array› {
  return Float64Array.from(places, place => x[place]‹!›);
}`,
};

const activated = (z: string, name: ActivationName): string =>
  name === 'linear' ? z : `activate(${z}, ${activationHelpers[name].name})`;
const bends = (name: ActivationName): readonly Helper[] =>
  name === 'linear' ? [] : [activate, activationHelpers[name].helper];

const conv: Refused = { refused: 'convolutions are not written as plain code' };
const pool: Refused = { refused: 'pools of maps are not written as plain code' };
const recurrent: Refused = { refused: 'recurrent layers are not written as plain code' };
const unchanged = { helpers: () => [], call: () => null };

/** For each place of the output the place of the input that its number comes from. */
function moved(output: readonly number[], from: (at: readonly number[]) => number): string {
  const places = Array.from({ length: sizeOf(output) }, (_, i) => {
    let rest = i;
    const at = output.map((_, axis) => {
      const after = sizeOf(output.slice(axis + 1));
      const place = Math.floor(rest / after);
      rest -= place * after;
      return place;
    });
    return from(at);
  });
  return JSON.stringify(places);
}

const flat = (at: readonly number[], shape: readonly number[]): number =>
  at.reduce((sum, place, axis) => sum * shape[axis]! + place, 0);

/** Every kind of layer; one that is not here does not compile. */
const kinds: { readonly [K in LayerSpec['kind']]: ScriptLayer<OfKind<K>> | Refused } = {
  dense: {
    helpers: ({ activation }) => [dense, ...bends(activation)],
    call: ({ spec, x, at, input }) =>
      activated(`dense(${x}, ${at.weight}, ${at.bias ?? null}, ${input.at(-1)}, ${spec.units})`, spec.activation),
  },
  activation: {
    helpers: ({ activation }) => bends(activation),
    call: ({ spec, x }) => (spec.activation === 'linear' ? null : activated(x, spec.activation)),
  },
  conv1d: conv,
  conv2d: conv,
  'conv-transpose1d': conv,
  'conv-transpose2d': conv,
  'max-pool': pool,
  'average-pool': pool,
  'global-average-pool': pool,
  'global-max-pool': pool,
  'batch-norm': {
    helpers: () => [batchNorm],
    call({ spec, x, at, input }) {
      const axis = (spec.axis ?? 0) < 0 ? spec.axis! + input.length : (spec.axis ?? 0);
      const after = sizeOf(input.slice(axis + 1));
      const arrays = [at.weight, at.bias, at.running_mean, at.running_var].join(', ');
      return `batchNorm(${x}, ${arrays}, ${input[axis]}, ${after}, ${spec.epsilon})`;
    },
  },
  'layer-norm': {
    helpers: () => [layerNorm],
    call: ({ spec, x, at, input }) => `layerNorm(${x}, ${at.weight}, ${at.bias}, ${input.at(-1)}, ${spec.epsilon})`,
  },
  dropout: unchanged,
  residual: {
    helpers: ({ activation }) => [add, ...bends(activation)],
    call: ({ spec, nested }) => activated(`add(${nested.layers}, ${nested.shortcut})`, spec.activation),
  },
  rnn: recurrent,
  gru: recurrent,
  lstm: recurrent,
  embedding: {
    helpers: () => [embedding],
    call: ({ spec, x, at }) => `embedding(${x}, ${at.weight}, ${spec.entries}, ${spec.units})`,
  },
  flatten: unchanged,
  reshape: unchanged,
  permute: {
    helpers: () => [pick],
    call({ spec: { order }, x, input, output }) {
      const from = (at: readonly number[]): number =>
        flat(
          input.map((_, axis) => at[order.indexOf(axis)]!),
          input,
        );
      return `pick(${x}, ${moved(output, from)})`;
    },
  },
  upsample: {
    helpers: () => [pick],
    call({ spec, x, input, output }) {
      const factors = [1, ...eachAxis('factor', spec.factor, input.length - 1)];
      const from = (at: readonly number[]): number =>
        flat(
          at.map((place, axis) => Math.floor(place / factors[axis]!)),
          input,
        );
      return `pick(${x}, ${moved(output, from)})`;
    },
  },
  repeat: {
    helpers: () => [pick],
    call: ({ x, output }) => `pick(${x}, ${moved(output, ([, feature]) => feature!)})`,
  },
};

/** The code of a kind of layer, or why there is none. */
export const scriptLayer = (spec: LayerSpec): ScriptLayer<LayerSpec> | Refused =>
  kinds[spec.kind] as ScriptLayer<LayerSpec> | Refused;
