/** Series out of a table, by the options of a training or of the model that came of it. */
import { parseStep, type SeriesSet, seriesOf, type Table } from '../data/index.ts';
import { HillockError } from '../errors.ts';
import type { SeriesReading } from '../model/index.ts';
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
    ...(options.duplicates ? { duplicates: options.duplicates } : {}),
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
export const readingOf = (
  set: SeriesSet,
  { duplicates = 'error' }: Pick<PrepareOptions, 'duplicates'>,
): SeriesReading => ({
  time: set.time,
  group: set.group,
  features: set.features,
  known: set.known,
  duplicates,
});
