/** Trainings that the studio starts: the command line's own, each a program that goes on when the studio ends. Node only. */
import { spawn } from 'node:child_process';
import { access, mkdir, open, readFile, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { HillockError } from '../errors.ts';
import { folderFor, isTraining, trainerOf } from '../job/index.ts';
import { runFiles, writeWhole } from '../model/index.ts';
import { begun, errorOf, parseEvent, resultOf, words } from './command.ts';
import { givenSchema, typed } from './fields.ts';
import { asEvents, history } from './history.ts';
import type { StudioOptions } from './options.ts';
import { knownFolder } from './run-id.ts';
import { type Line, lastLine, tail } from './tail.ts';

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
  const resuming = new Set<string>();

  const spawned = async (id: string, args: readonly string[]): Promise<void> => {
    await mkdir(told, { recursive: true });
    const file = await open(log(id), 'a');
    try {
      const child = spawn(command[0]!, words(command, ['train', ...args]), {
        cwd: folder,
        detached: true,
        stdio: ['ignore', file.fd, 'ignore'],
      });
      await begun(child, folder);
      running.set(id, child.pid!);
      child.once('exit', () => {
        if (running.get(id) === child.pid) running.delete(id);
      });
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
  const there = (path: string): Promise<boolean> =>
    access(path).then(
      () => true,
      () => false,
    );
  const forget = async (id: string): Promise<void> => {
    await Promise.all([log(id), request(id), join(told, `${id}.model.json`)].map(path => rm(path, { force: true })));
  };

  return {
    async start(asked) {
      const run = await folderFor(runs, asked.source);
      const id = basename(run);
      try {
        const args = await argsOf(asked, id);
        await writeWhole(request(id), JSON.stringify(asked));
        await spawned(id, [`--out=${run}`, ...args]);
      } catch (error) {
        await Promise.all([forget(id), rm(run, { recursive: true, force: true })]);
        throw error;
      }
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
      if (pid === undefined || !interrupted(pid)) throw new HillockError('usage', `${id} is not training`);
    },
    async resume(id) {
      const already = new HillockError('usage', `${id} is training already`);
      if (resuming.has(id)) throw already;
      resuming.add(id);
      try {
        const run = await knownFolder(runs, id);
        if (await alive(id)) throw already;
        const history = await readFile(join(run, runFiles.history), 'utf8').catch(() => '');
        if (!(await there(log(id)))) await writeWhole(log(id), asEvents(history));
        await spawned(id, [`--resume=${run}`]);
      } finally {
        resuming.delete(id);
      }
    },
    alive,
    async asked(id) {
      const text = await readFile(request(id), 'utf8').catch(() => undefined);
      return text === undefined ? null : requestIn(text);
    },
    async failure(id) {
      if (await alive(id)) return null;
      const last = parseEvent(await lastLine(log(id)).catch(() => ''));
      return last?.event === 'error' ? errorOf(last) : null;
    },
    async *events(id, after, signal) {
      if (await there(log(id))) yield* tail(log(id), after, () => alive(id), signal);
      else yield* history(join(runs, id), after, () => alive(id), signal);
    },
    forget,
    starting: () => [...running.keys()],
  };
}

/** What a file tells that a run was asked for; null where it was cut off. */
function requestIn(text: string): TrainRequest | null {
  try {
    return requestSchema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

/** Tells a program to end; false where it has ended. */
function interrupted(pid: number): boolean {
  try {
    return process.kill(pid, 'SIGINT');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}
