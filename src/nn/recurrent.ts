/** Recurrent layers over rows [time, features]: one Scan forward, one back, however long the sequence. */
import { z } from 'zod';
import { constant, i64, type Value } from '../graph/index.ts';
import {
  add,
  concat,
  gather,
  matMul,
  mul,
  scan,
  sigmoid,
  slice,
  sub,
  tanh,
  transpose,
  zerosLike,
} from '../ops/index.ts';
import { activate } from './activation.ts';
import type { LayerKind, Recurrence } from './layer.ts';
import type { Parameter } from './parameter.ts';

interface RecurrentBase<Kind extends string> {
  readonly kind: Kind;
  readonly units: number;
  /** Whether the output is that of every time step, [time, units]; else that of the last one, [units]. */
  readonly returnSequences: boolean;
  /** Whether a second set of units reads the sequence from its end; its outputs stand after those of the first. */
  readonly bidirectional: boolean;
  /** Whether the sequence is read from its end. */
  readonly reverse: boolean;
}

export interface RnnSpec extends RecurrentBase<'rnn'> {
  readonly activation: 'tanh' | 'relu';
}
export type GruSpec = RecurrentBase<'gru'>;
export interface LstmSpec extends RecurrentBase<'lstm'> {
  /** First value of the bias of the forget gate. */
  readonly forgetBias: number;
}

export type RecurrentOptions = Partial<Omit<RecurrentBase<string>, 'kind' | 'units'>>;

const plain = { returnSequences: false, bidirectional: false, reverse: false };

/** An Elman network: its state is its output. */
export const rnn = (
  units: number,
  { activation = 'tanh', ...options }: RecurrentOptions & Partial<Pick<RnnSpec, 'activation'>> = {},
): RnnSpec => ({ kind: 'rnn', units, activation, ...plain, ...options });

/** Gated recurrent units. */
export const gru = (units: number, options: RecurrentOptions = {}): GruSpec => ({
  kind: 'gru',
  units,
  ...plain,
  ...options,
});

/** Long short-term memory. */
export const lstm = (
  units: number,
  { forgetBias = 1, ...options }: RecurrentOptions & Partial<Pick<LstmSpec, 'forgetBias'>> = {},
): LstmSpec => ({ kind: 'lstm', units, forgetBias, ...plain, ...options });

/** How one kind of unit goes from one time step to the next. */
interface Cell<S> {
  /** Weighted sums of each unit, in the order of the columns of its parameters. */
  gates(spec: S): Recurrence['gates'];
  /** The step of one unit, number by number. */
  readonly next: Recurrence['next'];
  /** Arrays that are carried from step to step; the first is the output. */
  readonly states: number;
  /** Its biases: name, gates, and the first value of each gate. */
  biases(spec: S): readonly { readonly name: string; readonly first: readonly number[] }[];
  /**
   * The state after a step: `input` [N, gates·units] is x·weight + bias of the step, `recurrent` [units, gates·units],
   * `more` the biases after the first.
   */
  step(
    spec: S,
    state: readonly Value[],
    input: Value,
    recurrent: Value,
    more: readonly Value[],
    part: (x: Value, gate: number) => Value,
  ): readonly Value[];
}

const rnnCell: Cell<RnnSpec> = {
  gates: ({ activation }) => [{ name: 'h', activation }],
  next: ([h]) => ({ h: h!, c: 0 }),
  states: 1,
  biases: () => [{ name: 'bias', first: [0] }],
  step: ({ activation }, [h], input, recurrent) => [activate(add(input, matMul(h!, recurrent)), activation)],
};

