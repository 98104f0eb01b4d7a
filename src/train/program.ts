/** The training step, its loop and the evaluation pass as ONNX programs. */

import { encoderGraph, pixelGraph } from '../features/index.ts';
import { grad } from '../grad.ts';
import { constant, type Dim, floats, type Graph, i32, input, sizeOf, type Tensor, type Value } from '../graph/index.ts';
import { type Forms, lower } from '../lower/index.ts';
import {
  type BuildContext,
  forward,
  inference,
  losses,
  type Parameter,
  type PlacedLayer,
  parametersOf,
} from '../nn/index.ts';
import { encodeModel } from '../onnx/index.ts';
import {
  add,
  cast as castTo,
  equal,
  gather,
  isNan,
  loop,
  mul,
  reduceSum,
  reshape,
  scalar,
  scale,
  slice,
  sub,
  transpose,
  where,
  zeros,
} from '../ops/index.ts';
import { clipByNorm, type Optimizer, optimizerOptions, optimizers } from '../optim/index.ts';
import type { TrainingJob } from './job.ts';
import { read } from './output.ts';
import { tasks } from './task.ts';

/**
 * Uniform noise that stays resident: a pool [rows, width] of which each row of each batch is given `draws` rows, drawn anew,
 * so that wide maps need no wide pool.
 */
export interface NoisePool {
  readonly rows: number;
  readonly width: number;
  readonly draws: number;
}

const poolRows = 4096;
const poolWidth = 1024;

/** The pool from which a row of a batch is given at least this many numbers; null when it needs none. */
function noisePoolFor(numbers: number): NoisePool | null {
  if (numbers === 0) return null;
  return { rows: poolRows, width: Math.min(numbers, poolWidth), draws: Math.ceil(numbers / poolWidth) };
}

export interface TrainingProgram {
  readonly model: Uint8Array;
  /** Names of the carried arrays in order: parameters, then optimiser slots. */
  readonly state: readonly { readonly name: string; readonly shape: readonly number[] }[];
  /** Names of the per-step scalars the program reads. */
  readonly scalars: readonly string[];
  /** The noise it reads; null = none. */
  readonly noise: NoisePool | null;
}

/** What a program is made for. */
export interface ProgramOptions {
  /** How convolutions are computed. */
  readonly forms?: Forms | undefined;
  readonly anyRows?: boolean;
  readonly stepwise?: boolean;
}

/** Whether a layer or a parameter is frozen, itself or with what holds it. */
export const isFrozen = ({ frozen = [] }: Pick<TrainingJob, 'frozen'>, name: string): boolean =>
  frozen.some(layer => name === layer || name.startsWith(`${layer}.`));

/** Whether gradients move a parameter of a job. */
export const learns = (job: Pick<TrainingJob, 'frozen'>, { name, role }: Parameter): boolean =>
  role !== 'statistic' && !isFrozen(job, name);

/** The arrays that are carried from step to step: parameters, then what the optimiser keeps for those that learn. */
export function carriedArrays(
  job: Pick<TrainingJob, 'frozen' | 'options'>,
  layers: readonly PlacedLayer[],
): TrainingProgram['state'] {
  const { slots } = optimizers[job.options.optimizer];
  const parameters = parametersOf(layers);
  return [
    ...parameters.map(({ name, shape }) => ({ name, shape })),
    ...parameters
      .filter(parameter => learns(job, parameter))
      .flatMap(({ name, shape }) => slots.map(slot => ({ name: `${name}:${slot}`, shape }))),
  ];
}

/**
 * Compiles many steps of training into one program: x, y and the plan of row indices stay resident,
 * parameters and optimiser state are carried from step to step, losses come out as [steps]. With `anyRows` each run may be given other rows, as
 * many as it likes. `stepwise` is one step instead of the loop, for `Runtime.openStep`: it carries the number of
 * the step (`at`) and the losses, too, takes the numbers of all steps (`positions`), and its x are floats, which GPUs can read.
 */
