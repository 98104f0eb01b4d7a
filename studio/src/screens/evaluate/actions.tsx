/** What the parts of the screen start in one another. */
import { effect } from '@preact/signals';
import type { JudgedRow } from 'hillock/studio';
import { closeInspector, inspect, inspected } from '../../state/inspector.ts';
import { Neurons } from './Neurons.tsx';
import { inspectedRow, run, shownRun, tryOut } from './state.ts';

/** Puts a row into the form and goes there. */
export function whatIf({ cells, row }: Pick<JudgedRow, 'cells' | 'row'>): void {
  tryOut(cells, row ?? 0);
  const section = document.querySelector<HTMLElement>('.section-what-if');
  section?.scrollIntoView({ block: 'start' });
  section?.querySelector<HTMLElement>('input')?.focus({ preventScroll: true });
}

/** Opens the drawer on the neurons at work on a row. */
export function inspectRowOf({ row, truth, said }: Pick<JudgedRow, 'row' | 'truth' | 'said'>): void {
  if (row === null) return;
  inspect({ title: `Row ${row}: ${truth}, said ${said}`, content: () => <Neurons row={row} /> });
  run.value = shownRun.value;
  inspectedRow.value = row;
}

/** Opens the drawer as the address says, and keeps the address as the drawer is; answers how to stop. */
export function followDrawer(): () => void {
  const row = inspectedRow.peek();
  if (row > 0) inspect({ title: `Row ${row}`, content: () => <Neurons row={row} /> });
  const stop = effect(() => {
    if (!inspected.value) inspectedRow.value = 0;
  });
  return () => {
    stop();
    closeInspector();
  };
}
