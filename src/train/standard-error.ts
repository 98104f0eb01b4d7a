/** How far metrics would scatter over other samples of as many rows. */
import { metrics, type Scored, type Scores } from './metric.ts';
import type { TaskName } from './task.ts';

/** Fewer independent groups than this tell too little of their scatter. */
const fewest = 10;

/**
 * The standard error of every metric of a task: of the mean of the rows' influences, those of a group taken together
 * (Liang and Zeger 1986, Biometrika 73). Metrics that are not defined on the rows are absent; all are where fewer than ten
 * rows or groups are independent.
 */
export function standardErrors(task: TaskName, scored: Scored): Scores {
  const entries = metrics
    .filter(metric => metric.tasks.includes(task))
    .map(metric => [metric.name, standardError(metric.influence(scored, metric.compute(scored)), scored)] as const)
    .filter(([, value]) => Number.isFinite(value));
  return Object.fromEntries(entries);
}

function standardError(influence: (row: number) => number, { truths, groups }: Scored): number {
  const rows = truths.length;
  const moved = Float64Array.from({ length: rows }, (_, row) => influence(row));
  const mean = moved.reduce((sum, value) => sum + value / rows, 0);
  const sums = groups ? groupSums(moved, mean, groups) : moved.map(value => value - mean);
  if (sums.length < fewest) return Number.NaN;
  const squares = sums.reduce((sum, value) => sum + value * value, 0);
  return Math.sqrt((squares * sums.length) / (sums.length - 1)) / rows;
}

/** What the rows of each group are off the mean, together. */
function groupSums(values: Float64Array, mean: number, groups: ArrayLike<number>): Float64Array {
  const sums = new Map<number, number>();
  for (const [row, value] of values.entries()) sums.set(groups[row]!, (sums.get(groups[row]!) ?? 0) + value - mean);
  return Float64Array.from(sums.values());
}
