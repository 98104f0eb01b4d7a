/** What a model cannot be trusted with, as far as its report tells. */
import { judgedPart, type Report } from '../job/index.ts';
import type { ModelSpec } from '../model/index.ts';
import type { CardMetric, ClassScores } from './card.ts';

/** Fewer rows of a class than this tell little about it. */
const fewRows = 30;
const mostListed = 20;

type InputKind = ModelSpec['input']['kind'];
type Task = Report['task'];

const ofInput: Readonly<Record<InputKind, readonly string[]>> = {
  table: [
    'Numbers beyond the ranges under *What it takes* are answered like any other, but nothing is known of how well.',
    'Words that training never saw, and columns that are missing without ever having been missing in training, are refused by the service unless it is started with --accept-unknown.',
  ],
  images: ['Any picture gets an answer, also one that shows none of the classes or was taken in another way.'],
  series: ['A forecast assumes that the series goes on as it did; nothing warns when it no longer does.'],
};

const ofTask: Readonly<Record<Task, readonly string[]>> = {
  regression: ['A number comes without a range of its own: the errors below are those of all rows together.'],
  binary: [
    'Probabilities are not calibrated: compare them with how often they come true before money depends on them.',
  ],
  multiclass: [
    'Probabilities are not calibrated: compare them with how often they come true before money depends on them.',
  ],
  forecast: ['Errors of neighbouring forecasts go together, so the intervals of the scores are rough.'],
};

const always =
  'It tells what went together in the data, not what causes what; whether the data speak for those it is used on is for people to judge.';

export function limitsOf(
  { input }: ModelSpec,
  report: Report,
  metrics: readonly CardMetric[],
  classes: readonly ClassScores[] | null,
): readonly string[] {
  const part = judgedPart(report.rows);
  const rare = classes?.filter(({ rows }) => rows < fewRows).map(({ label, rows }) => `${label} (${rows})`) ?? [];
  const from =
    report.testSource === null
      ? `The scores are of rows of the same source (${report.source}): another place, time or way of measuring may give others.`
      : `The scores are of ${report.testSource}: another place, time or way of measuring may give others.`;
  return [
    ...(part === 'test'
      ? []
      : [
          `Nothing was held out for a test: these scores are of the ${part} part, which training has looked at; expect less.`,
        ]),
    ...(report.start ? [`It ${report.start}.`] : []),
    from,
    ...(rare.length > 0
      ? [`Little is known of classes with fewer than ${fewRows} rows in the ${part} part: ${listed(rare)}.`]
      : []),
    ...besideBaselines(metrics, report.baseline.name),
    ...report.warnings.map(({ columns, message }) => `${listed(columns)}: ${message}`),
    ...ofInput[input.kind],
    ...ofTask[report.task],
    always,
  ];
}

const listed = (names: readonly string[]): string =>
  names.length > mostListed ? `${names.slice(0, mostListed).join(', ')}, …` : names.join(', ');

/** Where the first score is not beyond that of something simpler by more than chance. */
function besideBaselines([first]: readonly CardMetric[], trivial: string): readonly string[] {
  if (!first?.interval) return [];
  const { metric, better, interval } = first;
  const notBetter = (other: number | null): other is number =>
    other !== null && (better === 'higher' ? interval.low <= other : interval.high >= other);
  if (notBetter(first.trivial))
    return [`Its ${metric} is not surely better than that of the same answer for every row ('${trivial}').`];
  if (notBetter(first.linear)) return [`Its ${metric} is not surely better than that of a linear model.`];
  return [];
}
