/** What the thing under the pointer or the focus is, in one sentence: the line at the bottom. */
import { signal } from '@preact/signals';

export const sentence = signal('');

/** What an element says of itself when it is pointed at or has the focus. */
export const says = (text: string): { 'data-says': string; 'aria-description': string } => ({
  'data-says': text,
  'aria-description': text,
});

const take = ({ target }: Event): void => {
  const found = target instanceof Element ? target.closest<HTMLElement>('[data-says]') : null;
  if (found) sentence.value = found.dataset.says ?? '';
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
