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
  let mean = 0;
  for (let row = 0; row < rows; row++) mean += influence(row) / rows;
  const sums = new Map<number, number>();
  for (let row = 0; row < rows; row++) {
    const group = groups ? groups[row]! : row;
    sums.set(group, (sums.get(group) ?? 0) + influence(row) - mean);
  }
  if (sums.size < fewest) return Number.NaN;
  let squares = 0;
  for (const sum of sums.values()) squares += sum * sum;
  return Math.sqrt((squares * sums.size) / (sums.size - 1)) / rows;
}
