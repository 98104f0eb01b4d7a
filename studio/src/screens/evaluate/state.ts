/** What the evaluate screen shows: a run, a class, a cell, a threshold. */
import { computed, effect, signal } from '@preact/signals';
import type { EvaluationAnswer, ImportanceAnswer, NetworkAnswer, RowsOfCell, RunRow, Slices } from 'hillock/studio';
import { api } from '../../api/client.ts';
import { evaluationApi } from '../../api/evaluation.ts';
import { loaded } from '../../api/load.ts';
import { aCount, addressOf, aNumber, aText, freshAddressOf, inAddress, json } from '../../state/url.ts';
import { movedCut } from './cut.ts';

export const run = inAddress('evaluate', 'run', aText, '');
/** The class whose probability is cut; −1 = the usual one. */
export const chosenClass = inAddress('evaluate', 'class', aNumber, -1);
/** Where the probability is cut; −1 = where the model cuts it. */
export const threshold = inAddress('evaluate', 'threshold', aNumber, -1);
/** A cell of the confusion matrix as `truth,said`; `wrong` for all mistakes. */
export const cell = inAddress('evaluate', 'cell', aText, 'wrong');
export const sliceColumn = inAddress('evaluate', 'slice', aText, '');
/** The column whose values are tried out; empty: the first. */
export const dependsOn = inAddress('evaluate', 'column', aText, '');
/** What is to be corrected before it is trained again: by row, null to leave it out, else its true target. */
export const edits = inAddress<Readonly<Record<string, string | null>>>(
  'evaluate',
  'edits',
  json(value => typeof value === 'object' && value !== null && !Array.isArray(value)),
  {},
);
/** The row that is tried out, as it is changed; null: the example. */
export const record = inAddress<Readonly<Record<string, unknown>> | null>(
  'evaluate',
  'record',
  json(value => typeof value === 'object' && !Array.isArray(value)),
  null,
);
/** Which row of the data it was at first; 0: none of them. */
export const recordOf = inAddress('evaluate', 'of', aCount, 0);
/** The row whose neurons stand in the drawer; 0: none. */
export const inspectedRow = inAddress('evaluate', 'inspect', aCount, 0);
/** Rows that are skipped in the list. */
export const from = signal(0);
/** Tries out a row, of the data or as it was changed (0), on the run that is shown. */
export function tryOut(cells: Readonly<Record<string, unknown>>, row = recordOf.peek()): void {
  run.value = shownRun.value;
  record.value = cells;
  recordOf.value = row;
}
/** Whether rows were asked for where they may be out of sight. */
export const sought = signal(false);

export const runs = signal<readonly RunRow[] | undefined>(undefined);
/** Runs that hold a model and a report. */
export const ready = computed(() => (runs.value ?? []).filter(({ state }) => state === 'finished'));
/** The run of the address, else the newest. */
export const shownRun = computed(() => run.value || ready.value[0]?.id || '');
effect(() => {
  shownRun.value;
  from.value = 0;
});

/** The address of a run: as one left it where it is the shown one, else without what was said of another. */
export const addressOfRun = (id: string): string =>
  (id === shownRun.value ? addressOf : freshAddressOf)('evaluate', { run: id });

export const evaluation = loaded<EvaluationAnswer>();
export const rows = loaded<RowsOfCell>();
export const importance = loaded<ImportanceAnswer>();
export const sliced = loaded<Slices>();
export const network = loaded<NetworkAnswer>();

export const pageSize = 24;

export async function loadRuns(): Promise<void> {
  runs.value = (await api.runs()).runs;
}

export function loadEvaluation(): void {
  const id = shownRun.value;
  const chosen = chosenClass.value < 0 ? undefined : chosenClass.value;
  if (id !== '') void evaluation.load(signal => evaluationApi.evaluation(id, chosen, signal));
}

/** What does not depend on the class that is cut. */
export function loadInside(): void {
  const id = shownRun.value;
  if (id === '') return;
  importance.value.value = undefined;
  network.value.value = undefined;
  void network.load(signal => evaluationApi.network(id, signal));
}

export function loadRows(): void {
  const id = shownRun.value;
  const [truth, said] = cell.value.split(',');
  const found = evaluation.value.peek();
  const moved = found && movedCut(found, threshold.peek());
  const choice = { ...(said === undefined ? { wrong: 1 } : { truth, said }), threshold: moved?.threshold };
  if (id !== '')
    void rows.load(signal => evaluationApi.rows(id, { ...choice, from: from.value, count: pageSize }, signal));
}

export function loadSlices(columns: readonly string[], metric: string | undefined): void {
  const id = shownRun.value;
  const column = columns.includes(sliceColumn.value) ? sliceColumn.value : columns[0];
  if (id !== '' && column !== undefined) void sliced.load(signal => evaluationApi.slices(id, column, metric, signal));
}
