/** Runs that are looked into: opened with their data, the last few kept. Node only. */
import { stat } from 'node:fs/promises';
import { HillockError } from '../errors.ts';
import type { Importance } from '../explain/index.ts';
import { type JudgedRows, judgedRowsOf } from '../job/judged.ts';
import { type OpenRun, openRun } from '../job/open-run.ts';
import { modelPath } from '../model/folder.ts';
import { knownFolder } from './run-id.ts';

export interface Look {
  readonly opened: OpenRun;
  /** The rows it is judged by; rejects with what tells why they cannot be found. */
  judged(): Promise<JudgedRows>;
  /** Kept, because it takes long. */
  importance(find: () => Promise<Importance>): Promise<Importance>;
}

export interface Looks {
  /** Throws `HillockError` where the run is not there or holds no model yet. */
  open(id: string): Promise<Look>;
  close(): Promise<void>;
}

const most = 3;

export function looks(runs: string): Looks {
  const kept = new Map<string, { readonly stamp: string; readonly look: Promise<Look> }>();
  const forget = async (id: string): Promise<void> => {
    const old = kept.get(id);
    kept.delete(id);
    await old?.look.then(
      ({ opened }) => opened.close(),
      () => undefined,
    );
  };
  return {
    async open(id) {
      const folder = await knownFolder(runs, id);
      const file = await stat(await modelPath(folder)).catch(() => undefined);
      if (!file) throw new HillockError('data', `${id} holds no model yet`, 'wait until its training has ended');
      const stamp = `${file.mtimeMs} ${file.size} ${file.ino}`;
      const found = kept.get(id);
      if (found?.stamp === stamp) {
        kept.delete(id);
        kept.set(id, found);
        return found.look;
      }
      if (found) await forget(id);
      const look = openRun(folder, undefined, () => undefined).then(lookInto);
      kept.set(id, { stamp, look });
      look.catch(() => kept.delete(id));
      for (const old of [...kept.keys()].slice(0, -most)) void forget(old);
      return look;
    },
    async close() {
      await Promise.all([...kept.keys()].map(forget));
    },
  };
}

function lookInto(opened: OpenRun): Look {
  const once = <T>(): ((find: () => Promise<T>) => Promise<T>) => {
    let value: Promise<T> | undefined;
    return find => {
      value ??= find();
      value.catch(() => {
        value = undefined;
      });
      return value;
    };
  };
  const judged = once<JudgedRows>();
  return { opened, judged: () => judged(() => judgedRowsOf(opened)), importance: once<Importance>() };
}
