import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { cardText, type Gate, judge, type ModelCard, modelCard } from '../../deploy/index.ts';
import { HillockError } from '../../errors.ts';
import { modelPath } from '../../model/folder.ts';
import { json } from '../answer.ts';
import { resultOf } from '../command.ts';
import type { Endpoint } from '../endpoints.ts';
import { given } from '../given.ts';
import type { Route } from '../route.ts';
import { knownFolder } from '../run-id.ts';
import type { Workplace } from '../workplace.ts';

/** An endpoint, and what it has done. */
export interface EndpointState {
  readonly endpoint: Endpoint | null;
  readonly requests: number;
  readonly refused: number;
  /** Seconds at the half and at 99 of 100 requests, as far as the buckets of its histogram tell. */
  readonly p50: number | null;
  readonly p99: number | null;
}

export interface CardAnswer {
  readonly card: Omit<ModelCard, 'seal'>;
  readonly text: string;
}

/** What came of a deployment: a folder, or the conditions that do not hold. */
export interface DeployAnswer {
  readonly deployed: boolean;
  readonly to: string;
  readonly gate: Gate;
  readonly files?: readonly string[];
}

const serveSchema = z.object({ port: z.int().min(0).max(65_535).default(0) });
const deploySchema = z.object({ to: z.string().min(1), conditions: z.array(z.string()).default([]) });

async function cardOf(id: string, { models }: Workplace): Promise<CardAnswer> {
  const { folder, model, fields } = await models.open(id);
  const { report, spec } = model;
  if (!report) throw new HillockError('model-file', `${id} holds no report that can be read`, 'train it anew');
  const file = await readFile(await modelPath(folder));
  const known = {
    file: 'model.onnx',
    sha256: createHash('sha256').update(file).digest('hex'),
    bytes: file.length,
  };
  const inputs = fields.map(({ name, about }) => ({ name, about }));
  const card = {
    ...modelCard({ name: id, spec, report, gate: judge(report, []), inputs, model: known }),
    files: { [known.file]: known.sha256 },
  };
  return { card, text: cardText(card) };
}

async function stateOf(id: string, { endpoints }: Workplace): Promise<EndpointState> {
  const endpoint = endpoints.of(id);
  const none = { endpoint, requests: 0, refused: 0, p50: null, p99: null };
  if (!endpoint) return none;
  const text = await fetch(`${endpoint.url}/metrics`).then(
    answer => answer.text(),
    () => '',
  );
  return { endpoint, ...measured(text) };
}

const line = /^hillock_(requests_total|request_duration_seconds_bucket)\{([^}]*)\} (\d+)$/gm;
const label = (labels: string, name: string): string => labels.match(new RegExp(`${name}="([^"]*)"`))?.[1] ?? '';

/** Reads what matters out of the metrics of a service. */
export function measured(metrics: string): Omit<EndpointState, 'endpoint'> {
  let requests = 0;
  let refused = 0;
  const buckets = new Map<number, number>();
  for (const [, name, labels = '', count] of metrics.matchAll(line)) {
    if (!label(labels, 'route').endsWith('/predict')) continue;
    if (name === 'requests_total') {
      requests += Number(count);
      if (!label(labels, 'code').startsWith('2')) refused += Number(count);
    } else {
      const limit = label(labels, 'le') === '+Inf' ? Infinity : Number(label(labels, 'le'));
      buckets.set(limit, (buckets.get(limit) ?? 0) + Number(count));
    }
  }
  const limits = [...buckets].sort(([a], [b]) => a - b);
  const all = limits.at(-1)?.[1] ?? 0;
  const at = (share: number): number | null => {
    const found = all === 0 ? undefined : limits.find(([, count]) => count >= share * all)?.[0];
    return found === undefined || !Number.isFinite(found) ? null : found;
  };
  return { requests, refused, p50: at(0.5), p99: at(0.99) };
}

export const deployRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/api/runs/{id}/serve',
    about: 'Whether the run has an endpoint, and what it has answered.',
    handle: async ({ param }, place) => json(await stateOf(param('id'), place)),
  },
  {
    method: 'POST',
    path: '/api/runs/{id}/serve',
    about: 'Starts an endpoint: hillock serve, until the studio ends.',
    async handle(call, place) {
      const { port } = given(serveSchema, call.request.body ? await call.json() : {});
      await place.endpoints.start(call.param('id'), port);
      return json(await stateOf(call.param('id'), place), 201);
    },
  },
  {
    method: 'DELETE',
    path: '/api/runs/{id}/serve',
    about: 'Stops the endpoint; what it has accepted is answered.',
    async handle({ param }, place) {
      await place.endpoints.stop(param('id'));
      return json(await stateOf(param('id'), place));
    },
  },
  {
    method: 'GET',
    path: '/api/runs/{id}/card',
    about: 'The model card, as data and as Markdown.',
    handle: async ({ param }, place) => json(await cardOf(param('id'), place)),
  },
  {
    method: 'POST',
    path: '/api/runs/{id}/deploy',
    about: 'Writes a folder that serves the model, if it is good enough: hillock deploy.',
    async handle(call, { runs, command, folder }) {
      const { to, conditions } = given(deploySchema, await call.json());
      const run = await knownFolder(runs, call.param('id'));
      const asked = conditions.map(condition => `--if=${condition}`);
      const { event: _, ...result } = await resultOf(
        command,
        ['deploy', `--to=${to}`, ...asked, '--', run],
        folder,
        call.request.signal,
      );
      return json(result);
    },
  },
];
