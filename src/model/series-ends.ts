/** The ends of the series that a model learned from, kept in its file so that it can go on from them. */
import { z } from 'zod';
import { addSteps, type Series, type SeriesSet } from '../data/index.ts';
import type { SeriesEncoder } from '../features/index.ts';

/** The last window of a series, and what was known of the steps after it. */
export interface SeriesEnd {
  readonly key: string;
  /** Time of the first value, ms since 1970-01-01 UTC (unit `row`: its number). */
  readonly start: number;
  /** The window, in the unit of the series. */
  readonly values: readonly number[];
  /** Of each feature of the model the window and the steps after it that are known: numbers or words, null = missing. */
  readonly features: Readonly<Record<string, readonly (number | string | null)[]>>;
}

export const endsSchema = z
  .array(
    z.object({
      key: z.string().max(10_000),
      start: z.number(),
      values: z.array(z.number()).max(1_000_000),
      features: z.record(z.string(), z.array(z.union([z.number(), z.string().max(10_000), z.null()])).max(1_000_000)),
    }),
  )
  .max(1_000_000);

/** Numbers that a model file keeps of ends, at most. */
const mostNumbers = 1_000_000;

/** The ends of a set as a model needs them; none where they would make its file large, or where a series is too short. */
export function endsOf(set: SeriesSet, encoder: SeriesEncoder): readonly SeriesEnd[] {
  const { window, horizon, features } = encoder;
  const numbers = set.series.length * (window + features.length * (window + horizon));
  if (numbers > mostNumbers) return [];
  return set.series
    .filter(({ history }) => history >= window)
    .map(series => {
      const begin = series.history - window;
      const cells = ({ name, known }: SeriesEncoder['features'][number]): (number | string | null)[] => {
        const levels = set.levels.get(name);
        const end = known ? Math.min(series.length, series.history + horizon) : series.history;
        const column = series.features.get(name)!.subarray(begin, end);
        return Array.from(column, value => (levels ? (levels[value] ?? null) : Number.isFinite(value) ? value : null));
      };
      return {
        key: series.key,
        start: addSteps(series.start, set.step, begin),
        values: [...series.values.subarray(begin, series.history)],
        features: Object.fromEntries(features.map(feature => [feature.name, cells(feature)])),
      };
    });
}

/** Ends as a set of series again; `target` is the name of what is forecast. */
export function setOfEnds(
  ends: readonly SeriesEnd[],
  encoder: SeriesEncoder,
  target: string,
  time: readonly string[],
): SeriesSet {
  const { step, features } = encoder;
  const words = features.filter(({ values }) => values.kind === 'words').map(({ name }) => name);
  const levels = new Map(
    words.map(name => {
      const cells = ends.flatMap(end => end.features[name] ?? []);
      return [name, [...new Set(cells.filter(cell => typeof cell === 'string'))]];
    }),
  );
  const series = ends.map((end): Series => {
    const history = end.values.length;
    const length = Math.max(history, ...Object.values(end.features).map(cells => cells.length));
    const values = new Float64Array(length).fill(Number.NaN);
    values.set(end.values);
    const column = (name: string): Float64Array =>
      Float64Array.from({ length }, (_, i) => {
        const cell = end.features[name]?.[i] ?? null;
        return typeof cell === 'string' ? (levels.get(name)?.indexOf(cell) ?? -1) : (cell ?? Number.NaN);
      });
    const observed = Uint8Array.from({ length }, (_, i) => Number(i < history));
    const { key, start } = end;
    return {
      key,
      start,
      step,
      length,
      history,
      values,
      observed,
      features: new Map(features.map(({ name }) => [name, column(name)])),
    };
  });
  return {
    kind: 'series',
    source: 'the end of the training data',
    target,
    time,
    group: [],
    step,
    seasons: [],
    series,
    features: features.map(({ name }) => name),
    known: features.filter(({ known }) => known).map(({ name }) => name),
    levels,
    notes: [],
    fingerprint: '',
  };
}
