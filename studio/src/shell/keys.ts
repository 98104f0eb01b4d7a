/** Keys that act on every screen; none inside a field, and all of them can be switched off in Settings. */
import { signal } from '@preact/signals';
import { screens } from '../screens/index.ts';
import { closeInspector, inspected } from '../state/inspector.ts';
import { shortcuts } from '../state/settings.ts';
import { transport } from '../state/transport.ts';
import { go } from '../state/url.ts';

/** Whether the list of keys is shown. */
export const keysShown = signal(false);

interface Key {
  readonly key: string;
  readonly written: string;
  readonly does: string;
  readonly act: () => void;
}

export const keys: readonly Key[] = [
  { key: ' ', written: 'Space', does: 'play or pause', act: playOrPause },
  { key: '.', written: '.', does: 'one step', act: () => transport.peek()?.step?.() },
  { key: '>', written: 'Shift .', does: 'one epoch', act: () => transport.peek()?.stepEpoch?.() },
  { key: 'r', written: 'r', does: 'rewind, same seed', act: () => transport.peek()?.rewind?.() },
  { key: 'R', written: 'Shift r', does: 'new weights', act: () => transport.peek()?.reseed?.() },
  { key: '/', written: '/', does: 'to the search field', act: toSearch },
  {
    key: '?',
    written: '?',
    does: 'this list',
    act: () => {
      keysShown.value = true;
    },
  },
];

function playOrPause(): void {
  const plays = transport.peek();
  (plays?.playing ? plays.pause : plays?.play)?.();
}

function toSearch(): void {
  document.querySelector<HTMLElement>('input[type="search"]')?.focus();
}

const typing = (target: EventTarget | null): boolean =>
  target instanceof Element && target.closest('input, select, textarea, [contenteditable], dialog') !== null;
const pressing = (target: EventTarget | null): boolean =>
  target instanceof Element && target.closest('button, a, summary, [role="option"], [role="tab"]') !== null;

let going = 0;

function act(event: KeyboardEvent): void {
  if (event.key === 'Escape' && inspected.peek()) {
    closeInspector();
    return;
  }
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (!shortcuts.peek() || typing(event.target)) return;
  if (Date.now() < going) {
    going = 0;
    const screen = screens.find(({ key }) => key === event.key);
    if (screen) go(screen.id);
    return;
  }
  if (event.key === 'g') going = Date.now() + 1500;
  if (event.key === ' ' && pressing(event.target)) return;
  const found = keys.find(({ key }) => key === event.key);
  if (!found) return;
  event.preventDefault();
  found.act();
}

/** Follows the keyboard; answers how to stop. */
export function followKeys(): () => void {
  addEventListener('keydown', act);
  return () => removeEventListener('keydown', act);
}
