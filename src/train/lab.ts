/** One network and its training in hand: by the row, the batch or the epoch, every number in sight, back and changed at will. */
import { HillockError } from '../errors.ts';
import { f32, floats, sizeOf, type Tensor } from '../graph/index.ts';
import { initialise, type PlacedLayer, parametersOf, place } from '../nn/index.ts';
import { random } from '../random.ts';
import type { Runtime } from '../runtime/index.ts';
import {
  type LabRecipe,
  type LabStepProgram,
  type LabTask,
  labAnswerProgram,
  labLookProgram,
  labStepProgram,
} from './lab-program.ts';
import type { Arrays, LabData, LabOptions, LabSetup, LabState, LabStep } from './lab-state.ts';
import { feedsOf, rowsOf, stepOf } from './lab-step.ts';
import { sampler } from './sampler.ts';

/** Of each layer by its name: [rows, units], row by row. */
export type LabLook = ReadonlyMap<string, { readonly z: Float32Array; readonly y: Float32Array }>;

export interface Lab {
  readonly layers: readonly PlacedLayer[];
  readonly options: LabOptions;
  readonly state: LabState;
  /** The rows of the next step: those of the next batch, of which an epoch's last may be smaller, or the next `count`. */
  next(count?: number): Int32Array;
  /** What a step on these rows would do; nothing changes. */
  compute(rows: Int32Array): Promise<LabStep>;
  /** Makes the update of a step. */
  apply(step: LabStep): void;
  /** The network on rows [rows, inputs], with the parameters it has or others. */
  look(x: Float32Array, parameters?: Arrays): Promise<LabLook>;
  /** What the last layer alone makes of rows [rows, inputs]. */
  answers(x: Float32Array): Promise<{ readonly z: Float32Array; readonly y: Float32Array }>;
  /** Mean loss on the rows to learn from and on those to be judged on; NaN where there are none. */
  losses(): Promise<{ readonly train: number; readonly test: number }>;
  /** Changes options; the weights stay. Another optimiser starts with nothing remembered. */
  change(options: Partial<Omit<LabOptions, 'seed'>>): Promise<void>;
  /** Sets one number of a parameter; throws `HillockError` kind `usage` where there is none. */
  edit(parameter: string, index: number, value: number): void;
  /** Neurons that keep their weights and bias, as `layer:unit`. */
  freeze(neurons: ReadonlySet<string>): void;
  /** Back to the first weights, of the same seed or another. */
  rewind(seed?: number): void;
  /** Goes on from a state of this network. */
  restore(state: LabState): void;
  close(): Promise<void>;
}

