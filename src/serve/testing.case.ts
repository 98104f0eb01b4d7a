/** What tests of the service share: models that were never trained, behind a handler. */

import type { ModelSpec, Parameters } from '../model/index.ts';
import { encodeArtifact } from '../model/index.ts';
import { type Predictor, predictor } from '../model/model.ts';
import { type Untrained, untrained } from '../model/testing.case.ts';
import { nodeRuntime } from '../runtime/node.ts';
import type { HandlerOptions, Servable } from './index.ts';
import { createHandler } from './index.ts';

export interface Opened {
  readonly model: Servable;
  readonly predictor: Predictor;
}

export async function servable(spec: ModelSpec, parameters: Parameters): Promise<Opened> {
  const opened = await predictor(spec, parameters, await nodeRuntime({ threads: 1 }));
  const toOnnx = (): Uint8Array => encodeArtifact(spec, parameters);
  return { model: { spec, report: null, packed: opened.packed, toOnnx }, predictor: opened };
}

/** A handler before an untrained model of a task. */
export async function handlerOf(task: 'binary' | 'multiclass' | 'regression', options: HandlerOptions = {}) {
  const made: Untrained = untrained(task);
  const opened = await servable(made.spec, made.parameters);
  return { ...opened, ...made, handler: createHandler(opened.model, options) };
}

/** A record that the models of `untrained` take. */
export const record = { size: 120.5, count: 2, colour: 'Grün', built: '2015-03-01' };

export const post = (path: string, body: unknown, headers: Record<string, string> = {}): Request =>
  new Request(`http://service${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' || body instanceof Uint8Array ? (body as BodyInit) : JSON.stringify(body),
  });

export const get = (path: string, headers: Record<string, string> = {}): Request =>
  new Request(`http://service${path}`, { headers });
