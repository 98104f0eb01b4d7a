/** How to train a forecast when a person says nothing: window, horizon, network and options. */
import type { Step, StepUnit } from '../data/index.ts';
import type { ForecastEncoding, SeriesEncoder } from '../features/index.ts';
import { conv1d, dropout, flatten, gru, kindOf, lstm, network, permute, rnn } from '../nn/index.ts';
import { isRecurrentName } from './model-name.ts';
import { networkFor, optionsFor, type Recipe, type RecipeOptions, type Size } from './recipe.ts';

/** A number and why it is that. */
export interface Chosen {
  readonly value: number;
  readonly reason: string;
}

/** Steps that a person looks ahead where no season tells. */
const usualHorizon: Readonly<Record<StepUnit, number>> = {
  second: 60,
  minute: 60,
  hour: 24,
  day: 7,
  week: 13,
  month: 12,
  quarter: 4,
  year: 5,
  row: 10,
};

/** The horizon unless told: a season, or what is usual for the step; at most a fifth of the series. */
export function chosenHorizon(step: Step, seasons: readonly number[], length: number): Chosen {
  const most = Math.max(1, Math.floor(length / 5));
  const [season] = seasons;
  const wanted = season ?? usualHorizon[step.unit];
  if (wanted > most) return { value: most, reason: `a fifth of the ${length} steps` };
  return { value: wanted, reason: season === undefined ? 'usual for this step' : 'a season' };
}

const longestWindow = 336;
/** Steps of the training part for each step of the window. */
const stepsPerWindowStep = 40;

/** The window unless told: twice the longest season that fits, more where there is much to learn from; a third of the training part at most. */
export function chosenWindow(seasons: readonly number[], length: number): Chosen {
  const most = Math.min(longestWindow, Math.floor(length / 3));
  const rich = Math.floor(length / stepsPerWindowStep);
  const longest = (times: number): number => Math.max(0, ...seasons.filter(steps => times * steps <= most));
  const season = longest(2) || longest(1);
  if (season === 0) {
    const value = Math.max(1, Math.min(most, Math.max(8, Math.min(rich, 96))));
    return { value, reason: `for ${length} steps without a season that fits` };
  }
  const count = Math.max(1, Math.min(Math.floor(most / season), Math.max(2, Math.floor(rich / season))));
  return { value: count * season, reason: `${count === 1 ? 'a season' : `${count} seasons`} of ${season}` };
}

/** The layout of the rows that a network takes: steps where its first layer with a say takes rows of several axes. */
export function layoutFor(model: RecipeOptions['model']): SeriesEncoder['layout'] {
  if (typeof model !== 'object') return 'list';
  const first = model.layers.map(kindOf).find(({ rows }) => rows !== undefined);
  return first && !first.rows!.some(axes => axes.length === 1) ? 'steps' : 'list';
}

const sequenceUnits = 32;
const recurrent = { rnn, gru, lstm };

/** The network of a name that reads the window step by step; any other model as it is. */
export function sequenceModel({
  model,
  hidden = [sequenceUnits],
  dropout: rate = 0,
}: RecipeOptions): RecipeOptions['model'] {
  const apart = rate > 0 ? [dropout(rate)] : [];
  if (isRecurrentName(model)) {
    return network(
      hidden.flatMap((units, i) => [recurrent[model](units, { returnSequences: i < hidden.length - 1 }), ...apart]),
    );
  }
  if (model !== 'cnn') return model;
  const blocks = hidden.flatMap(units => [conv1d(units, 3, 'relu', { padding: 'same' }), ...apart]);
  return network([permute([1, 0]), ...blocks, flatten()]);
}

const few: Size = {
  members: 8,
  hidden: [32, 32],
  dropout: 0.2,
  inputDropout: 0,
  learningRate: 2e-3,
  weightDecay: 0.3,
  smoothing: 0,
  largestBatch: 32,
  steps: 300,
};
const many: Size = {
  ...few,
  members: 2,
  hidden: [256, 256],
  learningRate: 1e-3,
  weightDecay: 0.1,
  largestBatch: 128,
  steps: 1500,
};
const manyRows = 2000;

const sizeFor = (rows: number): Size => (rows < manyRows ? few : many);

/** Whether members that learn from validation too have windows of their own: where there are few, that costs little. */
export const learnsApart = (rows: number): boolean => rows < manyRows;

/** The network and options for windows of series; `rows` = windows to learn from. */
export function seriesRecipe(
  target: ForecastEncoding,
  rows: number,
  inputShape: readonly number[],
  asked: RecipeOptions,
): Recipe {
  const size = sizeFor(rows);
  const batch = Math.min(rows, asked.batch ?? size.largestBatch);
  const epochs = asked.epochs ?? Math.max(10, Math.min(200, Math.round(size.steps / Math.ceil(rows / batch))));
  const members = asked.members ?? size.members;
  const own = asked.model === 'linear' ? { ...asked, model: network([]), members } : asked;
  return {
    network: networkFor(target, size, inputShape, null, own),
    options: optionsFor(target, { ...asked, epochs, batch }, size),
  };
}

/** Networks side by side for so many windows. */
export const membersFor = (rows: number, { members, model }: RecipeOptions): number =>
  members ?? (typeof model === 'object' ? (model.members ?? 1) : sizeFor(rows).members);
