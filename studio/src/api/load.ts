/** Values that come from the server: what is there, whether more is on its way, and what went wrong. */
import { type Signal, signal } from '@preact/signals';
import { Trouble } from './client.ts';

export interface Loaded<T> {
  readonly value: Signal<T | undefined>;
  readonly trouble: Signal<Trouble | undefined>;
  readonly busy: Signal<boolean>;
  /** Asks anew; an answer to an earlier question is dropped. */
  load(question: (signal: AbortSignal) => Promise<T>): Promise<void>;
  /** Forgets what it was about. */
  clear(): void;
}

export function loaded<T>(): Loaded<T> {
  const value = signal<T | undefined>(undefined);
  const trouble = signal<Trouble | undefined>(undefined);
  const busy = signal(false);
  let current: AbortController | undefined;
  return {
    value,
    trouble,
    busy,
    clear() {
      current?.abort();
      current = undefined;
      value.value = undefined;
      trouble.value = undefined;
      busy.value = false;
    },
    async load(question) {
      current?.abort();
      const own = new AbortController();
      current = own;
      busy.value = true;
      try {
        const found = await question(own.signal);
        if (current !== own) return;
        value.value = found;
        trouble.value = undefined;
      } catch (error) {
        if (current !== own) return;
        trouble.value = asTrouble(error);
      }
      busy.value = false;
    },
  };
}

export const asTrouble = (error: unknown): Trouble =>
  error instanceof Trouble ? error : new Trouble(error instanceof Error ? error.message : String(error), undefined, 0);
