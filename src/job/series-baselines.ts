/** Forecasts beside the network, from the same past. */
import type { SeriesSet } from '../data/index.ts';
import { type Baseline, baselineSeasons, baselines, type Forecaster } from '../forecast/index.ts';
import type { Part } from '../train/index.ts';
import type { SeriesParts } from './series-parts.ts';

/** A forecast of `steps` steps from position `origin` of series i, from all values before it. */
export interface Beside {
  readonly name: string;
  forecast(i: number, origin: number, steps: number): Float64Array;
}

/** The baselines that stand beside a network. */
const shown: readonly Baseline[] = baselines.filter(({ name }) => ['naive', 'seasonal-naive', 'linear'].includes(name));

/** Baselines that have learned from what lies before a part of each series (of training: from that itself). */
export function baselinesBeside(set: SeriesSet, parts: SeriesParts, part: Part, horizon: number): readonly Beside[] {
  const ends = part === 'test' ? parts.test : parts.validation;
  const seasons = baselineSeasons(set, parts);
  return shown
    .filter(({ name }) => name !== 'seasonal-naive' || seasons.length > 0)
    .map(baseline => {
      const fitted = new Map<number, Forecaster>();
      return {
        name: baseline.name,
        forecast(i, origin, steps) {
          const { values } = set.series[i]!;
          const forecaster =
            fitted.get(i) ?? baseline.fit(values.subarray(0, Math.max(1, ends[i]!)), { seasons, horizon });
          fitted.set(i, forecaster);
          return forecaster(values.subarray(0, origin), steps);
        },
      };
    });
}
