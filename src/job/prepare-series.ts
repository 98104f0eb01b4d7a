/** From series to training jobs. */
import { formatTime, type SeriesSet, stepName, type Table, timeAt } from '../data/index.ts';
import { HillockError } from '../errors.ts';
import {
  encodeWindows,
  type ForecastEncoding,
  fitSeriesEncoder,
  type SeriesEncoder,
  seriesShape,
} from '../features/index.ts';
import { f32, floats, sizeOf } from '../graph/index.ts';
import { endsOf } from '../model/index.ts';
import type { Runtime } from '../runtime/index.ts';
import type { FitResult, Part, TrainingJob } from '../train/index.ts';
import { type ForecastFacts, forecastReport, judgedRows } from './forecast-report.ts';
import { checkMemory } from './memory.ts';
import type { Concluded, OpenTrained, Prepared, PrepareOptions } from './prepared.ts';
import { readingOf, readSeries } from './read-series.ts';
import { judgedPart } from './report.ts';
import { intervalsOf } from './series-intervals.ts';
import {
  errorScales,
  judges,
  named,
  type SeriesParts,
  seriesParts,
  truthsOf,
  type WindowRows,
  windowRows,
} from './series-parts.ts';
import {
  type Chosen,
  chosenHorizon,
  chosenWindow,
  layoutFor,
  learnsApart,
  membersFor,
  sequenceModel,
  seriesRecipe,
} from './series-recipe.ts';

/** Windows of series and what comes after them. */
export async function prepareSeries(table: Table, given: PrepareOptions, runtime: Runtime): Promise<Prepared> {
  const options = { ...given, model: sequenceModel(given) };
  const set = readSeries(table, options);
  const shares = { validation: options.validation, test: shareOf(options.test) };
  const horizon =
    asked(options.horizon) ??
    chosenHorizon(set.step, seriesParts(set, shares, 1).seasons, median(set.series.map(({ history }) => history)));
  const parts = seriesParts(set, shares, horizon.value);
  const { seasons } = parts;
  const window = asked(options.window) ?? chosenWindow(seasons, median(parts.validation));
  checkLengths(set, parts, window.value, horizon.value);
  const fit = {
    window: window.value,
    horizon: horizon.value,
    layout: layoutFor(options.model),
    seasons,
    known: parts.test,
  };
  const count = parts.validation.reduce((sum, end) => sum + Math.max(0, end - window.value), 0);
  const members = membersFor(count, options);
  const apart = learnsApart(count);
  const rows = windowRows(set, parts, { window: window.value, horizon: horizon.value, members, apart });
  const early = fitSeriesEncoder(set, { ...fit, ends: parts.validation });
  const encoder = rows.late.includes(1) ? fitSeriesEncoder(set, { ...fit, ends: parts.test }, early) : early;
  const inputShape = seriesShape(encoder);
  checkMemory(set.source, rows.origin.length, sizeOf(inputShape));
  const { x, anchors } = await encodeWindows([early, encoder], rows.late, set, rows, runtime);
  const truths = truthsOf(set, rows, horizon.value);
  const y = relative(truths, floats(anchors), horizon.value, encoder);
  const target: ForecastEncoding = {
    version: 1,
    name: set.target,
    task: 'forecast',
    horizon: horizon.value,
    log: encoder.log,
    limit: limitOf(y, rows, horizon.value),
    intervals: [],
  };
  const recipe = seriesRecipe(target, count, inputShape, { ...options, members });
  const job: TrainingJob = {
    ...recipe,
    target,
    inputShape,
    x,
    anchors,
    y: f32(y, [rows.origin.length, horizon.value]),
    truths,
    errorScales: errorScales(set, parts, rows),
    trainRows: rows.trainRows,
    validationRows: rows.validationRows,
    testRows: rows.testRows,
    ...(rows.rowWeights ? { rowWeights: rows.rowWeights } : {}),
  };
  return {
    job,
    linear: null,
    input: { kind: 'series', encoder, reading: readingOf(set, options), ends: endsOf(set, encoder) },
    target,
    taskReason: `${steps(horizon.value)} ahead`,
    decisions: decisionsOf(set, encoder),
    facts: factsOf(set, encoder, horizon, window, inputShape),
    warnings: [],
    notes: [...set.notes, ...parts.notes],
    splitReason: splitReason(set, parts, members),
    conclude: (result, open) => conclude({ set, parts, rows, encoder, job }, target, options, result, open),
  };
}

