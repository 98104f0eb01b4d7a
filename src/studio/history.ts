/** The epochs of a run as events, for runs of which there is no record of what they told. Node only. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { reportIn } from '../job/index.ts';
import { runFiles } from '../model/index.ts';
import type { Line } from './tail.ts';

const lookEvery = 500;

/** Epochs as the command line tells them. */
export const asEvents = (history: string): string =>
  history
    .split('\n')
    .filter(line => line.startsWith('{'))
    .map(line => `{"event":"epoch",${line.slice(1)}\n`)
    .join('');

/** The epochs of a run folder, whose history is written anew with each checkpoint, from `after` on, and its result; ends when `alive` says no. */
export async function* history(
  run: string,
  after: number,
  alive: () => Promise<boolean>,
  signal: AbortSignal,
): AsyncGenerator<readonly Line[]> {
  for (let before = after; !signal.aborted; ) {
    const last = !(await alive());
    const told = asEvents(await readFile(join(run, runFiles.history), 'utf8').catch(() => ''));
    const report = last ? await reportIn(run) : null;
    const result = report ? JSON.stringify({ event: 'result', ...report, run }) : '';
    const all = `${told}${result}`.split('\n');
    const lines = all.map((text, i) => ({ number: i + 1, text })).filter(({ text }) => text !== '');
    const fresh = lines.filter(line => line.number > before);
    if (fresh.length > 0) yield fresh;
    before = Math.max(before, lines.length);
    if (last) return;
    await wait(lookEvery);
  }
}
