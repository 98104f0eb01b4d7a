import { readFile, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { HillockError } from '../../errors.ts';
import { parseHistory } from '../../job/checkpoint.ts';
import { judgedPart, keptEpochs, listRuns, type Report, type RunEntry, type Score, scoreOf } from '../../job/index.ts';
import { runFiles } from '../../model/index.ts';
import type { EpochRecord } from '../../train/index.ts';
import { json } from '../answer.ts';
import { askedOf } from '../asked.ts';
import type { Endpoint } from '../endpoints.ts';
import type { Route } from '../route.ts';
import { knownFolder } from '../run-id.ts';
import type { TrainRequest } from '../trainings.ts';
import type { Workplace } from '../workplace.ts';

/** A run in the list. */
export interface RunRow extends Omit<RunEntry, 'report'> {
  readonly id: string;
  readonly task: Report['task'] | null;
  readonly parameters: number | null;
  readonly seconds: number | null;
  readonly epochs: number | null;
  readonly seed: number | null;
  readonly score: Score | null;
}

/** Everything that is known of one run. */
export interface RunDetail extends RunRow {
  readonly report: Report | null;
  readonly history: readonly EpochRecord[];
  /** What it was asked for, as the studio asks for it. */
  readonly asked: TrainRequest | null;
  readonly failure: { readonly kind: string; readonly message: string; readonly hint: string | null } | null;
  /** Epochs whose states are kept. */
  readonly keptEpochs: readonly number[];
  readonly endpoint: Endpoint | null;
  /** The part it is judged by. */
  readonly part: keyof Report['rows'] | null;
}

export function rowOf({ report, ...entry }: RunEntry): RunRow {
  const { task = null, parameters = null, seconds = null, epochs = null, seed = null } = report ?? {};
  const score = scoreOf({ report, ...entry }) ?? null;
  return { ...entry, id: basename(entry.folder), task, parameters, seconds, epochs, seed, score };
}

const waiting = (folder: string): RunEntry => ({
  folder,
  state: 'training',
  changed: new Date().toISOString(),
  bytes: 0,
  source: null,
  target: null,
  report: null,
});

async function all({ runs, trainings }: Workplace): Promise<readonly RunEntry[]> {
  const found = await listRuns(runs).catch(() => []);
  const started = new Set(trainings.starting());
  const known = new Set(found.map(({ folder }) => basename(folder)));
  const fresh = [...started].filter(id => !known.has(id));
  // Its lock is there a moment after its program.
  const goesOn = (run: RunEntry): boolean => run.state === 'interrupted' && started.has(basename(run.folder));
  return [
    ...fresh.map(id => waiting(join(runs, id))),
    ...found.map(run => (goesOn(run) ? { ...run, state: 'training' as const } : run)),
  ];
}

async function detail(id: string, place: Workplace): Promise<RunDetail> {
  const { trainings, endpoints, runs } = place;
  const failure = await trainings.failure(id);
  const entry = (await all(place)).find(({ folder }) => basename(folder) === id);
  if (!entry && !failure) throw new HillockError('data', `there is no run ${id}`, 'it may have been deleted');
  const run = entry ?? { ...waiting(join(runs, id)), state: 'broken' as const };
  const history = parseHistory(await readFile(join(run.folder, runFiles.history), 'utf8').catch(() => ''));
  return {
    ...rowOf(run),
    report: run.report,
    history,
    asked: (await trainings.asked(id)) ?? (await askedOf(run.folder, place)),
    keptEpochs: await keptEpochs(run.folder),
    failure: failure && { kind: failure.kind, message: failure.message, hint: failure.hint ?? null },
    endpoint: endpoints.of(id),
    part: run.report && judgedPart(run.report.rows),
  };
}

export const runRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/api/runs',
    about: 'The runs, newest first.',
    handle: async (_, place) => json({ runs: (await all(place)).map(rowOf) }),
  },
  {
    method: 'GET',
    path: '/api/runs/{id}',
    about: 'One run: its report, its history, what it was asked for.',
    handle: async (call, place) => json(await detail(call.param('id'), place)),
  },
  {
    method: 'DELETE',
    path: '/api/runs/{id}',
    about: 'Deletes the folder of a run.',
    async handle(call, place) {
      const id = call.param('id');
      const folder = await knownFolder(place.runs, id);
      if (await place.trainings.alive(id)) throw new HillockError('usage', `${id} is training`, 'stop it first');
      const known = (await listRuns(place.runs)).some(run => run.folder === folder);
      if (!known) throw new HillockError('data', `${id} holds no run, so it is not deleted`);
      await place.endpoints.stop(id);
      await rm(folder, { recursive: true });
      await place.trainings.forget(id);
      return json({ deleted: id });
    },
  },
];
