/** Endpoints: `hillock serve` of a run, a program of its own that ends with the studio. Node only. */
import type { ChildProcess } from 'node:child_process';
import { HillockError } from '../errors.ts';
import { errorOf, start } from './command.ts';
import type { StudioOptions } from './options.ts';
import { knownFolder } from './run-id.ts';

export interface Endpoint {
  readonly url: string;
  readonly port: number;
  readonly since: string;
}

export interface Endpoints {
  /** Starts one, or gives the one that runs; port 0 takes a free one. */
  start(id: string, port: number): Promise<Endpoint>;
  stop(id: string): Promise<void>;
  of(id: string): Endpoint | null;
  close(): Promise<void>;
}

interface Running {
  readonly child: ChildProcess;
  readonly ready: Promise<Endpoint>;
  endpoint: Endpoint | null;
}

export function endpoints({ folder, runs, command }: Pick<StudioOptions, 'folder' | 'runs' | 'command'>): Endpoints {
  const running = new Map<string, Running>();
  const ended = async (id: string): Promise<void> => {
    const one = running.get(id);
    if (!one) return;
    running.delete(id);
    if (one.child.exitCode !== null || one.child.signalCode !== null) return;
    const gone = new Promise<void>(resolve => one.child.once('exit', () => resolve()));
    one.child.kill('SIGTERM');
    await gone;
  };
  return {
    async start(id, port) {
      const run = await knownFolder(runs, id);
      const old = running.get(id);
      if (old) return old.ready;
      const { child, events } = start(command, ['serve', `--port=${port}`, '--', run], folder);
      const ready = (async () => {
        for await (const event of events) {
          if (event.event === 'error') throw errorOf(event);
          if (event.event !== 'listening') continue;
          const url = String(event.url);
          return { url, port: Number(new URL(url).port), since: new Date().toISOString() };
        }
        throw new HillockError('unexpected', `the endpoint of ${id} did not start`);
      })();
      const one: Running = { child, ready, endpoint: null };
      running.set(id, one);
      child.once('exit', () => {
        if (running.get(id) === one) running.delete(id);
      });
      try {
        one.endpoint = await ready;
        return one.endpoint;
      } catch (error) {
        await ended(id);
        throw error;
      }
    },
    stop: ended,
    of: id => running.get(id)?.endpoint ?? null,
    async close() {
      await Promise.all([...running.keys()].map(ended));
    },
  };
}
