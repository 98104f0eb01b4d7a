import type { TargetEncoding } from '../features/index.ts';
import type { LossName } from '../nn/index.ts';

export type TaskName = TargetEncoding['task'];

/** What a network predicts: the loss it learns by, and the metric that chooses its best epoch unless told. */
export interface Task {
  readonly name: TaskName;
  readonly loss: LossName;
  readonly monitor: string;
}

/** Every task by name. */
export const tasks: Readonly<Record<TaskName, Task>> = {
  regression: { name: 'regression', loss: 'squared-error', monitor: 'rmse' },
  binary: { name: 'binary', loss: 'binary-cross-entropy', monitor: 'logloss' },
  multiclass: { name: 'multiclass', loss: 'cross-entropy', monitor: 'logloss' },
  forecast: { name: 'forecast', loss: 'squared-error', monitor: 'mae' },
};

/** Neurons of the last layer: one for a value or a yes/no, one a class, one a step of a forecast. */
export function outputsOf(target: TargetEncoding): number {
  if (target.task === 'forecast') return target.horizon;
  return target.task === 'multiclass' ? target.classes.length : 1;
}
