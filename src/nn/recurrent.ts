/** Recurrent layers over rows [time, features]: one Scan forward, one back, however long the sequence. */
import { z } from 'zod';
import { HillockError } from '../errors.ts';
import { concat, transpose } from '../ops/index.ts';
import { initialiserSchema } from './dense.ts';
import type { LayerKind, Recurrence } from './layer.ts';
import type { InitialiserName, Parameter } from './parameter.ts';
import { columnsOf, type Direction, type States } from './recurrence.ts';
import { runGru } from './recurrence-gru.ts';
import { runLstm } from './recurrence-lstm.ts';
import { runRnn } from './recurrence-rnn.ts';

interface RecurrentBase<Kind extends string> {
  readonly kind: Kind;
  readonly units: number;
  /** Whether the output is that of every time step, [time, units]; else that of the last one, [units]. */
  readonly returnSequences: boolean;
  /** Whether a second set of units reads the sequence from its end; its outputs stand after those of the first. */
  readonly bidirectional: boolean;
  /** Whether the sequence is read from its end. */
  readonly reverse: boolean;
  /** How the weights of what was put out before start (as the others unless told). */
  readonly initialRecurrent?: InitialiserName | undefined;
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
  run(spec: S, direction: Direction): States;
}

const rnnCell: Cell<RnnSpec> = {
  gates: ({ activation }) => [{ name: 'h', activation, role: 'output' }],
  next: ([h]) => ({ h: h!, c: 0 }),
  states: 1,
  biases: () => [{ name: 'bias', first: [0] }],
  run: ({ activation }, direction) => runRnn(activation, direction),
};

const gruCell: Cell<GruSpec> = {
  gates: () => [
    { name: 'r', activation: 'sigmoid', role: 'gate' },
    { name: 'z', activation: 'sigmoid', role: 'gate' },
    { name: 'n', activation: 'tanh', role: 'candidate', resetBy: 'r' },
  ],
  next: ([, z, n], h) => ({ h: (1 - z!) * n! + z! * h, c: 0 }),
  states: 1,
  biases: () => [
    { name: 'bias', first: [0, 0, 0] },
    { name: 'recurrent_bias', first: [0] },
  ],
  run: (_, direction) => runGru(direction),
};

const lstmCell: Cell<LstmSpec> = {
  gates: () => [
    { name: 'i', activation: 'sigmoid', role: 'gate' },
    { name: 'f', activation: 'sigmoid', role: 'gate' },
    { name: 'g', activation: 'tanh', role: 'candidate' },
    { name: 'o', activation: 'sigmoid', role: 'gate' },
  ],
  next([i, f, g, o], _, c) {
    const memory = f! * c + i! * g!;
    return { h: o! * Math.tanh(memory), c: memory };
  },
  states: 2,
  biases: ({ forgetBias }) => [{ name: 'bias', first: [0, forgetBias, 0, 0] }],
  run: (_, direction) => runLstm(direction),
};

type AnyRecurrent = RecurrentBase<string>;

const directionsOf = ({ bidirectional, reverse }: AnyRecurrent): readonly { suffix: string; reverse: boolean }[] =>
  bidirectional
    ? [
        { suffix: '', reverse: false },
        { suffix: '_reverse', reverse: true },
      ]
    : [{ suffix: '', reverse }];

const recurrentFields = {
  units: z.int().min(1).max(65_536).describe('units, the hidden size'),
  returnSequences: z.boolean().default(false).describe('whether every time step gives an output, or the last one only'),
  bidirectional: z
    .boolean()
    .default(false)
    .describe(
      'whether a second set of units reads the sequence from its end; its outputs stand after those of the first, of one state the one it ends with',
    ),
  reverse: z.boolean().default(false).describe('whether the sequence is read from its end'),
  initialRecurrent: initialiserSchema
    .optional()
    .describe('first recurrent weights; `fan-in-uniform` as the others, as PyTorch; `orthogonal` as Keras'),
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
    outputShape(spec, [time]) {
      if (spec.bidirectional && spec.reverse)
        throw new HillockError('usage', 'a bidirectional layer reads both ways', 'leave "reverse" out');
      return spec.returnSequences ? [time!, width(spec)] : [width(spec)];
    },
    parameters(spec, [, features]) {
      const { units } = spec;
      const columns = units * cell.gates(spec).length;
      // PyTorch's first values: U(±1/√units) for all.
      const fans = { fanIn: units, fanOut: units } as const;
      const initial = 'fan-in-uniform' as const;
      return directionsOf(spec).flatMap(({ suffix }): readonly Parameter[] => [
        { name: `weight${suffix}`, shape: [features!, columns], role: 'weight', initial, ...fans },
        {
          name: `recurrent${suffix}`,
          shape: [units, columns],
          role: 'weight',
          initial: spec.initialRecurrent ?? initial,
          ...fans,
        },
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
    build(spec, x, parameters, { training }) {
      const { units, returnSequences: sequences } = spec;
      const directions = directionsOf(spec);
      const each = parameters.length / directions.length;
      const columns = columnsOf(x, units);
      const runs = directions.map(({ reverse }, i) => {
        const own = parameters.slice(i * each, (i + 1) * each);
        return cell.run(spec, { ...columns, parameters: own, units, reverse, training, sequences });
      });
      const parts = runs.map(({ last, all }) => (sequences ? all! : last));
      return { y: transpose(concat(parts, sequences ? 1 : 0), sequences ? [2, 0, 1] : [1, 0]) };
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
    lstm(2, { reverse: true, initialRecurrent: 'orthogonal' }),
  ],
});
