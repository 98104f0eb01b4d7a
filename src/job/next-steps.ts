/** The steps after the end of series, by a saved model. */
import { formatTime, type Series, type SeriesSet, type Table, timeAt } from '../data/index.ts';
import { HillockError } from '../errors.ts';
import type { SeriesEncoder } from '../features/index.ts';
import { type ModelSpec, type Predictor, seriesInputOf, setOfEnds } from '../model/index.ts';
import { type Ahead, forecastFrom } from './forecasts.ts';
import { readAlikeSeries } from './read-alike-series.ts';

/** Steps of one series, as a person reads them. */
export interface Steps {
  readonly key: string;
  readonly time: readonly string[];
  readonly forecast: readonly number[];
  readonly lower: readonly number[] | null;
  readonly upper: readonly number[] | null;
}

/** The series that a model goes on from: those of a table, or the ends of those it learned from. */
export function seriesToForecast(spec: ModelSpec, table: Table | undefined): SeriesSet {
  const { encoder, reading, ends } = seriesInputOf(spec);
  if (table) return readAlikeSeries(table, spec);
  if (ends.length > 0) return setOfEnds(ends, encoder, spec.target.name, reading.time);
  throw new HillockError(
    'usage',
    'this model file does not hold the end of the series it learned from: they were too many',
    'give a file with the history: hillock predict RUN FILE',
  );
}

/** Steps ahead of every series; throws `HillockError` kind `data` where one is too short, or what should be known of the steps is not. */
export async function forecastAll(
  spec: ModelSpec,
  predictor: Predictor,
  set: SeriesSet,
  steps: number | undefined,
): Promise<readonly Steps[]> {
  const { encoder } = seriesInputOf(spec);
  const count = steps ?? encoder.horizon;
  const all: Steps[] = [];
  for (const [i, series] of set.series.entries()) {
    checkKnown(set, series, encoder, count);
    all.push(
      stepsOf(series, series.history, await forecastFrom({ encoder, predictor }, set, i, series.history, count)),
    );
  }
  return all;
}

function checkKnown(set: SeriesSet, series: Series, { features }: SeriesEncoder, count: number): void {
  const known = features.filter(feature => feature.known).map(({ name }) => name);
  if (known.length === 0 || series.length >= series.history + count) return;
  const rows = series.length - series.history;
  throw new HillockError(
    'data',
    `the next ${count} steps need what is known of them (${known.join(', ')}), ${set.source} has it for ${rows}`,
    'give a file whose last rows hold these columns and the time, and leave the target empty there',
  );
}

export const timesOf = (series: Series, begin: number, end: number): readonly string[] =>
  Array.from({ length: end - begin }, (_, k) => formatTime(timeAt(series, begin + k), series.step));

/** The steps of a series from a position as a person reads them. */
export const stepsOf = (series: Series, origin: number, { forecast, lower, upper }: Ahead): Steps => ({
  key: series.key,
  time: timesOf(series, origin, origin + forecast.length),
  forecast: [...forecast],
  lower: lower && [...lower],
  upper: upper && [...upper],
});