function shareOf(test: PrepareOptions['test']): number | undefined {
  if (typeof test !== 'object') return test;
  throw new HillockError(
    'usage',
    'a forecast is tested on the last steps of its own series, not on another file',
    'give a number of steps with --test, and judge other files with `hillock evaluate`',
  );
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;

const asked = (value: number | undefined): Chosen | undefined =>
  value === undefined ? undefined : { value, reason: 'as asked' };

const usualLevels = [0.95, 0.8];

/** Intervals from the validation part, and the report with them. */
async function conclude(
  facts: ForecastFacts,
  plain: ForecastEncoding,
  { interval }: PrepareOptions,
  result: FitResult,
  open: OpenTrained,
): Promise<Concluded> {
  const levels = [...new Set([...(interval === undefined ? [] : [interval]), ...usualLevels])];
  const target = { ...plain, intervals: intervalsOf(facts.job, plain, result.predictions.validation, levels) };
  const predictor = await open(target);
  try {
    const forecast = await forecastReport(facts, target, result, predictor);
    const { testRows, validationRows } = facts.job;
    const part = judgedPart({ train: 1, validation: validationRows.length, test: testRows.length });
    const { baselines } = forecast.rolling[part];
    const { linear = null, ...naive } = baselines;
    const error = (name: string): number => naive[name]?.mae ?? Number.POSITIVE_INFINITY;
    const name = Object.keys(naive).reduce((best, other) => (error(other) < error(best) ? other : best));
    const perPart = <T>(of: (part: Part) => T): Record<Part, T> => ({
      train: of('train'),
      validation: of('validation'),
      test: of('test'),
    });
    return {
      target,
      forecast,
      rows: perPart(each => judgedRows(facts, each).length),
      metrics: perPart(each => forecast.rolling[each].scores),
      baseline: { name, trivial: naive[name]!, linear },
    };
  } finally {
    await predictor.close();
  }
}

const steps = (count: number): string => `${count} ${count === 1 ? 'step' : 'steps'}`;

const decisionsOf = (set: SeriesSet, { features }: SeriesEncoder): Prepared['decisions'] => [
  ...set.time.map(column => ({ column, role: 'date' as const, reason: 'tells the time' })),
  ...set.group.map(column => ({ column, role: 'category' as const, reason: 'tells the series apart' })),
  ...features.map(({ name, known, values }) => ({
    column: name,
    role: values.kind === 'words' ? ('category' as const) : ('numeric' as const),
    reason: known ? 'known in advance' : 'known up to the forecast',
  })),
];

/** What was decided about the series, for a person. */
function factsOf(
  set: SeriesSet,
  encoder: SeriesEncoder,
  horizon: Chosen,
  window: Chosen,
  inputShape: readonly number[],
): NonNullable<Prepared['facts']> {
  const { features, cycles, base, log, season } = encoder;
  const [series] = set.series;
  const span = series ? `${shownTime(series, 0)} to ${shownTime(series, series.history - 1)}` : '';
  const count = set.series.length === 1 ? '' : `${set.series.length} series, the first `;
  const names = (known: boolean): string =>
    features
      .filter(feature => feature.known === known)
      .map(({ name }) => name)
      .join(', ');
  const all: (readonly [string, string])[] = [
    ['series', `${count}${steps(series?.history ?? 0)} of one ${stepName(set.step)}, ${span}`],
    ['season', season > 1 ? `${steps(season)}` : 'none that repeats clearly enough'],
    ['looks back', `${steps(window.value)} (${window.reason})`],
    ['looks ahead', `${steps(horizon.value)} (${horizon.reason})`],
    ['starts from', `${log ? 'logarithms; ' : ''}${mixText(base)}`],
    ['known in advance', names(true)],
    ['known up to now', names(false)],
    ['calendar', cycles.map(({ name }) => name).join(', ')],
    ['inputs', `${inputShape.join(' × ')} numbers`],
  ];
  return all.filter(([, text]) => text !== '');
}

const shownTime = (series: SeriesSet['series'][number], i: number): string =>
  formatTime(timeAt(series, i), series.step);

const mostNamed = 3;

/** A mix of base forecasts in words: 46 % seasonal with trend, 31 % last. */
function mixText(base: SeriesEncoder['base']): string {
  const shares = base
    .map(({ name, season, shares }) => ({
      text: season > 1 ? `${name} (${season})` : name,
      share: shares.reduce((sum, share) => sum + share / shares.length, 0),
    }))
    .sort((a, b) => b.share - a.share);
  const named = shares.slice(0, mostNamed).map(({ text, share }) => `${Math.round(100 * share)} % ${text}`);
  return [...named, ...(shares.length > mostNamed ? ['others'] : [])].join(', ');
}

/** What the loss compares with: the steps ahead as the network's outputs, NaN where they are not known. */
function relative(
  truths: Float64Array,
  anchors: Float32Array,
  horizon: number,
  { log, least }: SeriesEncoder,
): Float32Array {
  return Float32Array.from(truths, (truth, i) => {
    const row = Math.floor(i / horizon) * (horizon + 1);
    return ((log ? Math.log(Math.max(truth, least)) : truth) - anchors[row + (i % horizon)]!) / anchors[row + horizon]!;
  });
}

/** How far an output may go: one and a half times what the training part has seen. */
function limitOf(y: Float32Array, { trainRows }: WindowRows, horizon: number): number {
  let most = 0;
  for (const row of trainRows) {
    for (const value of y.subarray(row * horizon, (row + 1) * horizon))
      if (Math.abs(value) > most) most = Math.abs(value);
  }
  return 1.5 * Math.max(most, 1);
}

/** Throws `HillockError` kind `data` where no series has a window to learn from, or a horizon after it before the test part. */
function checkLengths(set: SeriesSet, { validation, test }: SeriesParts, window: number, horizon: number): void {
  if (validation.some((steps, i) => steps > window && test[i]! >= window + horizon)) return;
  const longest = validation.reduce((most, steps) => Math.max(most, steps), 0);
  const i = validation.indexOf(longest);
  const what =
    horizon >= test[i]!
      ? `a horizon of ${steps(horizon)} does`
      : `a window of ${steps(window)} and ${steps(horizon)} ahead do`;
  const most = { horizon: test[i]! - window, window: Math.min(longest - 1, test[i]! - horizon) };
  const shorter = (['horizon', 'window'] as const)
    .filter(name => most[name] >= 1)
    .map(name => `--${name} ${most[name]}`);
  throw new HillockError(
    'data',
    `${what} not fit: ${named(set, i)} has ${steps(set.series[i]!.history)}, of which ${longest} are left to learn from`,
    shorter.length === 0
      ? 'give a longer history, or a smaller --test'
      : `use ${shorter.join(' or ')} or less, or a smaller --test`,
  );
}

const splitReason = (set: SeriesSet, parts: SeriesParts, members: number): string => {
  const count = judges(members);
  const order = set.time.length === 0 ? 'in the order of the rows' : `in the order of ${set.time.join(' + ')}`;
  const steps = (from: readonly number[], to: readonly number[]): string => {
    const lengths = from.map((begin, i) => to[i]! - begin);
    const [least, most] = [Math.min(...lengths), Math.max(...lengths)];
    return least === most ? String(least) : `${least} to ${most}`;
  };
  const none = parts.validation.map(() => 0);
  const each = set.series.length > 1 ? 'each series ' : '';
  const how = `${order}, ${each}${steps(none, parts.validation)} steps to learn from, ${steps(parts.validation, parts.test)} to validate, ${steps(parts.test, parts.end)} to test`;
  return count === 0
    ? how
    : `${how}; ${count} of the ${members} networks ${count === 1 ? 'is' : 'are'} judged on validation, the other${members - count === 1 ? ' learns' : 's learn'} from it too`;
};
