/** What the thing under the pointer or the focus is, in one sentence: the line at the bottom. */
import { signal } from '@preact/signals';

export const sentence = signal('');

/** What an element says of itself when it is pointed at or has the focus. */
export const says = (text: string): { 'data-says': string; 'aria-description': string } => ({
  'data-says': text,
  'aria-description': text,
});

const saidBy = (target: EventTarget | null): string =>
  (target instanceof Element && target.closest<HTMLElement>('[data-says]')?.dataset.says) || '';

/** Of what is under the pointer, or else of what has the focus. */
const take = ({ target }: Event): void => {
  sentence.value = saidBy(target) || saidBy(document.activeElement);
};

/** Follows pointer and focus; answers how to stop. */
export function followFocus(): () => void {
  addEventListener('focusin', take);
  addEventListener('pointerover', take);
  return () => {
    removeEventListener('focusin', take);
    removeEventListener('pointerover', take);
  };
}
