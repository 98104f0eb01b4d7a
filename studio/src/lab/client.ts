/** The laboratory as a page sees it. */
import { batch, signal } from '@preact/signals';
import type { LabSetup, LabState } from 'hillock/lab';
import { calm } from '../state/settings.ts';
import type { Diverged, FromLab, LabFrame, Pictures, ToLab } from './messages.ts';

/** How the network stands; undefined until the first look. */
export const frame = signal<LabFrame | undefined>(undefined);
export const diverged = signal<Diverged | undefined>(undefined);
export const problem = signal<{ readonly message: string; readonly hint: string | undefined } | undefined>(undefined);
/** The same for numbers and words, which nobody reads faster: while it plays, a few times a second. */
export const steady = signal<LabFrame | undefined>(undefined);
/** Pictures of the network that were drawn in the last second. */
export const picturesPerSecond = signal(0);

/** What somebody asked for while the network was opening; it begins by itself. */
export const wanted = signal<'play' | 'step' | undefined>(undefined);

/** The network that was opened last; frames of others are still shown until it stands. */
export const opened = signal(0);

let worker: Worker | undefined;
const drawnAt: number[] = [];
let counted: LabFrame | undefined;

/** Counts a picture of the network; a frame that is drawn twice counts once. */
export function drawn(picture: LabFrame): void {
  if (picture === counted) return;
  counted = picture;
  const now = performance.now();
  while (drawnAt[0] !== undefined && drawnAt[0] <= now - 1000) drawnAt.shift();
  drawnAt.push(now);
}

/** Milliseconds between two readings of the numbers. */
const readingTime = 150;
let readAt = 0;

function show(next: LabFrame): void {
  if (next.id !== opened.peek()) return;
  frame.value = next;
  if (next.playing || next.under || (next.steps > 0 && wanted.peek() === 'step')) wanted.value = undefined;
  const now = performance.now();
  if (next.playing && now < readAt + readingTime) return;
  readAt = now;
  batch(() => {
    steady.value = next;
    picturesPerSecond.value = drawnAt.length;
  });
}

function started(): Worker {
  if (worker) return worker;
  worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'laboratory' });
  worker.onmessage = ({ data }: MessageEvent<FromLab>) => take(data);
  worker.onerror = event => {
    wanted.value = undefined;
    problem.value = { message: event.message || 'the laboratory does not start', hint: 'Reload the page.' };
  };
  return worker;
}

function take(message: FromLab): void {
  if (message.kind === 'frame') {
    show(message.frame);
    requestAnimationFrame(() => {
      if (calm.peek()) setTimeout(tell, 500, { kind: 'drawn' } satisfies ToLab);
      else tell({ kind: 'drawn' });
    });
  } else if (message.id === opened.peek()) {
    if (message.kind === 'state') {
      waiting?.(message.state);
      waiting = undefined;
      return;
    }
    wanted.value = undefined;
    if (message.kind === 'diverged') diverged.value = message.diverged;
    else problem.value = message;
  }
}

let waiting: ((state: LabState) => void) | undefined;

/** Everything that training goes on from, as it is now. */
export const stateNow = (): Promise<LabState> =>
  new Promise(resolve => {
    waiting = resolve;
    tell({ kind: 'keep' });
  });

/** Tells the laboratory something. */
export function tell(message: ToLab): void {
  started().postMessage(message);
}

/** Opens another network; what is shown is that of the last one until it stands. */
export function openLab(setup: LabSetup, pictures: Pictures): void {
  opened.value = opened.peek() + 1;
  wanted.value = undefined;
  diverged.value = undefined;
  problem.value = undefined;
  const ort = new URL('ort/', document.baseURI).href;
  tell({ kind: 'open', id: opened.peek(), setup, pictures, ort });
}
