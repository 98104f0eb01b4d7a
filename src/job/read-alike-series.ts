/** The series of another table as a model reads them. */
import { type Series, type SeriesSet, seriesOf, type Table } from '../data/index.ts';
import { HillockError } from '../errors.ts';
import type { ModelSpec } from '../model/index.ts';

/** The series of another table, read as those a model learned from; throws `HillockError` kind `data` where it is of another step. */
export function readAlikeSeries(table: Table, { input, target }: ModelSpec): SeriesSet {
  if (input.kind !== 'series') throw new HillockError('usage', 'this model does not forecast series');
  const { time, group, features, known, duplicates } = input.reading;
  const here = new Set(table.columns.map(({ name }) => name));
  const missing = [...time, ...group].filter(name => !here.has(name));
  if (missing.length > 0) {
    throw new HillockError(
      'data',
      `${table.source} has no column '${missing[0]}', which tells the ${time.includes(missing[0]!) ? 'time' : 'series'}`,
      `the model was trained with the columns ${[...time, ...group, target.name, ...features].join(', ')}`,
    );
  }
  const there = (names: readonly string[]): readonly string[] => names.filter(name => here.has(name));
  return seriesOf(table, {
    target: target.name,
    ...(time.length > 0 ? { time } : {}),
    group,
    features: there(features),
    known: there(known),
    step: input.encoder.step,
    duplicates,
  });
}

/** The past of a series up to a position. */
export const pastTo = ({ values }: Series, end: number): Float64Array => values.subarray(0, end);
