/** Forecasts of a model of series, through an open session of its file. */
import type { SeriesSet } from '../data/index.ts';
import { type Origins, originCount, originsAt, seriesFeeds } from '../features/index.ts';
import { floats } from '../graph/index.ts';
import { place, rowsAtATime } from '../nn/index.ts';
import type { Session } from '../runtime/index.ts';
import { inputShapeOf, type ModelSpec, seriesInputOf } from './spec.ts';

/** The steps ahead of some origins, in the unit of the series. */
export interface Forecasts {
  readonly horizon: number;
  /** [origins, horizon], row-major. */
  readonly forecast: Float32Array;
  /** The model's first interval; null where it has none. */
  readonly lower: Float32Array | null;
  readonly upper: Float32Array | null;
}

const mostRows = 4096;

/** Forecasts from the windows before some origins; throws `HillockError` kind `usage` for a model that makes none. */
export async function forecastsOf(
  { input, network }: ModelSpec,
  session: Session,
  set: SeriesSet,
  origins: Origins,
): Promise<Forecasts> {
  const { encoder } = seriesInputOf({ input });
  const { horizon } = encoder;
  const rows = originCount(origins);
  const whole = session.outputNames.map(() => new Float32Array(rows * horizon));
  const chunk = rowsAtATime(place(network, inputShapeOf(input)), mostRows);
  for (let begin = 0; begin < rows; begin += chunk) {
    const places = Array.from({ length: Math.min(chunk, rows - begin) }, (_, i) => begin + i);
    const results = await session.run(seriesFeeds(encoder, set, originsAt(origins, places)));
    session.outputNames.forEach((name, i) => {
      whole[i]!.set(floats(results[name]), begin * horizon);
    });
  }
  const [forecast, lower, upper] = whole;
  return { horizon, forecast: forecast!, lower: lower ?? null, upper: upper ?? null };
}
