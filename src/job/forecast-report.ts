/** What is reported of a forecast: errors beside naive forecasts, how often its intervals hold, and what comes next. */
import { type SeriesSet, stepName } from '../data/index.ts';
import type { ForecastEncoding, SeriesEncoder } from '../features/index.ts';
import { floats } from '../graph/index.ts';
import type { Predictor } from '../model/index.ts';
import { type FitResult, type Part, type Scores, score, scoreRows, type TrainingJob } from '../train/index.ts';
import { type Ahead, forecastFrom } from './forecasts.ts';
import { type Steps, stepsOf, timesOf } from './next-steps.ts';
import { type Beside, baselinesBeside } from './series-baselines.ts';
import type { SeriesParts, WindowRows } from './series-parts.ts';

/** Errors of the network, and of the forecasts beside it on the same steps. */
export interface Judged {
  readonly scores: Scores;
  readonly baselines: Readonly<Record<string, Scores>>;
}

/** The end of a series: its past, its test part as it was forecast from its beginning, and what comes next. */
export interface Shown {
  readonly key: string;
  readonly time: readonly string[];
  /** NaN where nothing was observed. */
  readonly values: readonly number[];
  readonly test: Steps | null;
  readonly next: Steps | null;
}

export interface SeriesScores {
  readonly key: string;
  readonly scores: Scores;
}

export interface ForecastReport {
  readonly horizon: number;
  readonly window: number;
  readonly step: string;
  /** Steps of the season that the base forecasts repeat; 1 = none. */
  readonly season: number;
  readonly log: boolean;
  /** Mean share of each base forecast over the steps ahead, the largest first. */
  readonly base: readonly { readonly name: string; readonly season: number; readonly share: number }[];
  readonly series: number;
  /** Known features, and those that end with the past. */
  readonly known: readonly string[];
  readonly past: readonly string[];
  /** Each part from every origin in it, the past before the origin known. */
  readonly rolling: Readonly<Record<Part, Judged>>;
  /** Mean absolute error of each step ahead over the origins of the test part, beside naive forecasts; NaN where no truth is known. Absent in the first reports. */
  readonly ahead?:
    | { readonly mae: readonly number[]; readonly baselines: Readonly<Record<string, readonly number[]>> }
    | undefined;
  /** The whole test part forecast from its beginning, without seeing any of it; null where there is none. */
  readonly fixed: (Judged & { readonly steps: number }) | null;
  /** Share of the truths of the test part within each interval, over every origin in it. */
  readonly coverage: readonly { readonly level: number; readonly share: number | null }[];
  /** Of several series the best and the worst by MASE on the test part. */
  readonly best: readonly SeriesScores[];
  readonly worst: readonly SeriesScores[];
  readonly shown: readonly Shown[];
}

/** What was decided before training. */
export interface ForecastFacts {
  readonly set: SeriesSet;
  readonly parts: SeriesParts;
  readonly rows: WindowRows;
  readonly encoder: SeriesEncoder;
  readonly job: TrainingJob;
}

const mostShown = 3;
const mostExtremes = 5;

/** The report of a trained forecast; `predictor` is the model with its intervals. */
export async function forecastReport(
  facts: ForecastFacts,
  target: ForecastEncoding,
  result: FitResult,
  predictor: Predictor,
): Promise<ForecastReport> {
  const { set, encoder } = facts;
  const rolling = (part: Part): Judged => {
    const rows = judgedRows(facts, part);
    const beside = baselinesBeside(set, facts.parts, part, encoder.horizon);
    return judgedOf(facts, beside, rows, result.predictions[part].subarray(0, rows.length * encoder.horizon));
  };
  const tests = await testForecasts(facts, predictor);
  const extremes = perSeries(facts, result.predictions.test);
  const names = (known: boolean) => encoder.features.filter(feature => feature.known === known).map(({ name }) => name);
  return {
    horizon: encoder.horizon,
    window: encoder.window,
    step: stepName(set.step),
    season: encoder.season,
    log: encoder.log,
    base: encoder.base
      .map(({ name, season, shares }) => ({ name, season, share: mean(shares) }))
      .sort((a, b) => b.share - a.share),
    series: set.series.length,
    known: names(true),
    past: names(false),
    rolling: { train: rolling('train'), validation: rolling('validation'), test: rolling('test') },
    ahead: errorsAhead(facts, result.predictions.test),
    fixed: fixedOrigin(facts, tests),
    coverage: coverageOf(facts, target, result.predictions.test),
    best: extremes.slice(0, mostExtremes),
    worst: extremes.slice(mostExtremes).slice(-mostExtremes).reverse(),
    shown: await Promise.all(shownSeries(set).map(i => shownOf(facts, predictor, i, tests[i] ?? null))),
  };
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value / values.length, 0);

