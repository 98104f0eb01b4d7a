/** The arrays of layers as the modules of PyTorch name them and lay them out, and back. */
import { floats, sizeOf } from '../../graph/index.ts';
import { everyLayer, kindOf, type LayerSpec, type NetworkSpec, type PlacedLayer } from '../../nn/index.ts';
import type { Parameters } from '../artifact.ts';

export interface StateArray {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** Arrays of one layer by their own names. */
export type StateArrays = Readonly<Record<string, StateArray>>;

interface StateRule<S> {
  /** In words, for metadata and documentation. */
  readonly layout: string;
  toTorch(own: StateArrays, spec: S): StateArrays;
  fromTorch(theirs: StateArrays, spec: S): StateArrays;
}

type OfKind<K> = Extract<LayerSpec, { readonly kind: K }>;

const none: StateRule<LayerSpec> = { layout: 'no arrays', toTorch: own => own, fromTorch: own => own };
const alike = (layout: string): StateRule<LayerSpec> => ({ ...none, layout });

/** A matrix with its axes exchanged. */
export function turned({ shape, data }: StateArray): StateArray {
  const [rows, columns] = shape as readonly [number, number];
  const at = (i: number): number => data[(i % rows) * columns + Math.floor(i / rows)]!;
  return { shape: [columns, rows], data: Float32Array.from(data, (_, i) => at(i)) };
}

const denseRule: StateRule<OfKind<'dense'>> = {
  layout: 'Linear: weight [outputs, inputs], the transpose of [inputs, outputs]; bias [outputs]',
  toTorch({ weight, ...rest }, { mask }) {
    const flat = mask?.flat();
    const data = flat ? weight!.data.map((value, i) => value * flat[i]!) : weight!.data;
    return { weight: turned({ ...weight!, data }), ...rest };
  },
  fromTorch: ({ weight, ...rest }) => ({ weight: turned(weight!), ...rest }),
};

const convolution = alike('Conv: weight [filters, channels / groups, …kernel]; bias [filters]');
const transposed = alike('ConvTranspose: weight [channels, filters / groups, …kernel]; bias [filters]');

interface Biases {
  toTorch(own: StateArrays): { readonly input: StateArray; readonly hidden: StateArray };
  fromTorch(input: StateArray, hidden: StateArray): StateArrays;
}

const vector = (data: Float32Array): StateArray => ({ shape: [data.length], data });

/** One bias where PyTorch adds two. */
const oneBias: Biases = {
  toTorch: ({ bias }) => ({ input: bias!, hidden: vector(new Float32Array(bias!.data.length)) }),
  fromTorch: (input, hidden) => ({ bias: vector(input.data.map((value, i) => value + hidden.data[i]!)) }),
};

/** One bias but for that of the candidate's recurrent sum, which is multiplied by the reset gate. */
const gruBias: Biases = {
  toTorch({ bias, recurrent_bias: recurrent }) {
    const hidden = new Float32Array(bias!.data.length);
    hidden.set(recurrent!.data, hidden.length - recurrent!.data.length);
    return { input: bias!, hidden: vector(hidden) };
  },
  fromTorch(input, hidden) {
    const candidate = (input.data.length / 3) * 2;
    return {
      bias: vector(input.data.map((value, i) => (i < candidate ? value + hidden.data[i]! : value))),
      recurrent_bias: vector(hidden.data.slice(candidate)),
    };
  },
};

/** For each direction of a recurrent layer its arrays, without and with the ending of its names. */
function byDirection(spec: LayerSpec, make: (suffix: string) => StateArrays): StateArrays {
  const { directions } = kindOf(spec).recurrence!(spec);
  return Object.fromEntries(
    directions.flatMap(({ suffix }) =>
      Object.entries(make(suffix)).map(([name, array]) => [`${name}${suffix}`, array] as const),
    ),
  );
}

const recurrent = (layout: string, biases: Biases): StateRule<LayerSpec> => ({
  layout,
  toTorch: (own, spec) =>
    byDirection(spec, suffix => {
      const plain = Object.fromEntries(
        ['bias', 'recurrent_bias'].map(name => [name, own[`${name}${suffix}`]] as [string, StateArray]),
      );
      const { input, hidden } = biases.toTorch(plain);
      return {
        weight_ih_l0: turned(own[`weight${suffix}`]!),
        weight_hh_l0: turned(own[`recurrent${suffix}`]!),
        bias_ih_l0: input,
        bias_hh_l0: hidden,
      };
    }),
  fromTorch: (theirs, spec) =>
    byDirection(spec, suffix => ({
      weight: turned(theirs[`weight_ih_l0${suffix}`]!),
      recurrent: turned(theirs[`weight_hh_l0${suffix}`]!),
      ...biases.fromTorch(theirs[`bias_ih_l0${suffix}`]!, theirs[`bias_hh_l0${suffix}`]!),
    })),
});

/** Every kind of layer; one without a rule does not compile. */
const rules: { readonly [K in LayerSpec['kind']]: StateRule<OfKind<K>> } = {
  dense: denseRule,
  activation: none,
  conv1d: convolution,
  conv2d: convolution,
  'conv-transpose1d': transposed,
  'conv-transpose2d': transposed,
  'max-pool': none,
  'average-pool': none,
  'global-average-pool': none,
  'global-max-pool': none,
  'batch-norm': alike('BatchNorm: weight, bias, running_mean, running_var [features]'),
  'layer-norm': alike('LayerNorm: weight, bias [features]'),
  dropout: none,
  residual: none,
  rnn: recurrent('RNN: weight_ih_l0 [units, inputs], weight_hh_l0 [units, units], two biases that are added', oneBias),
  gru: recurrent('GRU: gates r, z, n one after the other in weight_ih_l0, weight_hh_l0 and both biases', gruBias),
  lstm: recurrent('LSTM: gates i, f, g, o one after the other in weight_ih_l0, weight_hh_l0 and both biases', oneBias),
  embedding: alike('Embedding: weight [entries, units]'),
  flatten: none,
  reshape: none,
  permute: none,
  upsample: none,
  repeat: none,
};

const ruleOf = ({ kind }: LayerSpec): StateRule<LayerSpec> => rules[kind] as StateRule<LayerSpec>;

/** What the arrays of a layer are in PyTorch, in words. */
export const layoutOf = (spec: LayerSpec): string => ruleOf(spec).layout;

/** The name of a layer as Python can write it: `residual1.batch_norm2`. */
export const moduleName = (layer: string): string => layer.replaceAll('-', '_');

/** A layer's place in a state_dict; the networks of an ensemble are `members.0`, `members.1`, …. */
export const modulePath = (layer: string, member: number, members: number): string =>
  members > 1 ? `members.${member}.${moduleName(layer)}` : moduleName(layer);

/** A layer's own name of a parameter. */
export const ownName = (layer: PlacedLayer, name: string): string => name.slice(layer.name.length + 1);

/** The shapes of one network's arrays of a layer. */
const ownShapes = (layer: PlacedLayer, members: number): readonly (readonly [string, readonly number[]])[] =>
  layer.parameters.map(({ name, shape }) => [ownName(layer, name), members > 1 ? shape.slice(1) : shape]);

/** What PyTorch calls the arrays of a layer, and their shapes. */
export function torchShapes(layer: PlacedLayer, members: number): Readonly<Record<string, readonly number[]>> {
  const empty = ownShapes(layer, members).map(([name, shape]): [string, StateArray] => [
    name,
    { shape, data: new Float32Array(sizeOf(shape)) },
  ]);
  const arrays = Object.entries(ruleOf(layer.spec).toTorch(Object.fromEntries(empty), layer.spec));
  return Object.fromEntries(arrays.map(([name, { shape }]) => [name, shape]));
}

/** The parameters of a network as a state_dict of PyTorch, layer after layer. */
export function torchState(
  { members = 1 }: NetworkSpec,
  layers: readonly PlacedLayer[],
  parameters: Parameters,
): ReadonlyMap<string, StateArray> {
  const state = new Map<string, StateArray>();
  for (let member = 0; member < members; member++) {
    for (const layer of everyLayer(layers)) {
      const own = ownShapes(layer, members).map(([name, shape]): [string, StateArray] => {
        const size = sizeOf(shape);
        const data = floats(parameters.get(`${layer.name}.${name}`)).slice(member * size, (member + 1) * size);
        return [name, { shape, data }];
      });
      const made = ruleOf(layer.spec).toTorch(Object.fromEntries(own), layer.spec);
      for (const [name, array] of Object.entries(made))
        state.set(`${modulePath(layer.name, member, members)}.${name}`, array);
    }
  }
  return state;
}

/** The arrays of one network's layer from those of a module of PyTorch. */
export const fromTorch = (spec: LayerSpec, theirs: StateArrays): StateArrays => ruleOf(spec).fromTorch(theirs, spec);

/** The parameters of a network by their names out of the arrays of a state_dict with the names and shapes of `torchState`. */
export function fromTorchState(
  { members = 1 }: NetworkSpec,
  layers: readonly PlacedLayer[],
  state: ReadonlyMap<string, StateArray>,
): ReadonlyMap<string, Float32Array> {
  const parameters = new Map<string, Float32Array>();
  for (const layer of everyLayer(layers)) {
    for (const { name, shape } of layer.parameters) parameters.set(name, new Float32Array(sizeOf(shape)));
    for (let member = 0; member < members; member++) {
      const path = modulePath(layer.name, member, members);
      const theirs = Object.keys(torchShapes(layer, members)).map(name => [name, state.get(`${path}.${name}`)!]);
      const own = fromTorch(layer.spec, Object.fromEntries(theirs) as StateArrays);
      for (const [name, { data }] of Object.entries(own))
        parameters.get(`${layer.name}.${name}`)!.set(data, member * data.length);
    }
  }
  return parameters;
}
