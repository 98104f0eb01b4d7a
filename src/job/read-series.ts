/** Series out of a table, by the options of a training or of the model that came of it. */
import { parseStep, type Series, type SeriesSet, seriesOf, type Table } from '../data/index.ts';
import { HillockError } from '../errors.ts';
import type { ModelSpec, SeriesReading } from '../model/index.ts';
import type { PrepareOptions } from './prepared.ts';

const listed = (names: string | readonly string[] | undefined): readonly string[] | undefined =>
  typeof names === 'string' ? [names] : names;

/** The series that a training asks for. */
export function readSeries(table: Table, options: PrepareOptions): SeriesSet {
  const target = options.target ?? table.target;
  if (target === undefined) {
    throw new HillockError(
      'usage',
      'which column should be forecast?',
      `name one with --target: ${table.columns.map(({ name }) => name).join(', ')}`,
    );
  }
  const time = listed(options.time);
  const set = seriesOf(table, {
    target,
    ...(time ? { time } : {}),
    group: options.group ?? [],
    ...(options.features ? { features: options.features } : {}),
    known: options.known ?? [],
    ignore: options.ignore ?? [],
    ...(options.step === undefined ? {} : { step: parseStep(options.step) }),
  });
  return options.features ? set : withoutPast(set);
}

/** Steps of all series together from which on columns that end with the past are learned from without being asked for. */
const enoughSteps = 5000;

/** A short set with those features only that are known in advance: the others say more by chance than by right. */
function withoutPast(set: SeriesSet): SeriesSet {
  const left = set.features.filter(name => !set.known.includes(name));
  const steps = set.series.reduce((sum, { history }) => sum + history, 0);
  if (left.length === 0 || steps >= enoughSteps) return set;
  const message = `not learned from, for ${steps} steps are too few to tell chance from what they say: ${left.join(', ')} (--features takes them in)`;
  return {
    ...set,
    features: set.features.filter(name => set.known.includes(name)),
    notes: [...set.notes, { message }],
  };
}

/** How the series of a set were read, for the model. */
export const readingOf = ({ time, group, features, known }: SeriesSet): SeriesReading => ({
  time: time === null ? [] : time.split(' + '),
  group,
  features,
  known,
});

/** The series of another table, read as those a model learned from; throws `HillockError` kind `data` where it is of another step. */
export function readAlikeSeries(table: Table, { input, target }: ModelSpec): SeriesSet {
  if (input.kind !== 'series') throw new HillockError('usage', 'this model does not forecast series');
  const { time, group, features, known } = input.reading;
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
  });
}

/** The past of a series up to a position. */
export const pastTo = ({ values }: Series, end: number): Float64Array => values.subarray(0, end);
