/** What the drawer on the right shows: any screen puts a title and content into it. */
import { type Signal, signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';

export interface Inspected {
  readonly title: string;
  readonly content: () => ComponentChildren;
}

export const inspected: Signal<Inspected | undefined> = signal(undefined);
let opener: Element | null = null;

/** Opens the drawer; the focus comes back to where it was when the drawer closes. */
export function inspect(what: Inspected): void {
  if (!inspected.peek()) opener = document.activeElement;
  inspected.value = what;
}

export function closeInspector(): void {
  inspected.value = undefined;
  if (opener instanceof HTMLElement && opener.isConnected) opener.focus();
  opener = null;
}
