/** The longest gap, in steps, that a straight line fills. */
export const shortGap = 3;

/** What was filled. */
export interface Filled {
  readonly count: number;
  readonly gaps: number;
  /** Position of the first filled value; −1 when there is none. */
  readonly first: number;
  /** Values that were taken from the season before. */
  readonly fromSeason: number;
}

/**
 * Fills the NaN between the first and the last value, in place: gaps of up to three steps by a straight line between
 * the values around them, longer ones by the value one season before (`season` > 1), which may itself be filled;
 * where there is none before, and without a season, by the line.
 */
export function fillGaps(values: Float64Array, season: number): Filled {
  let count = 0;
  let gaps = 0;
  let first = -1;
  let fromSeason = 0;
  for (let i = 1; i < values.length; i++) {
    if (!Number.isNaN(values[i]!)) continue;
    const begin = i;
    while (i < values.length && Number.isNaN(values[i]!)) i++;
    if (i === values.length) break;
    if (first < 0) first = begin;
    gaps++;
    count += i - begin;
    const from = values[begin - 1]!;
    const rise = (values[i]! - from) / (i - begin + 1);
    for (let at = begin; at < i; at++) {
      const seasonal = i - begin > shortGap && season > 1 && at >= season;
      values[at] = seasonal ? values[at - season]! : from + rise * (at - begin + 1);
      if (seasonal) fromSeason++;
    }
  }
  return { count, gaps, first, fromSeason };
}

/** Fills the NaN of a feature, in place, with the value before, and before the first value with it; all NaN stay. */
export function carryForward(values: Float64Array): void {
  const first = values.findIndex(value => !Number.isNaN(value));
  if (first < 0) return;
  values.fill(values[first]!, 0, first);
  for (let i = first + 1; i < values.length; i++) if (Number.isNaN(values[i]!)) values[i] = values[i - 1]!;
}
