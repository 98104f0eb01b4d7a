/** Forecasts that need no network, as weights on the values of a window; a mix of them is what a network starts from. */
import type { Regression } from './regression.ts';

/** One way to go on from a window; the forecast of step k is Σ u[i]·weight(i, k). */
export interface BaseForecast {
  readonly name: string;
  /** In one sentence. */
  readonly about: string;
  /** Whether it repeats a season. */
  readonly seasonal: boolean;
  /** Of one that grows as the training part did: the part of a season's (or a step's) usual growth in forecast step k. */
  growth?(k: number, season: number): number;
  /** Values it looks back on, the last of the window. */
  needs(season: number): number;
  /** Tells the weights of forecast step k (from 0): `add(back, weight)`, where the last value of the window is `back` 0. */
  weights(k: number, season: number, window: number, add: (back: number, weight: number) => void): void;
}

type Add = (back: number, weight: number) => void;

/** Steps back to the value a whole number of seasons before forecast step k, the nearest that is known. */
const seasonBack = (k: number, season: number): number => season - 1 - (k % season);

/** `share` of what the last `count` values lie above those one season before them. */
function addRecent(count: number, season: number, share: number, add: Add): void {
  for (let back = 0; back < count; back++) {
    add(back, share / count);
    add(back + season, -share / count);
  }
}

const recent = (name: string, about: string, values: (season: number) => number): BaseForecast => ({
  name,
  about,
  seasonal: true,
  needs: season => season + values(season),
  weights(k, season, _window, add) {
    add(seasonBack(k, season), 1);
    addRecent(values(season), season, 1, add);
  },
});

/** Growth goes on half as fast: damped trends forecast better (Gardner and McKenzie 1985). */
const damping = 0.5;

export const bases: readonly BaseForecast[] = [
  {
    name: 'last',
    about: 'the last value',
    seasonal: false,
    needs: () => 1,
    weights: (_k, _season, _window, add) => add(0, 1),
  },
  {
    name: 'mean',
    about: 'the mean of the window',
    seasonal: false,
    needs: () => 2,
    weights(_k, _season, window, add) {
      for (let back = 0; back < window; back++) add(back, 1 / window);
    },
  },
  {
    name: 'recent mean',
    about: 'the mean of the last quarter of the window',
    seasonal: false,
    needs: () => 8,
    weights(_k, _season, window, add) {
      const count = Math.floor(window / 4);
      for (let back = 0; back < count; back++) add(back, 1 / count);
    },
  },
  {
    name: 'drift',
    about: 'the last value and the slope of the window',
    seasonal: false,
    needs: () => 3,
    weights(k, _season, window, add) {
      add(0, 1 + (k + 1) / (window - 1));
      add(window - 1, -(k + 1) / (window - 1));
    },
  },
  {
    name: 'seasonal',
    about: 'the value one season before',
    seasonal: true,
    needs: season => season,
    weights: (k, season, _window, add) => add(seasonBack(k, season), 1),
  },
  {
    name: 'mean of two seasons',
    about: 'the mean of the values one and two seasons before',
    seasonal: true,
    needs: season => 2 * season,
    weights(k, season, _window, add) {
      add(seasonBack(k, season), 0.5);
      add(seasonBack(k, season) + season, 0.5);
    },
  },
  {
    name: 'seasonal with trend',
    about: 'the value one season before, moved by what the last season lies above the one before it',
    seasonal: true,
    needs: season => 2 * season,
    weights(k, season, _window, add) {
      add(seasonBack(k, season), 1);
      addRecent(season, season, Math.floor(k / season) + 1, add);
    },
  },
  {
    name: 'last with the usual growth',
    about: 'the last value and half the mean growth of a step',
    seasonal: false,
    needs: () => 2,
    weights: (_k, _season, _window, add) => add(0, 1),
    growth: k => damping * (k + 1),
  },
  {
    name: 'seasonal with the usual growth',
    about: 'the value one season before and half the mean growth of a season',
    seasonal: true,
    needs: season => season + 1,
    weights: (k, season, _window, add) => add(seasonBack(k, season), 1),
    growth: (k, season) => damping * (Math.floor(k / season) + 1),
  },
  recent(
    'seasonal, moved by the last value',
    'the value one season before, moved by the change of the last value',
    () => 1,
  ),
  recent(
    'seasonal, moved by the last quarter',
    'the value one season before, moved by the change of the last quarter of a season',
    season => Math.max(1, Math.round(season / 4)),
  ),
  recent(
    'seasonal, moved by the last half',
    'the value one season before, moved by the change of the last half of a season',
    season => Math.max(1, Math.round(season / 2)),
  ),
];