const gruCell: Cell<GruSpec> = {
  gates: () => [
    { name: 'r', activation: 'sigmoid' },
    { name: 'z', activation: 'sigmoid' },
    { name: 'n', activation: 'tanh' },
  ],
  next: ([, z, n], h) => ({ h: (1 - z!) * n! + z! * h, c: 0 }),
  states: 1,
  biases: () => [
    { name: 'bias', first: [0, 0, 0] },
    { name: 'recurrent_bias', first: [0] },
  ],
  step(_, [h], input, recurrent, [bias], part) {
    const sums = matMul(h!, recurrent);
    const r = sigmoid(add(part(input, 0), part(sums, 0)));
    const z = sigmoid(add(part(input, 1), part(sums, 1)));
    const n = tanh(add(part(input, 2), mul(r, add(part(sums, 2), bias!))));
    return [add(n, mul(z, sub(h!, n)))];
  },
};

const lstmCell: Cell<LstmSpec> = {
  gates: () => [
    { name: 'i', activation: 'sigmoid' },
    { name: 'f', activation: 'sigmoid' },
    { name: 'g', activation: 'tanh' },
    { name: 'o', activation: 'sigmoid' },
  ],
  next([i, f, g, o], _, c) {
    const memory = f! * c + i! * g!;
    return { h: o! * Math.tanh(memory), c: memory };
  },
  states: 2,
  biases: ({ forgetBias }) => [{ name: 'bias', first: [0, forgetBias, 0, 0] }],
  step(_, [h, c], input, recurrent, __, part) {
    const sums = add(input, matMul(h!, recurrent));
    const [i, f, o] = [sigmoid(part(sums, 0)), sigmoid(part(sums, 1)), sigmoid(part(sums, 3))];
    const next = add(mul(f, c!), mul(i, tanh(part(sums, 2))));
    return [mul(o, tanh(next)), next];
  },
};

type AnyRecurrent = RecurrentBase<string>;

const directionsOf = ({ bidirectional, reverse }: AnyRecurrent): readonly { suffix: string; reverse: boolean }[] =>
  bidirectional
    ? [
        { suffix: '', reverse: false },
        { suffix: '_reverse', reverse: true },
      ]
    : [{ suffix: '', reverse }];

/** One direction over x [N, time, features]: [N, time, units], or [N, units] of its last step. */
function run<S extends AnyRecurrent>(
  cell: Cell<S>,
  spec: S,
  x: Value,
  [weight, recurrent, bias, ...more]: readonly Value[],
  reverse: boolean,
): Value {
  const { units, returnSequences } = spec;
  const input = add(matMul(transpose(x, [1, 0, 2]), weight!), bias!);
  const part = (sums: Value, gate: number): Value => slice(sums, 1, gate * units, (gate + 1) * units);
  const first = part(gather(input, constant(i64([0], []))), 0);
  const start = Array.from({ length: cell.states }, () => zerosLike(first));
  const { state, stacked } = scan(
    { state: start, sequences: [input], shared: [recurrent!, ...more], reverse },
    (before, [now], [weights, ...biases]) => {
      const after = cell.step(spec, before, now!, weights!, biases, part);
      return { state: after, emit: returnSequences ? [after[0]!] : [] };
    },
  );
  return returnSequences ? transpose(stacked[0]!, [1, 0, 2]) : state[0]!;
}

const recurrentFields = {
  units: z.int().min(1).max(65_536).describe('units, the hidden size'),
  returnSequences: z.boolean().default(false).describe('whether every time step gives an output, or the last one only'),
  bidirectional: z.boolean().default(false).describe('whether a second set of units reads the sequence from its end'),
  reverse: z.boolean().default(false).describe('whether the sequence is read from its end'),
};