export function trainingProgram(
  job: TrainingJob,
  layers: readonly PlacedLayer[],
  { forms = {}, anyRows = false, stepwise = false }: ProgramOptions = {},
): TrainingProgram {
  const { options } = job;
  const members = job.network.members ?? 1;
  const optimizer: Optimizer = optimizers[options.optimizer];
  const settings = optimizerOptions(options.optimizer, options.optimizerOptions);
  const parameters = parametersOf(layers);
  const trained = (parameter: Parameter): boolean => learns(job, parameter);
  const state = carriedArrays(job, layers);
  const scalarNames = Object.keys(optimizer.scalars(1, 1, 1, settings));

  const steps = input('steps', [], 'int64');
  const resident = ({ shape }: Tensor): readonly Dim[] => [
    anyRows ? 'rows' : (job.blocks?.room ?? shape[0]!),
    ...shape.slice(1),
  ];
  const x = input('x', resident(job.x), stepwise ? 'float32' : job.x.dtype);
  const y = input('y', resident(job.y), job.y.dtype);
  const plan = input('plan', ['steps', options.batch], 'int32');
  const scalarInputs = scalarNames.map(name => input(`scalar_${name}`, ['steps']));
  const initial = state.map(({ name, shape }) => input(name, shape));
  const noise = noisePoolFor(noiseNumbers(job, layers, members));
  const noisePool = noise && input('noise', [noise.rows, noise.width]);
  const noisePlan = noise && input('noise_plan', ['steps', options.batch, noise.draws], 'int32');
  const rowWeights = job.rowWeights && input('row_weights', resident(job.rowWeights));

  const step = (iteration: Value, before: readonly Value[]) => {
    const rows = gather(plan, iteration);
    const scalars = Object.fromEntries(scalarNames.map((name, i) => [name, gather(scalarInputs[i]!, iteration)]));
    const drawn =
      noisePool &&
      reshape(gather(noisePool, gather(noisePlan!, iteration)), [options.batch, noise.draws * noise.width]);
    const values = new Map(parameters.map((parameter, i) => [parameter.name, before[i]!]));
    const context = trainingContext(drawn, members);
    const built = forward(layers, encoded(gather(x, rows), job), values, context, name => isFrozen(job, name));
    const perRow = losses[tasks[job.target.task].loss].build(
      built.y,
      targetOf(gather(y, rows), built.y, job),
      options.smoothing,
    );
    const weighted = rowWeights ? mul(perRow, perMember(gather(rowWeights, rows), options.batch, members)) : perRow;
    // Members are independent networks: each keeps the gradient of its own mean loss.
    const rowsLearned = options.batch * shareLearned(job, members);
    const loss = scale(reshape(reduceSum(weighted, [...weighted.type.shape.keys()]), []), 1 / rowsLearned);
    const learned = parameters.filter(trained);
    const found = grad(
      loss,
      learned.map(parameter => values.get(parameter.name)!),
    );
    const gradients = learned.map((parameter, i) => found[i] ?? zeros({ dtype: 'float32', shape: parameter.shape }));
    const clipped = options.clip > 0 ? clipByNorm(gradients, options.clip, members) : gradients;
    const after = new Map<string, Value>(built.statistics);
    learned.forEach((parameter, i) => {
      const kept = optimizer.slots.map(
        slot => before[state.findIndex(({ name }) => name === `${parameter.name}:${slot}`)]!,
      );
      const update = optimizer.update(values.get(parameter.name)!, clipped[i]!, kept, {
        scalars,
        decays: parameter.role === 'weight',
        options: settings,
      });
      after.set(parameter.name, update.parameter);
      optimizer.slots.forEach((slot, k) => {
        after.set(`${parameter.name}:${slot}`, update.slots[k]!);
      });
    });
    const body = {
      state: state.map(({ name }, i) => after.get(name) ?? before[i]!),
      emit: [scale(loss, 1 / members)],
    };
    return lower(body, forms);
  };

  const told = { state, scalars: scalarNames, noise };
  const noiseInputs = noisePool ? [noisePool, noisePlan!] : [];
  const given = [x, y, plan, ...(rowWeights ? [rowWeights] : []), ...noiseInputs, ...scalarInputs, ...initial];
  const names = state.map(({ name }) => `${name}'`);
  if (stepwise) {
    const at = input('at', [], 'int32');
    const positions = input('positions', ['steps'], 'int32');
    const losses = input('losses', ['steps']);
    const { state: after, emit } = step(at, initial);
    const graph: Graph = {
      inputs: [...given, positions, at, losses],
      outputs: [...after, add(at, constant(i32([1], []))), where(equal(positions, at), emit[0]!, losses)],
    };
    return { model: encodeModel(graph, { outputs: [...names, "at'", "losses'"], name: 'training' }), ...told };
  }
  const { state: after, stacked } = loop(steps, initial, 'steps', step);
  const graph: Graph = { inputs: [steps, ...given], outputs: [...after, ...stacked] };
  return { model: encodeModel(graph, { outputs: [...names, 'losses'], name: 'training' }), ...told };
}

