import { named, type Value } from '../graph/index.ts';
import { add, exp, reduceMean, reshape, scalar, scale, sigmoid, softmax, sub } from '../ops/index.ts';
import type { TaskName } from './task.ts';

/** From the last layer to what a person asked for: probabilities, or a number in the target's own unit. */
export interface Output {
  readonly task: TaskName;
  /** Regression: value = y·spread + centre, then (for `log`) exp(value) − offset. */
  readonly centre: number;
  readonly spread: number;
  readonly log: boolean;
  readonly offset: number;
}

export const plainOutput = (task: TaskName): Output => ({ task, centre: 0, spread: 1, log: false, offset: 0 });

const readings: Record<TaskName, (y: Value, output: Output) => Value> = {
  binary: y => sigmoid(y),
  multiclass: y => softmax(y),
  regression(y, { centre, spread, log, offset }) {
    const value = add(scale(y, spread), scalar(centre));
    return log ? sub(exp(value), scalar(offset)) : value;
  },
};

/** Predictions [N, outputs] of the last layer's y [N, outputs], or of an ensemble's y [members, N, outputs] by their mean. */
export function read(y: Value, output: Output): Value {
  const prediction = readings[output.task](y, output);
  if (y.type.shape.length === 2) return named(prediction, 'prediction');
  return named(reshape(reduceMean(prediction, [0]), y.type.shape.slice(1)), 'prediction');
}