/** Opens a network for training step by step; throws `HillockError` kind `usage` where network and data do not fit. */
export async function lab(runtime: Runtime, setup: LabSetup): Promise<Lab> {
  const { task, network, data } = setup;
  const layers = place(network, [data.inputs]);
  const outputs = outputsOf(layers, setup);
  let options = setup.options;
  const recipeOf = (): LabRecipe => ({ task, inputs: data.inputs, ...options });
  let program = labStepProgram(recipeOf(), layers);
  const lookSession = await runtime.open(labLookProgram(recipeOf(), layers));
  const answerSession = await runtime.open(labAnswerProgram(recipeOf(), layers));
  let session = await runtime.open(program.model);
  let state = freshState(layers, program, options.seed);
  let order = orderOf(data, options.seed);
  let frozen: ReadonlySet<string> = new Set();

  const rowsFed = (x: Float32Array, parameters: Arrays): Record<string, Tensor> => {
    const feeds: Record<string, Tensor> = { x: f32(x, [x.length / data.inputs, data.inputs]) };
    for (const { name, shape } of parametersOf(layers)) feeds[name] = f32(parameters.get(name)!, shape);
    return feeds;
  };
  const look = async (x: Float32Array, parameters: Arrays = state.parameters): Promise<LabLook> => {
    const found = await lookSession.run(rowsFed(x, parameters));
    return new Map(layers.map(({ name }) => [name, { z: floats(found[`z ${name}`]), y: floats(found[`y ${name}`]) }]));
  };
  const answers = async (x: Float32Array) => {
    const { z, y } = await answerSession.run(rowsFed(x, state.parameters));
    return { z: floats(z), y: floats(y) };
  };

  return {
    layers,
    get options() {
      return options;
    },
    get state() {
      return state;
    },
    next(count) {
      const left = data.trainRows.length - (state.seen % data.trainRows.length);
      const size = count ?? Math.min(options.batch, left);
      return Int32Array.from({ length: size }, (_, i) => order(state.seen + i, 1)[0]!);
    },
    async compute(rows) {
      const found = await session.run(feedsOf(program, state, rows, data, options, outputs));
      return stepOf(found, program, state, rows, frozen);
    },
    apply(step) {
      state = step.after;
    },
    look,
    answers,
    async losses() {
      const answer = async (rows: Int32Array): Promise<number> => {
        if (rows.length === 0) return Number.NaN;
        const { z } = await answers(rowsOf(data, rows));
        const loss = lossOf[task];
        return rows.reduce((sum, row, i) => sum + loss(z, i * outputs, outputs, data.y[row]!), 0) / rows.length;
      };
      return { train: await answer(data.trainRows), test: await answer(data.testRows) };
    },
    async change(changes) {
      const before = options;
      options = { ...options, ...changes };
      const another =
        before.batch !== options.batch ||
        before.optimizer !== options.optimizer ||
        before.l1 > 0 !== options.l1 > 0 ||
        before.l2 !== options.l2;
      if (!another) return;
      const next = labStepProgram(recipeOf(), layers);
      const opened = await runtime.open(next.model);
      await session.close();
      [program, session] = [next, opened];
      if (before.optimizer !== options.optimizer) state = { ...state, updates: 0, slots: emptySlots(program) };
    },
    edit(parameter, index, value) {
      const values = state.parameters.get(parameter);
      if (!values || !(index >= 0 && index < values.length) || !Number.isFinite(value))
        throw new HillockError('usage', `there is no number ${index} of ${parameter} to set to ${value}`);
      const changed = values.slice();
      changed[index] = value;
      state = { ...state, parameters: new Map(state.parameters).set(parameter, changed) };
    },
    freeze(neurons) {
      frozen = neurons;
    },
    rewind(seed = options.seed) {
      options = { ...options, seed };
      order = orderOf(data, seed);
      state = freshState(layers, program, seed);
    },
    restore(other) {
      state = other;
    },
    async close() {
      await lookSession.close();
      await answerSession.close();
      await session.close();
    },
  };
}

/** How many numbers the last layer makes; throws where the task or the data ask for others. */
function outputsOf(layers: readonly PlacedLayer[], { task, data }: LabSetup): number {
  const made = layers.at(-1)!.outputShape;
  const several = task === 'multiclass';
  const most = data.y.reduce((a, b) => Math.max(a, b), 0);
  if (made.length === 1 && (several ? Number(made[0]) > most && Number(made[0]) > 1 : made[0] === 1))
    return Number(made[0]);
  throw new HillockError(
    'usage',
    `the last layer must make ${several ? `${most + 1} numbers, one for each class` : 'one number'}, not ${made.join(' × ')}`,
    `end the network with dense(${several ? most + 1 : 1}, 'linear')`,
  );
}

/** The loss of a row in double precision, from the `count` numbers of the last layer that begin at `from`. */
const lossOf: Readonly<Record<LabTask, (z: Float32Array, from: number, count: number, target: number) => number>> = {
  binary: (z, from, _, target) => Math.max(z[from]!, 0) + Math.log1p(Math.exp(-Math.abs(z[from]!))) - target * z[from]!,
  multiclass(z, from, count, target) {
    const own = z.subarray(from, from + count);
    const most = own.reduce((a, b) => Math.max(a, b));
    return most + Math.log(own.reduce((sum, value) => sum + Math.exp(value - most), 0)) - own[target]!;
  },
  regression: (z, from, _, target) => (z[from]! - target) ** 2,
};

const orderOf = ({ trainRows }: LabData, seed: number) => sampler(trainRows, 1, random(seed).split('rows'));

const emptySlots = ({ slots }: LabStepProgram): Arrays =>
  new Map(slots.map(({ name, shape }) => [name, new Float32Array(sizeOf(shape))]));

function freshState(layers: readonly PlacedLayer[], program: LabStepProgram, seed: number): LabState {
  const parameters = new Map([...initialise(layers, random(seed))].map(([name, tensor]) => [name, floats(tensor)]));
  return { seen: 0, steps: 0, updates: 0, parameters, slots: emptySlots(program) };
}
