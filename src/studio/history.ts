/** The epochs of a run as events, for runs of which there is no record of what they told. Node only. */
import { readFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import type { Line } from './tail.ts';

const lookEvery = 500;

/** Epochs as the command line tells them. */
export const asEvents = (history: string): string =>
  history
    .split('\n')
    .filter(line => line.startsWith('{'))
    .map(line => `{"event":"epoch",${line.slice(1)}\n`)
    .join('');

/** The epochs in a history that is written anew with each checkpoint, from `after` on; ends when `alive` says no. */
export async function* history(
  path: string,
  after: number,
  alive: () => Promise<boolean>,
  signal: AbortSignal,
): AsyncGenerator<readonly Line[]> {
  for (let told = after; !signal.aborted; ) {
    const last = !(await alive());
    const all = asEvents(await readFile(path, 'utf8').catch(() => '')).split('\n');
    const lines = all.map((text, i) => ({ number: i + 1, text })).filter(({ text }) => text !== '');
    const fresh = lines.filter(line => line.number > told);
    if (fresh.length > 0) yield fresh;
    told = Math.max(told, lines.length);
    if (last) return;
    await wait(lookEvery);
  }
}
