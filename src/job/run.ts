/** A run under way, as its caller holds it. */

/** Iterate over it to follow it; `result` settles when it ends. */
export interface RunOf<Event, Result> extends AsyncIterable<Event> {
  readonly result: Promise<Result>;
  /** Ends it at the next safe moment, with a checkpoint; `result` rejects with kind `interrupted`. */
  stop(): void;
}

/** Starts steps that yield events; they go on whether or not the events are read. */
export function running<Event, Result>(
  steps: (signal: AbortSignal) => AsyncGenerator<Event, Result>,
  signal: AbortSignal | undefined,
): RunOf<Event, Result> {
  const abort = new AbortController();
  const stop = (): void => abort.abort();
  signal?.addEventListener('abort', stop, { once: true });
  if (signal?.aborted) abort.abort();
  const events: Event[] = [];
  const waiting = new Set<() => void>();
  let ended: { readonly error?: unknown } | undefined;
  const tell = (): void => {
    for (const wake of waiting) wake();
    waiting.clear();
  };
  const end = (how: { readonly error?: unknown }): void => {
    signal?.removeEventListener('abort', stop);
    ended = how;
    tell();
  };
  const work = async (): Promise<Result> => {
    const all = steps(abort.signal);
    for (;;) {
      const next = await all.next();
      if (next.done) return next.value;
      events.push(next.value);
      tell();
    }
  };
  const result = work();
  result.then(
    () => end({}),
    (error: unknown) => end({ error }),
  );
  return {
    result,
    stop,
    async *[Symbol.asyncIterator]() {
      for (let next = 0; ; ) {
        if (next < events.length) yield events[next++]!;
        else if (ended) {
          if ('error' in ended) throw ended.error;
          return;
        } else await new Promise<void>(resolve => waiting.add(resolve));
      }
    },
  };
}
