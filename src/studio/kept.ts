/** What was opened of runs, the last few that were asked for, opened anew when their model file has changed. Node only. */
import { HillockError } from '../errors.ts';
import { modelStamp } from '../model/folder.ts';
import { knownFolder } from './run-id.ts';

/** What one request opens: it stays open until the request is answered. */
export interface Lease<T> {
  /** Throws `HillockError` where the run is not there or holds no model yet, and what opening throws. */
  open(id: string): Promise<T>;
  end(): void;
}

export interface Kept<T> {
  lease(): Lease<T>;
  close(): Promise<void>;
}

interface Entry<T> {
  readonly stamp: string;
  readonly opened: Promise<T>;
  users: number;
  /** Whether it gives way as soon as no one uses it. */
  old: boolean;
}

/** Keeps `most` beside those that are in use. */
export function kept<T>(
  runs: string,
  most: number,
  open: (folder: string) => Promise<T>,
  close: (opened: T) => Promise<void>,
): Kept<T> {
  const all = new Map<string, Entry<T>>();
  const shut = ({ opened }: Entry<T>): Promise<void> => opened.then(close).catch(() => undefined);
  const giveWay = (entry: Entry<T>): void => {
    entry.old = true;
    if (entry.users === 0) void shut(entry);
  };
  const entryOf = (id: string, stamp: string, folder: string): Entry<T> => {
    const found = all.get(id);
    all.delete(id);
    if (found && found.stamp !== stamp) giveWay(found);
    const entry = found?.stamp === stamp ? found : { stamp, opened: open(folder), users: 0, old: false };
    all.set(id, entry);
    entry.opened.catch(() => {
      if (all.get(id) === entry) all.delete(id);
    });
    return entry;
  };
  return {
    lease() {
      const used: Entry<T>[] = [];
      return {
        async open(id) {
          const folder = await knownFolder(runs, id);
          const stamp = await modelStamp(folder);
          if (stamp === undefined)
            throw new HillockError('data', `${id} holds no model yet`, 'wait until its training has ended');
          const entry = entryOf(id, stamp, folder);
          entry.users++;
          used.push(entry);
          for (const [name, one] of [...all].slice(0, -most)) {
            all.delete(name);
            giveWay(one);
          }
          return entry.opened;
        },
        end() {
          for (const entry of used) {
            entry.users--;
            if (entry.old && entry.users === 0) void shut(entry);
          }
        },
      };
    },
    async close() {
      const now = [...all.values()];
      all.clear();
      await Promise.all(now.map(shut));
    },
  };
}
