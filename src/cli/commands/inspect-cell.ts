/** A recurrent layer at work on one row: what its units put out over time, and one unit step by step. */
import {
  explainCell,
  findLayer,
  findRecurrent,
  isRecurrent,
  recurrentLayers,
  statesOf,
  valuesAt,
} from '../../explain/index.ts';
import { traceRow } from '../../job/inspect.ts';
import type { OpenRun } from '../../job/open-run.ts';
import { kindOf } from '../../nn/index.ts';

interface LayerOfRow {
  readonly row: number;
  readonly layer: string;
}

/** Whether a layer carries a state from step to step. */
export const carriesState = ({ tracer }: OpenRun, wanted: string): boolean =>
  isRecurrent(findLayer(tracer.subject.layers, wanted));

/** The output of every unit at every time step. */
export async function inspectStates(opened: OpenRun, { row, layer: wanted }: LayerOfRow) {
  const { subject } = opened.tracer;
  const layer = findRecurrent(subject.layers, wanted);
  const { trace } = await traceRow(opened, row);
  const x = valuesAt(trace, trace.layers[subject.layers.indexOf(layer)]!.x, 0, 0);
  return {
    run: opened.run,
    row,
    layer: layer.name,
    about: kindOf(layer.spec).about,
    states: statesOf(subject, layer, x),
    others: recurrentLayers(subject.layers),
  };
}

export type InspectedStates = Awaited<ReturnType<typeof inspectStates>>;

/** One unit over all time steps with its gates. */
export async function inspectCell(opened: OpenRun, { row, layer, unit }: LayerOfRow & { readonly unit: number }) {
  const { trace } = await traceRow(opened, row);
  return { run: opened.run, ...explainCell(trace, { layer, unit }), row };
}

export type InspectedCell = Awaited<ReturnType<typeof inspectCell>>;
