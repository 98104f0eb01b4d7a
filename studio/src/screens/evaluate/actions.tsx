/** What the parts of the screen start in one another. */
import { signal } from '@preact/signals';
import type { JudgedRow } from 'hillock/studio';
import { inspect } from '../../state/inspector.ts';
import { Neurons } from './Neurons.tsx';

/** The row in the form. */
export const record = signal<Readonly<Record<string, unknown>> | undefined>(undefined);

/** Puts a row into the form and goes there. */
export function whatIf(cells: Readonly<Record<string, unknown>>): void {
  record.value = cells;
  const section = document.querySelector<HTMLElement>('.section-what-if');
  section?.scrollIntoView({ block: 'start' });
  section?.querySelector<HTMLElement>('input')?.focus({ preventScroll: true });
}

/** Opens the drawer on the neurons at work on a row. */
export function inspectRowOf({ row, truth, said }: Pick<JudgedRow, 'row' | 'truth' | 'said'>): void {
  if (row === null) return;
  inspect({ title: `Row ${row}: ${truth}, said ${said}`, content: () => <Neurons row={row} /> });
}
