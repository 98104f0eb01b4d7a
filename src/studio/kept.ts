/** What was opened of runs, the last few that were asked for, opened anew when their model file has changed. Node only. */
import { HillockError } from '../errors.ts';
import { modelStamp } from '../model/folder.ts';
import { knownFolder } from './run-id.ts';

export interface Kept<T> {
  /** Throws `HillockError` where the run is not there or holds no model yet, and what opening throws. */
  open(id: string): Promise<T>;
  close(): Promise<void>;
}

/** Keeps `most`; `close` waits for those who still use one. */
export function kept<T>(
  runs: string,
  most: number,
  open: (folder: string) => Promise<T>,
  close: (opened: T) => Promise<void>,
): Kept<T> {
  const all = new Map<string, { readonly stamp: string; readonly opened: Promise<T> }>();
  const forget = async (id: string): Promise<void> => {
    const old = all.get(id);
    all.delete(id);
    await old?.opened.then(close, () => undefined);
  };
  return {
    async open(id) {
      const folder = await knownFolder(runs, id);
      const stamp = await modelStamp(folder);
      if (stamp === undefined)
        throw new HillockError('data', `${id} holds no model yet`, 'wait until its training has ended');
      const found = all.get(id);
      all.delete(id);
      if (found?.stamp === stamp) {
        all.set(id, found);
        return found.opened;
      }
      void found?.opened.then(close, () => undefined);
      const entry = { stamp, opened: open(folder) };
      all.set(id, entry);
      entry.opened.catch(() => {
        if (all.get(id) === entry) all.delete(id);
      });
      for (const old of [...all.keys()].slice(0, -most)) void forget(old);
      return entry.opened;
    },
    async close() {
      await Promise.all([...all.keys()].map(forget));
    },
  };
}
