/** Trainings that the studio starts: the command line's own, each a program that goes on when the studio ends. Node only. */
import { spawn } from 'node:child_process';
import { mkdir, open, readFile, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { HillockError } from '../errors.ts';
import { folderFor, isTraining, trainerOf } from '../job/index.ts';
import { runFiles, writeWhole } from '../model/index.ts';
import { errorOf, parseEvent, resultOf, words } from './command.ts';
import { givenSchema, typed } from './fields.ts';
import { asEvents, history } from './history.ts';
import type { StudioOptions } from './options.ts';
import { type Line, tail } from './tail.ts';

/** What `POST /api/train` and `POST /api/plan` take. */
export const requestSchema = z.object({
  source: z.string().min(1),
  options: givenSchema.default({}),
  /** Layers of one's own, in the place of the option `model`. */
  layers: z.array(z.unknown()).optional(),
});
export type TrainRequest = z.infer<typeof requestSchema>;

export interface Trainings {
  /** Starts `hillock train`; gives the name of the run. */
  start(request: TrainRequest): Promise<string>;
  /** What a training would be: `hillock train --dry-run`. */
  plan(request: TrainRequest, signal: AbortSignal): Promise<object>;
  /** Ends it with a checkpoint. */
  stop(id: string): Promise<void>;
  resume(id: string): Promise<void>;
  /** Whether it runs, also one that the studio did not start. */
  alive(id: string): Promise<boolean>;
  /** What it was asked for, where the studio started it. */
  asked(id: string): Promise<TrainRequest | null>;
  /** The error it ended with, where it did. */
  failure(id: string): Promise<HillockError | null>;
  /** What it told since the line `after`, and what it will tell. */
  events(id: string, after: number, signal: AbortSignal): AsyncIterable<readonly Line[]>;
  forget(id: string): Promise<void>;
  /** Runs that were asked for and have no file of their own yet. */
  starting(): readonly string[];
}

export function trainings({ folder, runs, command, trainFields }: StudioOptions, own: string): Trainings {
  const told = join(own, 'runs');
  const log = (id: string): string => join(told, `${id}.jsonl`);
  const request = (id: string): string => join(told, `${id}.json`);
  const running = new Map<string, number>();

  const spawned = async (id: string, args: readonly string[]): Promise<void> => {
    await mkdir(told, { recursive: true });
    const file = await open(log(id), 'a');
    try {
      const child = spawn(command[0]!, words(command, ['train', ...args]), {
        cwd: folder,
        detached: true,
        stdio: ['ignore', file.fd, 'ignore'],
      });
      await new Promise<void>((resolve, reject) => {
        child.once('spawn', resolve);
        child.once('error', reject);
      });
      running.set(id, child.pid!);
      child.once('exit', () => running.delete(id));
      child.unref();
    } finally {
      await file.close();
    }
  };
  const argsOf = async ({ source, options, layers }: TrainRequest, name: string): Promise<readonly string[]> => {
    if (layers === undefined) return [...typed(options, trainFields), '--', source];
    const path = join(told, `${name}.model.json`);
    await mkdir(told, { recursive: true });
    await writeWhole(path, JSON.stringify({ layers }));
    return [...typed({ ...options, model: path }, trainFields), '--', source];
  };
  const alive = async (id: string): Promise<boolean> => running.has(id) || isTraining(join(runs, id));

  return {
    async start(asked) {
      const run = await folderFor(runs, asked.source);
      const id = basename(run);
      const args = await argsOf(asked, id);
      await writeWhole(request(id), JSON.stringify(asked));
      await spawned(id, [`--out=${run}`, ...args]);
      return id;
    },
    async plan(asked, signal) {
      const name = `plan-${crypto.randomUUID()}`;
      const args = await argsOf(asked, name);
      try {
        const { event: _, ...planned } = await resultOf(command, ['train', '--dry-run', ...args], folder, signal);
        return planned;
      } finally {
        await rm(join(told, `${name}.model.json`), { force: true });
      }
    },
    async stop(id) {
      const pid = running.get(id) ?? (await trainerOf(join(runs, id)));
      if (pid === undefined) throw new HillockError('usage', `${id} is not training`);
      process.kill(pid, 'SIGINT');
    },
    async resume(id) {
      if (await alive(id)) throw new HillockError('usage', `${id} is training already`);
      const history = await readFile(join(runs, id, runFiles.history), 'utf8').catch(() => '');
      const before = await readFile(log(id), 'utf8').catch(() => undefined);
      if (before === undefined) await writeWhole(log(id), asEvents(history));
      await spawned(id, [`--resume=${join(runs, id)}`]);
    },
    alive,
    async asked(id) {
      const text = await readFile(request(id), 'utf8').catch(() => undefined);
      return text === undefined ? null : (requestSchema.safeParse(JSON.parse(text)).data ?? null);
    },
    async failure(id) {
      if (await alive(id)) return null;
      const lines = (await readFile(log(id), 'utf8').catch(() => '')).trimEnd().split('\n');
      const last = parseEvent(lines.at(-1) ?? '');
      return last?.event === 'error' ? errorOf(last) : null;
    },
    async *events(id, after, signal) {
      const there = await readFile(log(id)).then(
        () => true,
        () => false,
      );
      if (there) yield* tail(log(id), after, () => alive(id), signal);
      else yield* history(join(runs, id), after, () => alive(id), signal);
    },
    async forget(id) {
      await Promise.all([log(id), request(id), join(told, `${id}.model.json`)].map(path => rm(path, { force: true })));
    },
    starting: () => [...running.keys()],
  };
}
