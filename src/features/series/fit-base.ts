/** Fits the mix of base forecasts that a network starts from. */
import type { Series } from '../../data/index.ts';
import {
  type Base,
  type BaseShare,
  baseGrowth,
  baseNamed,
  basesFor,
  baseWeights,
  levelWeights,
  mixedGrowth,
  mixedWeights,
} from './base.ts';
import { bestShares, type Squares } from './mix.ts';
import { heldOutRegressions, type RegressionRow, regressionKinds } from './regression.ts';

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
  /** The season that levels are taken over; 1 = none. */
  readonly season: number;
  readonly ends: readonly number[];
}

/** Windows that are looked at, at most. */
const mostLooked = 3000;
/** How strongly the shares of one step are drawn to those of all steps together, in mean squares of a forecast. */
const likeness = 0.1;
const leastShare = 1e-4;

/** A window, and the steps ahead of it that are known. */
interface Look {
  readonly values: Float64Array;
  readonly observed: Uint8Array;
  readonly origin: number;
  readonly end: number;
  readonly level: number;
  /** Root mean square around the level, of the window and of all windows of its series. */
  readonly scale: number;
  readonly unit: number;
}

/** The shares that forecast the training part best, errors in units of each series; each step near those of all. */
export function fitBase(seen: readonly Float64Array[], series: readonly Series[], setting: Setting): BaseFit {
  const { window, horizon, seasons } = setting;
  const { looks, size } = looksOf(seen, series, setting);
  const fixed = basesFor(seasons, window).map(base => ({ ...base, growth: growthOf(base, looks) }));
  const learned = regressionsOf(looks, setting);
  const candidates = [...fixed, ...learned.map(({ base }) => base)];
  const steps = squaresOf(looks, fixed, learned, window, horizon);
  const count = candidates.length;
  const total = (of: (step: Squares) => Float64Array): Float64Array =>
    steps.map(of).reduce((sum, each) => sum.map((value, i) => value + each[i]!));
  const even = candidates.map(() => 1 / count);
  const all = bestShares({ gram: total(({ gram }) => gram), right: total(({ right }) => right) }, even, 0);
  const shares = steps.map(squares => bestShares(squares, all, (likeness * trace(squares)) / count));
  const mix = candidates
    .map((base, i): BaseShare => ({ ...base, shares: shares.map(step => step[i]!) }))
    .filter(({ shares }) => shares.some(share => share > leastShare));
  return { mix, spread: spreadOf(looks, mix, window, horizon), size };
}

/** Steps from `origin` on up to the first that was not observed. */
function knownAhead(observed: Uint8Array, origin: number, end: number): number {
  let at = origin;
  while (at < end && observed[at] === 1) at++;
  return at - origin;
}

interface Learned {
  readonly base: Grown;
  /** The regression for an origin, learned from other times. */
  heldOut(origin: number): Grown;
}

/** The regressions that the windows are enough for. */
function regressionsOf(looks: readonly Look[], setting: Setting): readonly Learned[] {
  const { horizon } = setting;
  const rows = looks.map(
    ({ values, observed, origin, end, level, scale }): RegressionRow => ({
      origin,
      known: knownAhead(observed, origin, Math.min(end, origin + horizon)),
      back: lag => (values[origin - lag]! - level) / scale,
      ahead: k => (values[origin + k]! - level) / scale,
    }),
  );
  return regressionKinds.flatMap(kind => {
    const regression = kind.fit(rows, setting);
    const heldOut = regression && heldOutRegressions(kind, rows, setting);
    if (!heldOut) return [];
    const base = { name: kind.name, season: 1, growth: 0 };
    return [{ base: { ...base, regression }, heldOut: (origin: number) => ({ ...base, regression: heldOut(origin) }) }];
  });
}

const trace = ({ gram, right }: Squares): number => right.reduce((sum, _, i) => sum + gram[i * (right.length + 1)]!, 0);

/** A stride of at least `least` that comes to every place of a season in turn. */
function strideFor(least: number, seasons: readonly number[]): number {
  const common = (a: number, b: number): number => (b === 0 ? a : common(b, a % b));
  let stride = Math.max(1, least);
  while (seasons.some(season => common(season, stride) > 1)) stride++;
  return stride;
}

