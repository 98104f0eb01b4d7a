/** Trained models that are open, the last few that were asked for. Node only. */
import { stat } from 'node:fs/promises';
import { HillockError } from '../errors.ts';
import { load, type TrainedModel } from '../job/index.ts';
import { modelPath } from '../model/folder.ts';
import { createHandler, type Handler } from '../serve/index.ts';
import { inputReader } from '../serve/inputs/index.ts';
import type { Field } from '../serve/inputs/kind.ts';
import { knownFolder } from './run-id.ts';

export interface OpenModel {
  readonly folder: string;
  readonly model: TrainedModel;
  /** What a row of it has. */
  readonly fields: readonly Field[];
  /** Answers predictions as `hillock serve` does. */
  readonly answer: Handler;
}

export interface Models {
  /** The model of a run, opened anew when its file has changed; throws `HillockError` where it cannot be. */
  open(id: string): Promise<OpenModel>;
  close(): Promise<void>;
}

const most = 4;

export function models(runs: string): Models {
  const kept = new Map<string, { readonly stamp: string; readonly opened: Promise<OpenModel> }>();
  const forget = async (id: string): Promise<void> => {
    const old = kept.get(id);
    kept.delete(id);
    await old?.opened.then(
      async ({ answer, model }) => {
        await answer.drain();
        await model.close();
      },
      () => undefined,
    );
  };
  return {
    async open(id) {
      const folder = await knownFolder(runs, id);
      const file = await stat(await modelPath(folder)).catch(() => undefined);
      if (!file) throw new HillockError('data', `${id} holds no model yet`, 'wait until its training has ended');
      const stamp = `${file.mtimeMs} ${file.size} ${file.ino}`;
      const found = kept.get(id);
      if (found?.stamp === stamp) {
        kept.delete(id);
        kept.set(id, found);
        return found.opened;
      }
      if (found) void forget(id);
      const opened = openModel(folder);
      kept.set(id, { stamp, opened });
      opened.catch(() => kept.delete(id));
      for (const old of [...kept.keys()].slice(0, -most)) void forget(old);
      return opened;
    },
    async close() {
      await Promise.all([...kept.keys()].map(forget));
    },
  };
}

async function openModel(folder: string): Promise<OpenModel> {
  const model = await load(folder);
  const { fields } = inputReader(model.spec, { acceptUnknown: true });
  return { folder, model, fields, answer: createHandler(model, { acceptUnknown: true, allowDownload: true }) };
}
