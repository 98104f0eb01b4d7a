/** The models of a service: opened from their runs, and again when their files change. */
import { stat } from 'node:fs/promises';
import { HillockError } from '../../errors.ts';
import { parseReport } from '../../job/report-schema.ts';
import { sessionOnThread } from '../../job/session-thread.ts';
import { encodeArtifact, encodePacked } from '../../model/artifact.ts';
import { modelName, modelPath, readArtifact } from '../../model/folder.ts';
import type { Servable } from '../../serve/index.ts';

export interface OpenedModel {
  readonly name: string;
  readonly run: string;
  readonly model: Servable;
  /** What tells one version of the file from another. */
  readonly stamp: string;
  close(): Promise<void>;
}

/** What tells one version of a run's model file from another; undefined where there is none. */
async function stampOf(run: string): Promise<string | undefined> {
  const file = await stat(await modelPath(run).catch(() => run)).catch(() => undefined);
  return file && `${file.mtimeMs} ${file.size} ${file.ino}`;
}

/** Opens a run for the service, each model on a thread of its own; throws `HillockError` kind `model-file`. */
export async function openServed(run: string, name: string): Promise<OpenedModel> {
  const stamp = (await stampOf(run)) ?? '';
  const { spec, parameters, report } = await readArtifact(run);
  const { run: packed, close } = await sessionOnThread(encodePacked(spec, parameters), 'cpu');
  const read = parseReport(report);
  const toOnnx = (): Uint8Array => encodeArtifact(spec, parameters, report);
  return { name, run, stamp, model: { spec, report: read, packed, toOnnx }, close };
}

/** Opens every run, each under a name of its own. */
export async function openAll(runs: readonly string[]): Promise<readonly OpenedModel[]> {
  const names = runs.map(modelName);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined)
    throw new HillockError('usage', `two of these runs are called ${twice}`, 'rename the folder of one of them');
  return Promise.all(runs.map((run, i) => openServed(run, names[i]!)));
}

export interface Watch {
  /** Looks no more, and closes what is served. */
  close(): Promise<void>;
}

const lookEvery = 1000;

/** Looks for changed model files; a new one is handed to `replace`, and the old one closed a while after that took it. */
export function watchModels(
  models: readonly OpenedModel[],
  replace: (name: string, model: Servable) => Promise<void>,
  say: (message: string) => void,
): Watch {
  const current = new Map(models.map(model => [model.name, model]));
  const refused = new Map<string, string>();
  const look = async (old: OpenedModel): Promise<void> => {
    const stamp = await stampOf(old.run);
    if (stamp === undefined || stamp === old.stamp || stamp === refused.get(old.name)) return;
    let next: OpenedModel | undefined;
    try {
      next = await openServed(old.run, old.name);
      await replace(old.name, next.model);
      current.set(old.name, next);
      say(`${old.name}: the new ${old.run} is served`);
      // Its last answers may still be on their way.
      setTimeout(() => void old.close().catch(() => undefined), 60_000).unref();
    } catch (error) {
      refused.set(old.name, stamp);
      await next?.close().catch(() => undefined);
      say(`${old.name}: the new ${old.run} is not served, the old one stays: ${(error as Error).message}`);
    }
  };
  let looking = false;
  const timer = setInterval(() => {
    if (looking) return;
    looking = true;
    void Promise.all([...current.values()].map(look)).finally(() => {
      looking = false;
    });
  }, lookEvery);
  return {
    async close() {
      clearInterval(timer);
      await Promise.all([...current.values()].map(model => model.close()));
    },
  };
}
