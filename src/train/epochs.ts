/** Epochs, whoever makes their steps: how they begin, what they are known by, which is the best and when training ends. */
import { HillockError } from '../errors.ts';
import { floats, sizeOf } from '../graph/index.ts';
import { initialise, type PlacedLayer, parameterCount, parametersOf } from '../nn/index.ts';
import { calmerRate, schedules } from '../optim/index.ts';
import { random } from '../random.ts';
import type { Evaluator } from './evaluate.ts';
import type { Goal, TrainingJob } from './job.ts';
import { metricNamed, type Scores } from './metric.ts';
import { carriedArrays } from './program.ts';
import { scoreOfRows, scoreRows } from './score-rows.ts';
import type { EpochRecord, FitState } from './state.ts';
import { outputsOf, tasks } from './task.ts';

export interface FitResult {
  /** Parameters of the best epoch, by name. */
  readonly parameters: ReadonlyMap<string, Float32Array>;
  readonly bestEpoch: number;
  readonly history: readonly EpochRecord[];
  readonly stopped: 'epochs' | 'patience' | 'goal' | 'interrupted';
  readonly steps: number;
  /** Time inside this call, and rows seen a second of it by the training program alone. */
  readonly seconds: number;
  readonly samplesPerSecond: number;
  readonly parameterCount: number;
  /** What made the steps, where it was not the runtime that makes predictions. */
  readonly device?: string | undefined;
  /** Predictions [rows, outputs] of each part by the best parameters, validation by members that have not seen the row; empty when interrupted. */
  readonly predictions: Readonly<Record<Part, Float32Array>>;
}

export type Part = 'train' | 'validation' | 'test';

/** The learning rate of a step, counted from 0, of so many. */
export const learningRateAt = ({ options }: TrainingJob, step: number, steps: number): number =>
  options.learningRate * schedules[options.schedule].factor(step / steps);

/** The state before the first step. */
export function freshState(job: TrainingJob, layers: readonly PlacedLayer[]): FitState {
  const initial = initialise(layers, random(job.options.seed));
  const arrays = new Map(
    carriedArrays(job, layers).map(({ name, shape }) => {
      const given = job.initial?.get(name);
      if (given) return [name, given.slice()];
      const tensor = initial.get(name);
      return [name, tensor ? floats(tensor) : new Float32Array(sizeOf(shape))];
    }),
  );
  return { step: 0, arrays, lossSum: 0, best: null, history: [] };
}

/** What an epoch that ends with this state is known by. */
export async function epochRecord(
  job: TrainingJob,
  state: FitState,
  layers: readonly PlacedLayer[],
  evaluate: Evaluator,
  stepsPerEpoch: number,
  steps: number,
  seconds: number,
): Promise<EpochRecord> {
  const validation =
    job.validationRows.length > 0 ? await validate(job, evaluate, parametersIn(layers, state.arrays)) : {};
  return {
    epoch: state.step / stepsPerEpoch,
    step: state.step,
    loss: state.lossSum / stepsPerEpoch,
    validation,
    learningRate: learningRateAt(job, state.step - 1, steps),
    seconds,
  };
}

async function validate(
  job: TrainingJob,
  evaluate: Evaluator,
  parameters: ReadonlyMap<string, Float32Array>,
): Promise<Scores> {
  const predictions = await evaluate.predictUnseen(job.validationRows, parameters);
  return scoreRows(job, job.validationRows, predictions);
}

function parametersIn(
  layers: readonly PlacedLayer[],
  arrays: ReadonlyMap<string, Float32Array>,
): ReadonlyMap<string, Float32Array> {
  return new Map(parametersOf(layers).map(({ name }) => [name, arrays.get(name)!]));
}

const monitorOf = ({ options, target }: TrainingJob): string => options.monitor || tasks[target.task].monitor;