function recurrentKind<S extends AnyRecurrent>(
  cell: Cell<S>,
  record: Pick<LayerKind<S>, 'kind' | 'about' | 'schema' | 'examples'>,
): LayerKind<S> {
  const width = ({ units, bidirectional }: S): number => units * (bidirectional ? 2 : 1);
  return {
    ...record,
    rows: [['time', 'features']],
    members: false,
    neurons: false,
    keepsInputs: false,
    recurrence: spec => ({
      gates: cell.gates(spec),
      directions: directionsOf(spec),
      remembers: cell.states > 1,
      next: cell.next,
    }),
    outputShape: (spec, [time]) => (spec.returnSequences ? [time!, width(spec)] : [width(spec)]),
    parameters(spec, [, features]) {
      const { units } = spec;
      const columns = units * cell.gates(spec).length;
      // PyTorch's first values: U(±1/√units) for all.
      const fans = { fanIn: units, fanOut: units } as const;
      const initial = 'fan-in-uniform' as const;
      return directionsOf(spec).flatMap(({ suffix }): readonly Parameter[] => [
        { name: `weight${suffix}`, shape: [features!, columns], role: 'weight', initial, ...fans },
        { name: `recurrent${suffix}`, shape: [units, columns], role: 'weight', initial, ...fans },
        ...cell.biases(spec).map(
          ({ name, first }): Parameter => ({
            name: `${name}${suffix}`,
            shape: [units * first.length],
            role: 'bias',
            initial: 'zeros',
            ...(first.some(value => value !== 0) ? { offset: first } : {}),
            ...fans,
          }),
        ),
      ]);
    },
    build(spec, x, parameters) {
      const each = parameters.length / directionsOf(spec).length;
      const outputs = directionsOf(spec).map(({ reverse }, i) =>
        run(cell, spec, x, parameters.slice(i * each, (i + 1) * each), reverse),
      );
      return { y: outputs.length === 1 ? outputs[0]! : concat(outputs, spec.returnSequences ? 2 : 1) };
    },
    macs: (spec, [time, features]) => time! * width(spec) * cell.gates(spec).length * (features! + spec.units),
  };
}

export const rnnKind = recurrentKind<RnnSpec>(rnnCell, {
  kind: 'rnn',
  about: 'An Elman network: hₜ = f(xₜ·weight + hₜ₋₁·recurrent + bias), h₀ = 0 (Elman 1990).',
  schema: z.strictObject({
    kind: z.literal('rnn'),
    ...recurrentFields,
    activation: z.enum(['tanh', 'relu']).default('tanh').describe('f'),
  }) as unknown as z.ZodType<RnnSpec>,
  examples: [rnn(4), rnn(3, { activation: 'relu', returnSequences: true, bidirectional: true })],
});

export const gruKind = recurrentKind<GruSpec>(gruCell, {
  kind: 'gru',
  about:
    'Gated recurrent units: r and z = σ(x·weight + h·recurrent + bias), n = tanh(x·weight + bias + r ∘ (h·recurrent + recurrent_bias)), hₜ = (1 − z) ∘ n + z ∘ hₜ₋₁; gates r, z, n (Cho et al. 2014, the reset gate after the product as in PyTorch and cuDNN).',
  schema: z.strictObject({ kind: z.literal('gru'), ...recurrentFields }) as unknown as z.ZodType<GruSpec>,
  examples: [gru(4), gru(3, { returnSequences: true, reverse: true }), gru(2, { bidirectional: true })],
});

export const lstmKind = recurrentKind<LstmSpec>(lstmCell, {
  kind: 'lstm',
  about:
    'Long short-term memory: i, f, o = σ and g = tanh of x·weight + h·recurrent + bias, cₜ = f ∘ cₜ₋₁ + i ∘ g, hₜ = o ∘ tanh cₜ; gates i, f, g, o as in PyTorch, one bias where PyTorch adds two (Hochreiter and Schmidhuber 1997; the forget gate and its bias of 1: Gers et al. 2000, Jozefowicz et al. 2015).',
  schema: z.strictObject({
    kind: z.literal('lstm'),
    ...recurrentFields,
    forgetBias: z.number().min(-100).max(100).default(1).describe('first value of the bias of the forget gate'),
  }) as unknown as z.ZodType<LstmSpec>,
  examples: [
    lstm(4),
    lstm(3, { returnSequences: true, bidirectional: true, forgetBias: 0 }),
    lstm(2, { reverse: true }),
  ],
});