/** A base forecast of one season (1 where it has none). */
export interface Base {
  readonly name: string;
  readonly season: number;
  /** Of the one whose weights are learned. */
  readonly regression?: Regression | undefined;
}

/** A base forecast at work: its share in each step ahead. */
export interface BaseShare extends Base {
  /** The usual growth of a season (or of a step) in scales of the window; 0 for one that does not look at it. */
  readonly growth: number;
  /** [horizon]; the shares of all in a step add up to 1. */
  readonly shares: readonly number[];
}

export const baseNamed = (name: string): BaseForecast | undefined => bases.find(base => base.name === name);

/** Values that a base forecast looks back on. */
export const baseNeeds = ({ name, season, regression }: Base): number =>
  regression ? Math.max(...regression.lags) : (baseNamed(name)?.needs(season) ?? Number.POSITIVE_INFINITY);

/** Every base forecast that needs no learning and that a window is long enough for. */
export const basesFor = (seasons: readonly number[], window: number): readonly Base[] =>
  bases
    .flatMap(({ name, seasonal }) => (seasonal ? seasons : [1]).map(season => ({ name, season })))
    .filter(base => baseNeeds(base) <= window);

/** The weights of a base forecast on the values of a window around its level, [window, horizon]. */
export function baseWeights({ name, season, regression }: Base, window: number, horizon: number): Float64Array {
  const weights = new Float64Array(window * horizon);
  for (let k = 0; k < horizon; k++) {
    const add = (back: number, weight: number): void => {
      weights[(window - 1 - back) * horizon + k]! += weight;
    };
    if (regression)
      for (const [i, lag] of regression.lags.entries()) add(lag - 1, regression.weights[i * horizon + k]!);
    else baseNamed(name)!.weights(k, season, window, add);
  }
  return weights;
}

/** What a base forecast adds to step k whatever the window holds, in scales of the window. */
export const baseGrowth = ({ name, season, regression, growth }: Omit<BaseShare, 'shares'>, k: number): number =>
  regression ? regression.intercept[k]! : growth * (baseNamed(name)!.growth?.(k, season) ?? 0);

/** The weights of a mix of base forecasts, [window, horizon]. */
export function mixedWeights(mix: readonly BaseShare[], window: number, horizon: number): Float64Array {
  const mixed = new Float64Array(window * horizon);
  for (const base of mix) {
    baseWeights(base, window, horizon).forEach((weight, i) => {
      mixed[i]! += weight * base.shares[i % horizon]!;
    });
  }
  return mixed;
}

/** What growth adds to each step of a mix, in scales of the window: [horizon]. */
export const mixedGrowth = (mix: readonly BaseShare[], horizon: number): Float64Array =>
  Float64Array.from({ length: horizon }, (_, k) =>
    mix.reduce((sum, base) => sum + base.shares[k]! * baseGrowth(base, k), 0),
  );

/** The season that the level of a window is taken over: the first that fits it; 1 = none. */
export const levelSeason = (seasons: readonly number[], window: number): number =>
  seasons.find(season => season <= window) ?? 1;

/** The weights of the level of a window, [window]: the mean of its last season, or of its last quarter. */
export function levelWeights(season: number, window: number): Float64Array {
  const count = Math.max(1, season > 1 && season <= window ? season : Math.floor(window / 4));
  return Float64Array.from({ length: window }, (_, i) => (i >= window - count ? 1 / count : 0));
}
