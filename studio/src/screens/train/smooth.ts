export type Points = readonly (readonly [x: number, y: number])[];

/** Exponential moving average without the pull towards its first value (Kingma and Ba 2015, §3). */
export function smoothed(points: Points, share: number): Points {
  let sum = 0;
  let weight = 0;
  return points.map(([x, y]) => {
    sum = share * sum + (1 - share) * y;
    weight = share * weight + (1 - share);
    return [x, sum / weight] as const;
  });
}