/** The rows of a part; of training those whose steps lie in the training part. */
export function judgedRows({ job, rows, parts }: ForecastFacts, part: Part): Int32Array {
  if (part !== 'train') return part === 'test' ? job.testRows : job.validationRows;
  const inside = (row: number): boolean => rows.limit[row]! <= parts.validation[rows.series[row]!]!;
  return job.trainRows.filter(inside);
}

/** What naive forecasts say of some rows, as the network's predictions lie. */
const besideOf = (
  { rows: at, encoder: { horizon } }: ForecastFacts,
  { forecast }: Beside,
  rows: Int32Array,
): Float32Array => {
  const all = new Float32Array(rows.length * horizon);
  rows.forEach((row, i) => {
    all.set(forecast(at.series[row]!, at.origin[row]!, horizon), i * horizon);
  });
  return all;
};

function errorsAhead(facts: ForecastFacts, predictions: Float32Array): NonNullable<ForecastReport['ahead']> {
  const { set, parts, job, encoder } = facts;
  const { horizon } = encoder;
  const errors = (all: Float32Array): readonly number[] =>
    Array.from({ length: horizon }, (_, k) => {
      const own = Array.from(job.testRows, (row, i) =>
        Math.abs(job.truths[row * horizon + k]! - all[i * horizon + k]!),
      );
      const known = own.filter(error => !Number.isNaN(error));
      return known.length > 0 ? mean(known) : Number.NaN;
    });
  const beside = baselinesBeside(set, parts, 'test', horizon);
  return {
    mae: errors(predictions),
    baselines: Object.fromEntries(beside.map(one => [one.name, errors(besideOf(facts, one, job.testRows))])),
  };
}

function judgedOf(
  facts: ForecastFacts,
  baselines: readonly Beside[],
  rows: Int32Array,
  predictions: Float32Array,
): Judged {
  const { job } = facts;
  const beside = baselines.map((one): [string, Scores] => [one.name, scoreRows(job, rows, besideOf(facts, one, rows))]);
  return { scores: scoreRows(job, rows, predictions), baselines: Object.fromEntries(beside) };
}

/** The test part of each series from its beginning; null where a series has none, is too short before it, or a gap before it is filled. */
async function testForecasts(facts: ForecastFacts, predictor: Predictor): Promise<readonly (Ahead | null)[]> {
  const { set, parts, encoder } = facts;
  const all: (Ahead | null)[] = [];
  for (const i of set.series.keys()) {
    const steps = parts.end[i]! - parts.test[i]!;
    const isKnown = set.series[i]!.observed[parts.test[i]! - 1] === 1;
    const usable = steps > 0 && parts.test[i]! >= encoder.window && isKnown;
    all.push(usable ? await forecastFrom({ encoder, predictor }, set, i, parts.test[i]!, steps) : null);
  }
  return all;
}

function fixedOrigin(facts: ForecastFacts, tests: readonly (Ahead | null)[]): ForecastReport['fixed'] {
  const { set, parts, encoder } = facts;
  const told = [...tests.keys()].filter(i => tests[i] !== null);
  if (told.length === 0) return null;
  const baselines = baselinesBeside(set, parts, 'test', encoder.horizon);
  const steps = (i: number): number => parts.end[i]! - parts.test[i]!;
  const scored = (forecast: (i: number) => ArrayLike<number>): Scores => scoreSteps(facts, told, forecast);
  return {
    steps: told.reduce((most, i) => Math.max(most, steps(i)), 0),
    scores: scored(i => tests[i]!.forecast),
    baselines: Object.fromEntries(
      baselines.map(({ name, forecast }) => [name, scored(i => forecast(i, parts.test[i]!, steps(i)))]),
    ),
  };
}

