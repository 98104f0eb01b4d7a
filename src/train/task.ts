import type { TargetEncoding } from '../features/index.ts';
import type { LossName } from '../nn/index.ts';

export type TaskName = TargetEncoding['task'];

/** What a network predicts, the loss it learns by, and the metrics that it is known by. */
export interface Task {
  readonly name: TaskName;
  readonly loss: LossName;
  /** The metric that chooses the best epoch unless told. */
  readonly monitor: string;
  /** The metric that a person is told first. */
  readonly headline: string;
  /** The metric that decides between two models. */
  readonly decides: string;
}

/** Every task by name. */
export const tasks: Readonly<Record<TaskName, Task>> = {
  regression: { name: 'regression', loss: 'squared-error', monitor: 'rmse', headline: 'r2', decides: 'rmse' },
  binary: {
    name: 'binary',
    loss: 'binary-cross-entropy',
    monitor: 'logloss',
    headline: 'accuracy',
    decides: 'accuracy',
  },
  multiclass: {
    name: 'multiclass',
    loss: 'cross-entropy',
    monitor: 'logloss',
    headline: 'accuracy',
    decides: 'accuracy',
  },
  forecast: { name: 'forecast', loss: 'squared-error', monitor: 'mae', headline: 'mae', decides: 'mae' },
};

/** Neurons of the last layer: one for a value or a yes/no, one a class, one a step of a forecast. */
export function outputsOf(target: TargetEncoding): number {
  if (target.task === 'forecast') return target.horizon;
  return target.task === 'multiclass' ? target.classes.length : 1;
}
