import { HillockError } from '../errors.ts';

/** Networks that read a sequence step by step. */
export const recurrentNames = ['rnn', 'gru', 'lstm'] as const;

/** Networks that have a recipe. */
export const modelNames = ['mlp', 'cnn', ...recurrentNames, 'linear'] as const;

export type ModelName = (typeof modelNames)[number];

/** Whether a model reads sequences only. */
export const isRecurrentName = (model: unknown): model is (typeof recurrentNames)[number] =>
  recurrentNames.some(name => name === model);

/** Throws `HillockError` kind `usage` for a model that reads sequences where there are none. */
export function refuseRecurrent(model: unknown, found: string): void {
  if (!isRecurrentName(model)) return;
  throw new HillockError(
    'usage',
    `--model ${model} reads sequences, this is ${found}`,
    'add --task forecast for a series; or name the layers yourself, with a reshape to [time, features] before them',
  );
}
