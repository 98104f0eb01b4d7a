/** Threads that read chunks of a text side by side. Node only. */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { HillockError } from '../errors.ts';
import type { ChunkAnswer, ChunkTask, ChunkWorks } from './chunk-task.ts';
import { workerFlags } from './worker-flags.ts';

/** What reads chunks; each that is asked for is answered, whoever is done first. */
export interface ChunkReaders {
  /** How many chunks are read at a time. */
  readonly size: number;
  read<W extends keyof ChunkWorks>(task: ChunkTask<W>): Promise<ChunkAnswer<W> | undefined>;
  close(): Promise<void>;
}

/** More of them wait for the one that gathers what they made. */
const mostThreads = 4;

/** What a thread answers to a task of this number. */
export interface NumberedAnswer {
  readonly id: number;
  readonly answer: ChunkAnswer | undefined;
}

interface Waiting {
  readonly resolve: (answer: ChunkAnswer | undefined) => void;
  readonly reject: (error: Error) => void;
}

/** One thread a core, each begun when it is needed. */
export function chunkThreads(): ChunkReaders {
  const size = Math.min(mostThreads, availableParallelism());
  const threads: Worker[] = [];
  const waiting = new Map<number, Waiting>();
  let next = 0;
  let failed: HillockError | undefined;
  const fail = (cause: unknown): void => {
    const reason = cause instanceof Error ? cause.message : String(cause);
    failed ??= new HillockError('unexpected', `a thread that reads the table failed: ${reason}`, undefined, { cause });
    for (const { reject } of waiting.values()) reject(failed);
    waiting.clear();
  };
  const begun = (): Worker => {
    const worker = new Worker(new URL('./chunk-worker.js', import.meta.url), workerFlags());
    worker.on('message', ({ id, answer }: NumberedAnswer) => {
      waiting.get(id)?.resolve(answer);
      waiting.delete(id);
    });
    worker.on('messageerror', fail);
    worker.on('error', fail);
    worker.on('exit', code => fail(`it ended early (code ${code})`));
    return worker;
  };
  return {
    size,
    read<W extends keyof ChunkWorks>(task: ChunkTask<W>) {
      if (failed) return Promise.reject(failed);
      const id = next++;
      const thread = threads[id % size] ?? begun();
      threads[id % size] = thread;
      return new Promise<ChunkAnswer<W> | undefined>((resolve, reject) => {
        waiting.set(id, { resolve: resolve as Waiting['resolve'], reject });
        const bytes = new Uint8Array(task.bytes);
        thread.postMessage({ id, task: { ...task, bytes } }, [bytes.buffer]);
      });
    },
    async close() {
      for (const thread of threads) thread.removeAllListeners('exit');
      await Promise.all(threads.map(thread => thread.terminate()));
    },
  };
}
