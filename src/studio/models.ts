/** Trained models that are open, the last few that were asked for. Node only. */
import { load, type TrainedModel } from '../job/index.ts';
import { createHandler, type Handler } from '../serve/index.ts';
import { inputReader } from '../serve/inputs/index.ts';
import type { Field } from '../serve/inputs/kind.ts';
import { type Kept, kept } from './kept.ts';

export interface OpenModel {
  readonly folder: string;
  readonly model: TrainedModel;
  /** What a row of it has. */
  readonly fields: readonly Field[];
  /** Answers predictions as `hillock serve` does. */
  readonly answer: Handler;
}

/** Opened for predictions; the last four are kept. */
export const models = (runs: string): Kept<OpenModel> =>
  kept(runs, 4, openModel, async ({ answer, model }) => {
    await answer.drain();
    await model.close();
  });

async function openModel(folder: string): Promise<OpenModel> {
  const model = await load(folder);
  const { fields } = inputReader(model.spec, { acceptUnknown: true });
  return { folder, model, fields, answer: createHandler(model, { acceptUnknown: true, allowDownload: true }) };
}