/** Throws `HillockError` kind `usage` when the metric that is to choose the best epoch is not defined on the validation rows. */
export function checkMonitor(job: TrainingJob): void {
  const { validationRows: rows, target } = job;
  const name = monitorOf(job);
  const metric = metricNamed(name);
  if (rows.length === 0 || !metric) return;
  const any = new Float32Array(rows.length * outputsOf(target)).fill(0.5);
  if (metric.tasks.includes(target.task) && Number.isFinite(scoreOfRows(job, rows, any, metric))) return;
  const defined = Object.keys(scoreRows(job, rows, any));
  throw new HillockError(
    'usage',
    `${name} cannot choose the best epoch: it is not defined on the ${rows.length} validation rows`,
    defined.length > 0
      ? `choose by one that is, such as monitor ${defined.includes(tasks[target.task].monitor) ? tasks[target.task].monitor : defined[0]}`
      : 'hold out other rows, or none: --validation 0',
  );
}

/** The score that chooses the best epoch, as "lower is better"; the last epoch where nothing is held out. */
function rank(job: TrainingJob, record: EpochRecord): number {
  const name = monitorOf(job);
  const value = record.validation[name];
  if (value === undefined) return job.validationRows.length === 0 ? -record.epoch : Number.POSITIVE_INFINITY;
  return metricNamed(name)?.better === 'higher' ? -value : value;
}

/** The state with a finished epoch, which is the best one or not. */
export function withEpoch(
  job: TrainingJob,
  layers: readonly PlacedLayer[],
  state: FitState,
  record: EpochRecord,
): FitState {
  const current = rank(job, record);
  const better =
    state.best === null || current < state.best.score || goalsReached(job.options.until, record.validation);
  const best = better
    ? { epoch: record.epoch, score: current, arrays: parametersIn(layers, state.arrays) }
    : state.best;
  return { ...state, lossSum: 0, best, history: [...state.history, record] };
}

/** Whether there are goals and the scores meet every one. */
export function goalsReached(goals: readonly Goal[], scores: Scores): boolean {
  return (
    goals.length > 0 &&
    goals.every(({ metric, sign, level }) => {
      const value = scores[metric];
      return value !== undefined && (sign === '>=' ? value >= level : value <= level);
    })
  );
}

/** Why training ends with this state; null = it goes on. */
export function stopReason(job: TrainingJob, state: FitState, stepsPerEpoch: number): FitResult['stopped'] | null {
  const { patience, until, epochs } = job.options;
  const last = state.history.at(-1);
  if (!last || state.step % stepsPerEpoch !== 0) return null;
  if (goalsReached(until, last.validation)) return 'goal';
  if (patience > 0 && state.best && last.epoch - state.best.epoch >= patience) return 'patience';
  return state.step >= epochs * stepsPerEpoch ? 'epochs' : null;
}

/** The error of a loss or weights that are not finite after a step. */
export function diverged(
  job: TrainingJob,
  what: 'loss' | 'weights',
  step: number,
  stepsPerEpoch: number,
): HillockError {
  const found = what === 'loss' ? 'the loss is not a finite number' : 'the weights are not finite numbers';
  return new HillockError(
    'diverged',
    `training diverged: ${found} at step ${step} (epoch ${Math.ceil(step / stepsPerEpoch)})`,
    `the learning rate ${job.options.learningRate} is probably too large: try ${calmerRate(job.options.learningRate)}, or limit the gradients with --clip 1`,
  );
}

/** What a training that ends with this state leaves. */
export async function concluded(
  job: TrainingJob,
  layers: readonly PlacedLayer[],
  evaluate: Evaluator,
  state: FitState,
  stopped: FitResult['stopped'],
  pace: Pick<FitResult, 'seconds' | 'samplesPerSecond' | 'device'>,
): Promise<FitResult> {
  const parameters = state.best?.arrays ?? parametersIn(layers, state.arrays);
  const none = { train: new Float32Array(), validation: new Float32Array(), test: new Float32Array() };
  const predictions =
    stopped === 'interrupted'
      ? none
      : {
          train: await evaluate.predict(job.trainRows, parameters),
          validation: await evaluate.predictUnseen(job.validationRows, parameters),
          test: await evaluate.predict(job.testRows, parameters),
        };
  return {
    parameters,
    predictions,
    bestEpoch: state.best?.epoch ?? state.history.length,
    history: state.history,
    stopped,
    steps: state.step,
    ...pace,
    parameterCount: parameterCount(layers),
  };
}