/** Scores of the test parts of some series, each from its beginning. */
function scoreSteps(
  { set, parts, job, rows }: ForecastFacts,
  told: readonly number[],
  forecast: (i: number) => ArrayLike<number>,
): Scores {
  const predictions: number[] = [];
  const truths: number[] = [];
  const scales: number[] = [];
  for (const i of told) {
    const { values, observed } = set.series[i]!;
    const scale = job.errorScales![rows.series.indexOf(i)]!;
    Array.from(forecast(i)).forEach((value, k) => {
      const at = parts.test[i]! + k;
      if (!observed[at]) return;
      predictions.push(value);
      truths.push(values[at]!);
      scales.push(scale);
    });
  }
  return score('forecast', { predictions: Float32Array.from(predictions), truths, scales, outputs: 1, threshold: 0.5 });
}

function coverageOf(
  { job }: ForecastFacts,
  { horizon, log, intervals }: ForecastEncoding,
  predictions: Float32Array,
): ForecastReport['coverage'] {
  const anchors = floats(job.anchors!);
  return intervals.map(({ level, low, high }) => {
    let inside = 0;
    let count = 0;
    job.testRows.forEach((row, i) => {
      const scale = anchors[row * (horizon + 1) + horizon]!;
      for (let k = 0; k < horizon; k++) {
        const truth = job.truths[row * horizon + k]!;
        if (Number.isNaN(truth)) continue;
        const forecast = predictions[i * horizon + k]!;
        const error = (log ? Math.log(truth) - Math.log(forecast) : truth - forecast) / scale;
        if (error >= low[k]! && error <= high[k]!) inside++;
        count++;
      }
    });
    return { level, share: count === 0 ? null : inside / count };
  });
}

/** The scores of each of several series on the test part, the best first by MASE. */
function perSeries({ set, job, rows, encoder }: ForecastFacts, predictions: Float32Array): readonly SeriesScores[] {
  if (set.series.length === 1) return [];
  const places = set.series.map(() => [] as number[]);
  job.testRows.forEach((row, place) => {
    places[rows.series[row]!]!.push(place);
  });
  const { horizon } = encoder;
  const all = set.series.map(({ key }, i): SeriesScores => {
    const own = Float32Array.from(
      places[i]!.flatMap(place => [...predictions.subarray(place * horizon, (place + 1) * horizon)]),
    );
    return {
      key,
      scores: scoreRows(
        job,
        Int32Array.from(places[i]!, place => job.testRows[place]!),
        own,
      ),
    };
  });
  const rank = ({ scores }: SeriesScores): number => scores.mase ?? scores.mae ?? Number.POSITIVE_INFINITY;
  return all.filter(({ scores }) => scores.mae !== undefined).sort((a, b) => rank(a) - rank(b));
}

/** The first series. */
function shownSeries({ series }: SeriesSet): readonly number[] {
  return [...series.keys()].slice(0, mostShown);
}

/** Steps of the past that are shown for each step of the horizon and the test part. */
const shownPast = 3;

async function shownOf(facts: ForecastFacts, predictor: Predictor, i: number, test: Ahead | null): Promise<Shown> {
  const { set, parts, encoder } = facts;
  const series = set.series[i]!;
  const tested = parts.end[i]! - parts.test[i]!;
  const begin = Math.max(0, parts.test[i]! - Math.max(encoder.window, shownPast * Math.max(encoder.horizon, tested)));
  return {
    key: series.key,
    time: timesOf(series, begin, series.history),
    values: Array.from(series.values.subarray(begin, series.history), (value, k) =>
      series.observed[begin + k] ? value : Number.NaN,
    ),
    test: test && stepsOf(series, parts.test[i]!, test),
    next: await nextSteps(set, encoder, predictor, i),
  };
}

/** The horizon after the end of a series; null where it is too short, or where a known feature is not known there. */
async function nextSteps(
  set: SeriesSet,
  encoder: SeriesEncoder,
  predictor: Predictor,
  i: number,
): Promise<Steps | null> {
  const series = set.series[i]!;
  const { history } = series;
  const isKnown = encoder.features.some(({ known }) => known);
  if (history < encoder.window || (isKnown && series.length < history + encoder.horizon)) return null;
  return stepsOf(series, history, await forecastFrom({ encoder, predictor }, set, i, history, encoder.horizon));
}
