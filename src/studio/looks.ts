/** Runs that are looked into: opened with their data, the last few kept. Node only. */
import type { Importance } from '../explain/index.ts';
import { type JudgedRows, judgedRowsOf } from '../job/judged.ts';
import { type OpenRun, openRun } from '../job/open-run.ts';
import { type Kept, kept } from './kept.ts';

export interface Look {
  readonly opened: OpenRun;
  /** The rows it is judged by; rejects with what tells why they cannot be found. */
  judged(): Promise<JudgedRows>;
  /** Kept, because it takes long. */
  importance(find: () => Promise<Importance>): Promise<Importance>;
}

/** Opened with their data; the last three are kept. */
export const looks = (runs: string): Kept<Look> =>
  kept(
    runs,
    3,
    async folder => lookInto(await openRun(folder, undefined, () => undefined)),
    ({ opened }) => opened.close(),
  );

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
