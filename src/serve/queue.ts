/** Rows of requests that arrive together go through the model together. */
import { Refusal } from './exchange.ts';
import type { Row } from './inputs/kind.ts';
import { part, type Results } from './outputs.ts';

export interface QueueOptions {
  /** Milliseconds that rows wait for those of requests that are still being read. */
  readonly window: number;
  /** Rows that are run at once, unless one request has more. */
  readonly batchRows: number;
  /** Rows that may wait. */
  readonly queueRows: number;
}

interface Waiting {
  readonly rows: readonly Row[];
  readonly gone: () => boolean;
  readonly settle: (results: Results) => void;
  readonly fail: (error: unknown) => void;
}

export interface Queue {
  /** The results of rows; throws a `Refusal` (503) where too many wait. */
  submit(rows: readonly Row[], gone: () => boolean): Promise<Results>;
  waiting(): number;
}

/** One for all: under overload there is no time to make another. */
export const overloaded = new Refusal(503, 'too many requests wait for an answer', { headers: { 'retry-after': '1' } });

const soon: (work: () => void) => void =
  typeof setImmediate === 'function' ? work => setImmediate(work) : work => setTimeout(work, 0);

/** A queue before `run`; `reading` tells how many requests may still bring rows in a moment. */
export function queue(
  run: (rows: readonly Row[]) => Promise<Results>,
  { window, batchRows, queueRows }: QueueOptions,
  reading: () => number,
): Queue {
  const items: Waiting[] = [];
  let rows = 0;
  let running = 0;
  let scheduled = false;

  /** Takes the oldest rows that go through the model together. */
  const take = (): { batch: readonly Waiting[]; size: number } => {
    let size = 0;
    let count = 0;
    for (const { rows: own } of items) {
      if (count > 0 && size + own.length > batchRows) break;
      size += own.length;
      count++;
    }
    return { batch: items.splice(0, count), size };
  };

  /** One batch after another until nobody waits. */
  const flush = async (): Promise<void> => {
    scheduled = false;
    if (running > 0) return;
    while (items.length > 0) {
      const { batch, size } = take();
      rows -= size;
      const present: Waiting[] = [];
      for (const item of batch)
        if (item.gone()) item.fail(new Refusal(499, 'the client went away'));
        else present.push(item);
      running = size;
      await settle(present);
      running = 0;
    }
  };

  const settle = async (batch: readonly Waiting[]): Promise<void> => {
    const size = batch.reduce((sum, item) => sum + item.rows.length, 0);
    if (size === 0) return;
    try {
      const results = await run(batch.length === 1 ? batch[0]!.rows : batch.flatMap(item => item.rows));
      let at = 0;
      for (const item of batch) {
        item.settle(batch.length === 1 ? results : part(results, size, at, item.rows.length));
        at += item.rows.length;
      }
    } catch (error) {
      // One of them may be at fault: each by itself, so that the others are answered.
      if (batch.length === 1) batch[0]!.fail(error);
      else for (const item of batch) await settle([item]);
    }
  };

  const schedule = (): void => {
    if (scheduled || running > 0) return;
    scheduled = true;
    soon(() => {
      if (!scheduled) return;
      if (window > 0 && rows < batchRows && reading() > 0) setTimeout(() => scheduled && void flush(), window);
      else void flush();
    });
  };

  return {
    submit(given, gone) {
      if (rows + running > 0 && rows + running + given.length > queueRows) return Promise.reject(overloaded);
      return new Promise((resolve, reject) => {
        items.push({ rows: given, gone, settle: resolve, fail: reject });
        rows += given.length;
        if (rows >= batchRows) void flush();
        else schedule();
      });
    },
    waiting: () => rows + running,
  };
}
