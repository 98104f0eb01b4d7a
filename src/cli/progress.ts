import { formatDuration } from '../format.ts';
import type { Terminal } from './terminal.ts';
import { truncate } from './width.ts';

/** How far a piece of work has come. */
export interface ProgressState {
  readonly title: string;
  readonly done: number;
  /** Absent when nobody knows how much there is. */
  readonly total?: number | undefined;
  /** What was done before the clock began. */
  readonly from?: number | undefined;
  readonly elapsedSeconds: number;
  /** What else to say, such as the loss. */
  readonly note?: string | undefined;
}

/** Seconds until the end at the pace so far, `undefined` while it cannot be told. */
export function remainingSeconds({ done, total, from = 0, elapsedSeconds }: ProgressState): number | undefined {
  if (total === undefined || done <= from || done > total || elapsedSeconds <= 0) return undefined;
  return (elapsedSeconds * (total - done)) / (done - from);
}

/** One line of progress: title, bar, share, time left, note; the bar only where a person is looking. */
export function progressLine(state: ProgressState, terminal: Terminal): string {
  const { title, done, total, elapsedSeconds, note } = state;
  const parts = [title];
  if (total !== undefined && total > 0) {
    const share = Math.min(1, Math.max(0, done / total));
    if (terminal.interactive) parts.push(bar(share, terminal.unicode));
    parts.push(`${Math.floor(share * 100)} %`.padStart(5));
    const remaining = remainingSeconds(state);
    if (remaining !== undefined && share < 1) parts.push(`${formatDuration(Math.ceil(remaining))} left`);
  } else {
    parts.push(`${formatDuration(Math.floor(elapsedSeconds))}`);
  }
  if (note) parts.push(note);
  const line = parts.join('  ');
  return terminal.interactive ? truncate(line, terminal.columns - 3) : line;
}

/** Shows how a piece of work goes on. */
export interface Progress {
  update(done: number, note?: string): void;
  /** Takes the line away; what there is to say is said by a message. */
  end(): void;
}

/** What a progress writes to. */
export interface ProgressScreen {
  readonly terminal: Terminal;
  /** Seconds on any steady clock. */
  now(): number;
  write(text: string): void;
}

const rewriteEvery = 0.1;
const plainLineEvery = 5;

/** Progress on a screen: a line rewritten in place on a terminal, elsewhere a plain line every five seconds. */
export function startProgress(
  title: string,
  total: number | undefined,
  screen: ProgressScreen,
  from = 0,
): Progress & { redraw(): void; clear(): void } {
  const { terminal } = screen;
  const started = screen.now();
  let shownAt = terminal.interactive ? -Infinity : started;
  let line = '';
  const clear = (): void => {
    if (terminal.interactive && line) screen.write('\r\x1b[K');
  };
  const redraw = (): void => {
    if (terminal.interactive && line) screen.write(`\r${line}\x1b[K`);
  };
  return {
    clear,
    redraw,
    update(done, note) {
      const now = screen.now();
      if (now - shownAt < (terminal.interactive ? rewriteEvery : plainLineEvery)) return;
      shownAt = now;
      line = progressLine({ title, done, total, from, elapsedSeconds: now - started, note }, terminal);
      if (terminal.interactive) redraw();
      else screen.write(`${line}\n`);
    },
    end() {
      clear();
      line = '';
    },
  };
}

function bar(share: number, unicode: boolean): string {
  const cells = 24;
  if (!unicode) return `[${'#'.repeat(Math.floor(share * cells)).padEnd(cells)}]`;
  const eighths = Math.round(share * cells * 8);
  const partial = eighths % 8 === 0 ? '' : '▏▎▍▌▋▊▉'[(eighths % 8) - 1]!;
  return `${'█'.repeat(Math.floor(eighths / 8))}${partial}`.padEnd(cells, '░');
}
