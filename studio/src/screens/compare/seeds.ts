/** Runs that differ in their seed alone as one curve: the mean, between the least and the most. */
import type { Band, Curve } from 'hillock/draw';

type Points = readonly (readonly [x: number, y: number])[];

export interface Series {
  readonly label: string;
  /** What runs of one kind share; those alone in theirs stay as they are. */
  readonly group: string;
  /** Its colour; those of one kind have that of the first. */
  readonly index: number;
  readonly points: Points;
}

/** Where a run has ended the others go on without it. */
export function bySeeds(series: readonly Series[]): {
  readonly curves: readonly Curve[];
  readonly bands: readonly Band[];
} {
  const groups = new Map<string, Series[]>();
  for (const one of series) groups.set(one.group, [...(groups.get(one.group) ?? []), one]);
  const curves: Curve[] = [];
  const bands: Band[] = [];
  for (const some of groups.values()) {
    const { label: name, index, points: alone } = some[0]!;
    if (some.length === 1) {
      curves.push({ label: name, index, points: alone });
      continue;
    }
    const at = new Map<number, number[]>();
    for (const { points } of some)
      for (const [x, y] of points) if (Number.isFinite(y)) at.set(x, [...(at.get(x) ?? []), y]);
    const places = [...at].sort(([a], [b]) => a - b);
    const label = `${name} and ${some.length - 1} more`;
    const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
    curves.push({ label, index, points: places.map(([x, values]) => [x, mean(values)]) });
    bands.push({
      label: `least to most of ${some.length} seeds`,
      index,
      points: places.map(([x, values]) => [x, Math.min(...values), Math.max(...values)]),
    });
  }
  return { curves, bands };
}