/** The share of the training rows that a member learns from, on average: 1 unless they are cross-fitted. */
export function shareLearned({ rowWeights, trainRows }: TrainingJob, members: number): number {
  if (!rowWeights) return 1;
  const weights = floats(rowWeights);
  let sum = 0;
  for (const row of trainRows) for (let member = 0; member < members; member++) sum += weights[row * members + member]!;
  return sum / (trainRows.length * members);
}

/** Rows as the first layer sees them. */
function encoded(x: Value, { pixels, columns }: Pick<TrainingJob, 'pixels' | 'columns'>): Value {
  if (pixels) return pixelGraph(pixels, x);
  return columns ? encoderGraph(columns, x) : x;
}

function targetOf(y: Value, output: Value, { target }: TrainingJob): Value {
  // What is not known of a forecast is taken to be as the network says: no error, no gradient.
  if (target.task === 'forecast') return where(isNan(y), output, y);
  if (target.task === 'regression') return y;
  if (target.task === 'binary') return castTo(y, 'float32');
  const codes = Int32Array.from(target.classes.keys());
  return castTo(equal(y, constant(i32(codes, [1, codes.length]), 'classes')), 'float32');
}

/** [batch, members] weights as [members, batch, 1] (or [batch, 1] without an ensemble). */
function perMember(weights: Value, batch: number, members: number): Value {
  return members === 1 ? weights : reshape(transpose(weights, [1, 0]), [members, batch, 1]);
}

/** Hands out consecutive columns of the drawn noise [batch, numbers], in the shape that is asked for. */
function trainingContext(drawn: Value | null, members: number): BuildContext {
  let next = 0;
  return {
    training: true,
    members,
    noise(dims) {
      const shape = dims as readonly number[];
      const [copies, batch, ...row] = members > 1 ? shape : [1, ...shape];
      const width = copies! * sizeOf(row);
      next += width;
      const columns = slice(drawn!, 1, next - width, next);
      if (copies === 1) return reshape(columns, shape);
      return transpose(reshape(columns, [batch!, copies!, ...row]), [1, 0, ...row.map((_, axis) => axis + 2)]);
    },
  };
}

/** How many numbers of noise one pass over the network asks for, for each row of a batch. */
function noiseNumbers(job: TrainingJob, layers: readonly PlacedLayer[], members: number): number {
  let numbers = 0;
  const parameters = new Map(parametersOf(layers).map(({ name, shape }) => [name, input(name, shape)]));
  const x = input('x', [1, ...job.inputShape]);
  forward(layers, x, parameters, {
    training: true,
    members,
    noise(shape) {
      numbers += sizeOf(shape as readonly number[]);
      return input('noise', shape);
    },
  });
  return numbers;
}

/**
 * Compiles x [N, …inputShape] → prediction [N, outputs], with the parameters as inputs. `unseen` takes seen [N, members]
 * too and averages only the members that have not seen a row; forecasts take their anchors.
 */
export function evaluationProgram(
  job: Pick<TrainingJob, 'x' | 'pixels' | 'columns' | 'target' | 'network' | 'anchors'>,
  layers: readonly PlacedLayer[],
  unseen = false,
): Uint8Array {
  const members = job.network.members ?? 1;
  const x = input('x', ['N', ...job.x.shape.slice(1)], job.x.dtype);
  const seen = input('seen', ['N', members]);
  const anchors = job.anchors && input('anchors', ['N', ...job.anchors.shape.slice(1)]);
  const parameters = new Map(parametersOf(layers).map(({ name, shape }) => [name, input(name, shape)]));
  const built = forward(layers, encoded(x, job), parameters, { ...inference, members });
  const memberWeights = unseen ? sub(scalar(1), seen) : undefined;
  const prediction = read(built.y, job.target, { memberWeights, anchors });
  const inputs = [x, ...(unseen ? [seen] : []), ...(anchors ? [anchors] : []), ...parameters.values()];
  const graph: Graph = { inputs, outputs: [prediction] };
  return encodeModel(graph, { outputs: ['prediction'], name: 'evaluation' });
}
