/** Fits the mix of base forecasts that a network starts from. */
import type { Series } from '../../data/index.ts';
import { type Base, type BaseShare, basesFor, baseWeights, levelWeights } from './base.ts';
import { bestShares } from './mix.ts';

export interface BaseFit {
  readonly mix: readonly BaseShare[];
  /** Root mean square of u − base in scales of the windows. */
  readonly spread: number;
  /** Root mean square of the windows around their levels. */
  readonly size: number;
}

interface Setting {
  readonly window: number;
  readonly horizon: number;
  readonly seasons: readonly number[];
  readonly ends: readonly number[];
}

/** Windows that are looked at, at most. */
const mostLooked = 3000;
/** How strongly the shares of one step are drawn to those of all steps together, in mean squares of a forecast. */
const likeness = 0.1;
const leastShare = 1e-4;

interface Look {
  readonly values: Float64Array;
  readonly observed: Uint8Array;
  readonly origin: number;
  readonly end: number;
  readonly level: number;
  readonly scale: number;
}

/** The shares that forecast the training part best, in scales of its windows; each step near those of all. */
export function fitBase(seen: readonly Float64Array[], series: readonly Series[], setting: Setting): BaseFit {
  const { window, horizon, seasons } = setting;
  const candidates = basesFor(seasons, window);
  const { looks, size } = looksOf(seen, series, setting);
  const count = candidates.length;
  const grams = Array.from({ length: horizon }, () => new Float64Array(count * count));
  const rights = Array.from({ length: horizon }, () => new Float64Array(count));
  const totals = Array.from({ length: horizon }, () => 0);
  const sparse = candidates.map(base => sparseWeights(base, window, horizon));
  for (const look of looks) {
    for (let k = 0; k < horizon && look.origin + k < look.end; k++) {
      if (!look.observed[look.origin + k]) continue;
      const truth = (look.values[look.origin + k]! - look.level) / look.scale;
      const forecasts = sparse.map(weights => (dot(weights[k]!, look) - look.level) / look.scale);
      totals[k]! += truth * truth;
      forecasts.forEach((a, i) => {
        rights[k]![i]! += a * truth;
        forecasts.forEach((b, j) => {
          grams[k]![i * count + j]! += a * b;
        });
      });
    }
  }
  const gram = grams.reduce((sum, each) => sum.map((value, i) => value + each[i]!), new Float64Array(count * count));
  const right = rights.reduce((sum, each) => sum.map((value, i) => value + each[i]!), new Float64Array(count));
  const all = bestShares(
    { gram, right },
    candidates.map(() => 1 / count),
    0,
  );
  const steps = grams.map((own, k) => {
    const strength = likeness * (own.reduce((sum, value, i) => sum + (i % (count + 1) === 0 ? value : 0), 0) / count);
    return bestShares({ gram: own, right: rights[k]! }, all, strength);
  });
  return {
    mix: candidates
      .map((base, i) => ({ ...base, shares: steps.map(shares => shares[i]!) }))
      .filter(({ shares }) => shares.some(share => share > leastShare)),
    spread: Math.sqrt(squaresLeft(grams, rights, totals, steps) / knownSteps(looks, horizon)),
    size,
  };
}

function looksOf(seen: readonly Float64Array[], series: readonly Series[], { window, seasons, ends }: Setting) {
  const level = levelWeights(seasons[0] ?? 1, window);
  const all = seen.flatMap((values, i) =>
    Array.from({ length: Math.max(0, ends[i]! - window) }, (_, k) => ({ values, i, origin: window + k })),
  );
  const stride = Math.max(1, Math.ceil(all.length / mostLooked));
  const looked = all
    .filter((_, i) => i % stride === 0)
    .map(({ values, i, origin }) => {
      let centre = 0;
      for (let j = 0; j < window; j++) centre += level[j]! * values[origin - window + j]!;
      let square = 0;
      for (let j = 0; j < window; j++) square += (values[origin - window + j]! - centre) ** 2 / window;
      return { values, observed: series[i]!.observed, origin, end: ends[i]!, level: centre, square };
    });
  const mean = looked.reduce((sum, { square }) => sum + square / looked.length, 0);
  const looks = looked.map(({ square, ...look }): Look => ({ ...look, scale: Math.sqrt(square + 0.01 * mean) || 1 }));
  return { looks, size: Math.sqrt(mean) };
}

/** The weights of each step that are not 0, by how far back they stand. */
function sparseWeights(
  base: Base,
  window: number,
  horizon: number,
): readonly (readonly (readonly [number, number])[])[] {
  const weights = baseWeights(base, window, horizon);
  return Array.from({ length: horizon }, (_, k) =>
    Array.from({ length: window }, (_, back): [number, number] => [
      back,
      weights[(window - 1 - back) * horizon + k]!,
    ]).filter(([, weight]) => weight !== 0),
  );
}

const dot = (weights: readonly (readonly [number, number])[], { values, origin }: Look): number => {
  let sum = 0;
  for (const [back, weight] of weights) sum += weight * values[origin - 1 - back]!;
  return sum;
};

function knownSteps(looks: readonly Look[], horizon: number): number {
  let known = 0;
  for (const { observed, origin, end } of looks) {
    for (let k = 0; k < horizon && origin + k < end; k++) known += observed[origin + k]!;
  }
  return Math.max(1, known);
}

/** Σ (truth − Σ share · forecast)² over all steps. */
function squaresLeft(
  grams: readonly Float64Array[],
  rights: readonly Float64Array[],
  totals: readonly number[],
  steps: readonly (readonly number[])[],
): number {
  let left = 0;
  steps.forEach((shares, k) => {
    left += totals[k]!;
    shares.forEach((a, i) => {
      left -= 2 * a * rights[k]![i]!;
      shares.forEach((b, j) => {
        left += a * b * grams[k]![i * shares.length + j]!;
      });
    });
  });
  return Math.max(0, left);
}
