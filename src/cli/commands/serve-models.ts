/** The models of a service: opened from their runs, and again when their files change. */
import { existsSync } from 'node:fs';
import { HillockError } from '../../errors.ts';
import type { Device } from '../../job/device.ts';
import { parseReport } from '../../job/report-schema.ts';
import { sessionOnThread } from '../../job/session-thread.ts';
import { encodeArtifact, encodePacked, inputNamesOf } from '../../model/artifact.ts';
import { modelName, modelStamp, readArtifact } from '../../model/folder.ts';
import type { Servable } from '../../serve/index.ts';

export interface OpenedModel {
  readonly name: string;
  readonly run: string;
  readonly device: Device | undefined;
  readonly model: Servable;
  /** What tells one version of the file from another. */
  readonly stamp: string;
  /** What its runtime had to say. */
  readonly notices: readonly string[];
  /** Whether it still answers. */
  alive(): boolean;
  close(): Promise<void>;
}

/** Opens a run for the service, each model on a thread of its own; throws `HillockError` kind `model-file`. */
export async function openServed(run: string, name: string, device?: Device): Promise<OpenedModel> {
  const stamp = (await modelStamp(run)) ?? '';
  const { spec, parameters, report } = await readArtifact(run);
  const { run: packed, notices, alive, close } = await sessionOnThread(encodePacked(spec, parameters), device ?? 'cpu');
  const read = parseReport(report);
  const toOnnx = (): Uint8Array => encodeArtifact(spec, parameters, report);
  return { name, run, device, stamp, model: { spec, report: read, packed, toOnnx }, notices, alive, close };
}

/** A run and the name under which it is served: `NAME=RUN`, or its own. */
function named(text: string): { readonly name: string; readonly run: string } {
  const [, name, run] = /^([\w.-]+)=(.+)$/s.exec(text) ?? [];
  return name === undefined || run === undefined || existsSync(text)
    ? { name: modelName(text), run: text }
    : { name, run };
}

/** Opens every run, each under a name of its own. */
export async function openAll(texts: readonly string[], device?: Device): Promise<readonly OpenedModel[]> {
  const runs = texts.map(named);
  const twice = runs.find(({ name }, i) => runs.findIndex(other => other.name === name) !== i);
  if (twice !== undefined)
    throw new HillockError(
      'usage',
      `two of these runs are called ${twice.name}`,
      `give one of them another name: other=${twice.run}`,
    );
  return Promise.all(runs.map(({ run, name }) => openServed(run, name, device)));
}

export interface Watch {
  /** Looks no more, and closes what is served. */
  close(): Promise<void>;
}

const lookEvery = 1000;

export interface WatchOptions {
  /** Takes the new model in the place of the old one. */
  readonly replace: (name: string, model: Servable) => Promise<void>;
  readonly say: (message: string, level?: 'info' | 'error') => void;
  /** Milliseconds that a request may still need an old model. */
  readonly linger: number;
}

/** What those who ask must know of a new model: that it answers another question, or takes other columns. */
function otherwise({ spec: before }: Servable, { spec: after }: Servable): string {
  const columns = ({ input }: Servable['spec']): string => inputNamesOf(input).join(', ');
  const told = [
    ...(before.target.name === after.target.name && before.target.task === after.target.task
      ? []
      : [`it predicts ${after.target.name} (${after.target.task}), the old one ${before.target.name}`]),
    ...(columns(before) === columns(after) ? [] : [`it takes ${columns(after)}`]),
  ];
  return told.length > 0 ? `: note that ${told.join(', and ')}` : '';
}

/** Looks for changed model files and for models that ended; a new one is handed to `replace`, and the old one closed a while after. */
export function watchModels(models: readonly OpenedModel[], { replace, say, linger }: WatchOptions): Watch {
  const current = new Map(models.map(model => [model.name, model]));
  const old = new Set<OpenedModel>();
  const refused = new Map<string, string>();
  const look = async (now: OpenedModel): Promise<void> => {
    const stamp = await modelStamp(now.run);
    const lives = now.alive();
    if (stamp === undefined || (lives && stamp === now.stamp) || stamp === refused.get(now.name)) return;
    if (!lives) say(`${now.name}: its thread has ended; it is opened again`);
    let next: OpenedModel | undefined;
    try {
      next = await openServed(now.run, now.name, now.device);
      await replace(now.name, next.model);
      current.set(now.name, next);
      old.add(now);
      say(`${now.name}: the new ${now.run} is served${otherwise(now.model, next.model)}`);
      setTimeout(() => {
        old.delete(now);
        void now.close().catch(() => undefined);
      }, linger).unref();
    } catch (error) {
      refused.set(now.name, stamp);
      await next?.close().catch(() => undefined);
      say(`${now.name}: the new ${now.run} is not served, the old one stays: ${(error as Error).message}`, 'error');
    }
  };
  let looking: Promise<unknown> | undefined;
  const timer = setInterval(() => {
    looking ??= Promise.all([...current.values()].map(look)).finally(() => {
      looking = undefined;
    });
  }, lookEvery);
  return {
    async close() {
      clearInterval(timer);
      await looking;
      await Promise.all([...current.values(), ...old].map(model => model.close()));
    },
  };
}