function looksOf(seen: readonly Float64Array[], series: readonly Series[], { window, season, seasons, ends }: Setting) {
  const level = levelWeights(season, window);
  const all = seen.flatMap((values, i) =>
    Array.from({ length: Math.max(0, ends[i]! - window) }, (_, k) => ({ values, i, origin: window + k })).filter(
      ({ origin }) => series[i]!.observed[origin - 1] === 1,
    ),
  );
  const stride = strideFor(Math.ceil(all.length / mostLooked), seasons);
  const looked = all
    .filter((_, i) => i % stride === 0)
    .map(({ values, i, origin }) => {
      let centre = 0;
      for (let j = 0; j < window; j++) centre += level[j]! * values[origin - window + j]!;
      let square = 0;
      for (let j = 0; j < window; j++) square += (values[origin - window + j]! - centre) ** 2 / window;
      return { i, values, observed: series[i]!.observed, origin, end: ends[i]!, level: centre, square };
    });
  const mean = (of: readonly { readonly square: number }[]): number =>
    of.reduce((sum, { square }) => sum + square / of.length, 0);
  const size = mean(looked);
  const units = series.map((_, i) => Math.sqrt(mean(looked.filter(look => look.i === i))) || 1);
  const looks = looked.map(
    ({ i, square, ...look }): Look => ({ ...look, unit: units[i]!, scale: Math.sqrt(square + 0.01 * size) || 1 }),
  );
  return { looks, size: Math.sqrt(size) };
}

/** How much a window of the training part grew from one season (or step) to the next on average, in scales; 0 for a base without growth. */
function growthOf({ name, season }: Base, looks: readonly Look[]): number {
  if (!baseNamed(name)!.growth || looks.length === 0) return 0;
  const grown = looks.map(({ values, origin, scale }) => (values[origin - 1]! - values[origin - 1 - season]!) / scale);
  return grown.reduce((sum, each) => sum + each / grown.length, 0);
}

type Grown = Omit<BaseShare, 'shares'>;

/** For each step what the best shares need of the forecasts and of the truth; learned ones come last, and forecast times they have not seen. */
function squaresOf(
  looks: readonly Look[],
  fixed: readonly Grown[],
  learned: readonly Learned[],
  window: number,
  horizon: number,
): Squares[] {
  const count = fixed.length + learned.length;
  const steps = Array.from({ length: horizon }, () => ({
    gram: new Float64Array(count * count),
    right: new Float64Array(count),
  }));
  const weighed = (base: Grown): Weighed => ({ base, weights: sparseWeights(base, window, horizon) });
  const all = fixed.map(weighed);
  const known = new Map<Base['regression'], Weighed>();
  const heldOut = ({ heldOut }: Learned, origin: number): Weighed => {
    const base = heldOut(origin);
    const found = known.get(base.regression) ?? weighed(base);
    known.set(base.regression, found);
    return found;
  };
  for (const look of looks) {
    const candidates = [...all, ...learned.map(one => heldOut(one, look.origin))];
    eachKnown(look, horizon, k => {
      const { gram, right } = steps[k]!;
      const truth = (look.values[look.origin + k]! - look.level) / look.unit;
      const forecasts = candidates.map(
        ({ base, weights }) => (dot(weights[k]!, look) + baseGrowth(base, k) * look.scale) / look.unit,
      );
      for (let i = 0; i < count; i++) {
        right[i]! += forecasts[i]! * truth;
        for (let j = 0; j < count; j++) gram[i * count + j]! += forecasts[i]! * forecasts[j]!;
      }
    });
  }
  return steps;
}

interface Weighed {
  readonly base: Grown;
  readonly weights: readonly Sparse[];
}

function eachKnown({ observed, origin, end }: Look, horizon: number, use: (k: number) => void): void {
  for (let k = 0; k < horizon && origin + k < end; k++) if (observed[origin + k]) use(k);
}

type Sparse = readonly (readonly [back: number, weight: number])[];

/** The weights of each step that are not 0, by how far back they stand. */
function sparseWeights(base: Base, window: number, horizon: number): readonly Sparse[] {
  const weights = baseWeights(base, window, horizon);
  return Array.from({ length: horizon }, (_, k) => sparse(weights, window, horizon, k));
}

const sparse = (weights: Float64Array, window: number, horizon: number, k: number): Sparse =>
  Array.from({ length: window }, (_, back) => [back, weights[(window - 1 - back) * horizon + k]!] as const).filter(
    ([, weight]) => weight !== 0,
  );

/** A weighted sum of the values of a window around its level. */
function dot(weights: Sparse, { values, origin, level }: Look): number {
  let sum = 0;
  for (const [back, weight] of weights) sum += weight * (values[origin - 1 - back]! - level);
  return sum;
}

/** Root mean square of what the mix leaves, in scales of the windows. */
function spreadOf(looks: readonly Look[], mix: readonly BaseShare[], window: number, horizon: number): number {
  const weights = mixedWeights(mix, window, horizon);
  const growth = mixedGrowth(mix, horizon);
  const steps = Array.from({ length: horizon }, (_, k) => sparse(weights, window, horizon, k));
  let squares = 0;
  let count = 0;
  for (const look of looks) {
    eachKnown(look, horizon, k => {
      squares += ((look.values[look.origin + k]! - look.level - dot(steps[k]!, look)) / look.scale - growth[k]!) ** 2;
      count++;
    });
  }
  return Math.sqrt(squares / Math.max(1, count));
}
