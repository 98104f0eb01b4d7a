/** The signal that travels through the pictures on a step. */
import { signal } from '@preact/signals';
import { calm } from '../../state/settings.ts';

/** From 0 at the inputs to 1 at the output; undefined while none travels. */
export const travelled = signal<number | undefined>(undefined);
const duration = 2400;
let running = 0;

export function stop(): void {
  cancelAnimationFrame(running);
  running = 0;
  travelled.value = undefined;
}

/** Sends a signal through; where motion is reduced, a quarter of the way a step. */
export function send(): void {
  cancelAnimationFrame(running);
  if (calm.value) {
    const next = (travelled.value ?? -0.15) + 0.3;
    travelled.value = next >= 1 ? undefined : next;
    return;
  }
  const start = performance.now();
  const move = (now: number): void => {
    const share = (now - start) / duration;
    travelled.value = share < 1 ? Math.max(0, share) : undefined;
    running = share < 1 ? requestAnimationFrame(move) : 0;
  };
  running = requestAnimationFrame(move);
}
