/** Forecasts beyond what a series holds, horizon after horizon. */
import type { Series, SeriesSet } from '../data/index.ts';
import type { SeriesEncoder } from '../features/index.ts';
import type { Forecasts, Predictor } from '../model/index.ts';

/** Steps ahead of one origin. */
export interface Ahead {
  readonly forecast: Float64Array;
  /** Null where the model has no interval. */
  readonly lower: Float64Array | null;
  readonly upper: Float64Array | null;
}

/** A model and its open session. */
export interface Opened {
  readonly encoder: SeriesEncoder;
  readonly predictor: Predictor;
}

/**
 * Forecasts of `steps` steps from position `origin` of a series, seeing nothing of it from there on but what is known in
 * advance. Beyond the horizon forecasts take the place of values; features that are not known keep their last value; the
 * interval of the n-th horizon is √n times as wide as that of the first, as if the errors of horizons added up independently.
 */
export async function forecastFrom(
  { encoder, predictor }: Opened,
  set: SeriesSet,
  i: number,
  origin: number,
  steps: number,
): Promise<Ahead> {
  const { horizon, log } = encoder;
  const parts: Forecasts[] = [];
  const blind = blinded(set, i, origin, Math.ceil(steps / horizon) * horizon);
  const [series] = blind.series;
  for (let at = origin; at < origin + steps; ) {
    const here: SeriesSet = { ...blind, series: [{ ...series!, history: at }] };
    const next = await predictor.forecasts(here, { series: [0], origin: [at] });
    series!.values.set(next.forecast.subarray(0, Math.min(next.horizon, origin + steps - at)), at);
    parts.push(widened(next, parts[0] ?? next, log, Math.sqrt(parts.length + 1)));
    at += next.horizon;
  }
  const joined = (of: (part: Forecasts) => Float32Array | null): Float64Array | null => {
    const all = parts.map(of);
    return all.includes(null) ? null : Float64Array.from(all.flatMap(values => [...values!])).subarray(0, steps);
  };
  return {
    forecast: joined(({ forecast }) => forecast)!,
    lower: joined(({ lower }) => lower),
    upper: joined(({ upper }) => upper),
  };
}

/** Forecasts with bounds `factor` times as far away as those of `first`, in the unit that the model learns. */
function widened(forecasts: Forecasts, first: Forecasts, log: boolean, factor: number): Forecasts {
  const moved = (bounds: Float32Array | null): Float32Array | null =>
    bounds?.map((bound, k) => {
      const [value, centre] = [forecasts.forecast[k]!, first.forecast[k]!];
      return log ? value * (bound / centre) ** factor : value + factor * (bound - centre);
    }) ?? null;
  return { ...forecasts, lower: moved(first.lower), upper: moved(first.upper) };
}

/** A set of one series that ends at `origin`: a copy of its values, its features as far as they are known. */
function blinded(set: SeriesSet, i: number, origin: number, steps: number): SeriesSet {
  const series = set.series[i]!;
  const length = origin + steps;
  const values = new Float64Array(length).fill(Number.NaN);
  values.set(series.values.subarray(0, origin));
  const features = new Map(
    [...series.features].map(([name, column]) => {
      const known = set.known.includes(name);
      const copy = new Float64Array(length).fill(known ? Number.NaN : column[origin - 1]!);
      copy.set(column.subarray(0, known ? Math.min(length, column.length) : origin));
      return [name, copy];
    }),
  );
  const one: Series = { ...series, length, history: origin, values, observed: new Uint8Array(length), features };
  return { ...set, series: [one] };
}
