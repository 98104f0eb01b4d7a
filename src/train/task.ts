import type { LossName } from '../nn/index.ts';

/** What a network predicts, and how its last layer is read. */
export type TaskName = 'regression' | 'binary' | 'multiclass';

export interface Task {
  readonly name: TaskName;
  readonly loss: LossName;
  /** Neurons of the last layer for this many classes. */
  readonly outputs: (classes: number) => number;
  /** Whether the target is a class (its index) or a number. */
  readonly classes: boolean;
  /** The metric that training watches unless told. */
  readonly monitor: string;
}

/** Every task by name. */
export const tasks: Readonly<Record<TaskName, Task>> = {
  regression: { name: 'regression', loss: 'squared-error', outputs: () => 1, classes: false, monitor: 'rmse' },
  binary: { name: 'binary', loss: 'binary-cross-entropy', outputs: () => 1, classes: true, monitor: 'logloss' },
  multiclass: {
    name: 'multiclass',
    loss: 'cross-entropy',
    outputs: classes => classes,
    classes: true,
    monitor: 'logloss',
  },
};
