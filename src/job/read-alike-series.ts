/** The series of another table as a model reads them. */
import { type SeriesSet, seriesOf, type Table } from '../data/index.ts';
import { HillockError } from '../errors.ts';
import { type SeriesWindows, windowsOf } from '../features/index.ts';
import { type ModelSpec, seriesInputOf } from '../model/index.ts';

/** Rows as a model looks at them: of a model of series the windows of a table's series, else the data as it is. */
export function seenRows<Data extends { readonly kind: string }>(
  spec: ModelSpec,
  data: Data | Table,
): Data | Table | SeriesWindows {
  if (spec.input.kind !== 'series' || data.kind !== 'table') return data;
  const table = data as Table;
  return {
    ...windowsOf(readAlikeSeries(table, spec), spec.input.encoder.window),
    fingerprint: table.fingerprint,
  };
}

/** The series of another table, read as those a model learned from; throws `HillockError` kind `data` where it is of another step. */
export function readAlikeSeries(table: Table, spec: ModelSpec): SeriesSet {
  const { target } = spec;
  const input = seriesInputOf(spec);
  const { time, group, features, known, duplicates } = input.reading;
  const here = new Set(table.columns.map(({ name }) => name));
  const missing = [...time, ...group, ...input.encoder.features.map(({ name }) => name)].filter(
    name => !here.has(name),
  );
  const roleOf = (name: string): string =>
    time.includes(name)
      ? 'which tells the time'
      : group.includes(name)
        ? 'which tells the series'
        : 'which it learned from';
  if (missing.length > 0) {
    throw new HillockError(
      'data',
      `${table.source} has no column '${missing[0]}', ${roleOf(missing[0]!)}`,
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
