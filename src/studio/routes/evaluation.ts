import { z } from 'zod';
import type { CardMetric } from '../../deploy/index.ts';
import type { Figure } from '../../draw/index.ts';
import { HillockError } from '../../errors.ts';
import { dependence, type Importance, importance, sampleRows } from '../../explain/index.ts';
import { classesOf } from '../../features/index.ts';
import type { Report } from '../../job/index.ts';
import type { JudgedRows } from '../../job/judged.ts';
import { predictor } from '../../model/index.ts';
import {
  answerFigures,
  type Counterfactual,
  calibrationFigure,
  cardOf,
  counterfactual,
  dependenceFigure,
  historyOf,
  importanceFigure,
  type JudgedRow,
  learningFigures,
  oneClass,
  overview,
  page,
  placesOf,
  rowAt,
  type Slices,
  slices,
  thresholdFigures,
} from '../../report/index.ts';
import { Refusal } from '../../serve/exchange.ts';
import type { AtThreshold } from '../../train/index.ts';
import { json } from '../answer.ts';
import type { Look } from '../looks.ts';
import type { Call, Route } from '../route.ts';

/** How good a run is, on the rows it is judged by. */
export interface EvaluationAnswer {
  readonly id: string;
  readonly target: string;
  readonly task: Report['task'];
  readonly classes: readonly string[] | null;
  readonly part: keyof Report['rows'];
  readonly rows: number;
  readonly metrics: readonly CardMetric[];
  /** What answers the same for every row. */
  readonly trivial: string;
  readonly confusion: readonly (readonly number[])[] | null;
  /** Pictures of the answers and of the training. */
  readonly figures: readonly Figure[];
  /** The class whose probability is cut, with the counts at every threshold; null where nothing is cut. */
  readonly cut: { readonly label: string; readonly threshold: number; readonly points: readonly AtThreshold[] } | null;
  /** Columns that rows can be told apart by. */
  readonly columns: readonly string[];
  /** Why the rows themselves are not there; null where they are. */
  readonly without: string | null;
  /** A row to begin with. */
  readonly example: Readonly<Record<string, unknown>> | null;
}

/** What the answer depends on, column by column. */
export interface DependenceAnswer {
  readonly columns: readonly string[];
  readonly figure: Figure;
}

export interface RowsOfCell {
  readonly total: number;
  readonly rows: readonly JudgedRow[];
}

export interface ImportanceAnswer {
  readonly importance: Importance;
  readonly figure: Figure;
}

const mostRows = 1000;
const mostShown = 60;
const mostDependent = 200;

function reportOf({ opened }: Look): Report {
  if (opened.report) return opened.report;
  throw new HillockError('model-file', 'this model has no report: nothing tells how good it is', 'train it here');
}

/** The judged rows, or why there are none. */
async function judgedOf(look: Look): Promise<{ judged: JudgedRows | null; without: string | null }> {
  if (look.opened.artifact.spec.input.kind === 'series') return { judged: null, without: null };
  try {
    return { judged: await look.judged(), without: null };
  } catch (error) {
    if (!(error instanceof HillockError)) throw error;
    return { judged: null, without: `${error.message}${error.hint ? ` (${error.hint})` : ''}` };
  }
}

async function evaluation(call: Call, look: Look): Promise<EvaluationAnswer> {
  const report = reportOf(look);
  const { judged, without } = await judgedOf(look);
  const card = await cardOf(look.opened, report);
  const { classes } = report;
  const asked = Number(call.url.searchParams.get('class') ?? (classes?.length === 2 ? 1 : 0));
  if (classes && !(Number.isInteger(asked) && asked >= 0 && asked < classes.length))
    throw new Refusal(400, `class must be 0 to ${classes.length - 1}`);
  const one = judged && classes ? oneClass(judged.scored, classes, asked) : null;
  const figures = one
    ? [...answerFigures(report, null), ...thresholdFigures(one), calibrationFigure(one)]
    : answerFigures(report, judged);
  const { input } = look.opened.artifact.spec;
  return {
    id: call.param('id'),
    target: report.target,
    task: report.task,
    classes,
    part: card.part,
    rows: card.data.rows[card.part],
    metrics: card.metrics,
    trivial: card.trivial,
    confusion: report.confusion,
    figures: [...figures, ...learningFigures(await historyOf(look.opened.run), report)],
    cut: one && {
      label: one.label,
      threshold: look.opened.artifact.spec.threshold,
      points: one.points.map(point => ({ ...point, threshold: Math.max(0, point.threshold) })),
    },
    columns: judged?.data.kind === 'table' ? judged.data.columns.map(({ name }) => name) : [],
    without,
    example: judged && input.kind === 'table' ? rowAt(judged, classes, 0).cells : null,
  };
}

const wholeNumber = (call: Call, name: string): number | undefined => {
  const text = call.url.searchParams.get(name);
  if (text === null) return undefined;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new Refusal(400, `${name} must be a whole number, not ${text.slice(0, 40)}`);
};

const recordSchema = z.object({
  record: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
});

export const evaluationRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/api/runs/{id}/evaluation',
    about: 'How good a run is: scores with intervals, figures, thresholds; ?class= the class that is cut.',
    handle: async (call, { looks }) => json(await evaluation(call, await looks.open(call.param('id')))),
  },
  {
    method: 'GET',
    path: '/api/runs/{id}/evaluation/rows',
    about:
      'The rows of a cell of the confusion matrix (?truth=&said=), of all mistakes (?wrong=1), or those furthest off.',
    async handle(call, { looks }) {
      const look = await looks.open(call.param('id'));
      const judged = await look.judged();
      const classes = classesOf(look.opened.artifact.spec.target);
      const choice = {
        truth: wholeNumber(call, 'truth'),
        said: wholeNumber(call, 'said'),
        wrong: call.url.searchParams.get('wrong') === '1',
      };
      const places = placesOf(judged, classes, choice);
      const from = wholeNumber(call, 'from') ?? 0;
      const count = Math.min(mostShown, wholeNumber(call, 'count') ?? 20);
      const rows = places.slice(from, from + count).map(place => rowAt(judged, classes, place));
      return json({ total: places.length, rows } satisfies RowsOfCell);
    },
  },
  {
    method: 'GET',
    path: '/api/runs/{id}/importance',
    about: 'Permutation importance of the columns over the rows that the run is judged by.',
    async handle(call, { looks }) {
      const look = await looks.open(call.param('id'));
      const judged = await look.judged();
      const { data, rows } = judged;
      if (data.kind !== 'table') throw new HillockError('usage', 'importance is of the columns of a table');
      const { artifact, runtime } = look.opened;
      const found = await look.importance(() =>
        importance(artifact.spec, artifact.parameters, runtime, data, sampleRows(rows, mostRows, 1)),
      );
      return json({ importance: found, figure: importanceFigure(found) } satisfies ImportanceAnswer);
    },
  },
  {
    method: 'GET',
    path: '/api/runs/{id}/dependence',
    about:
      'What it answers when a column of the judged rows is set to each of its values (?column=&class=): mean and single rows.',
    async handle(call, { looks }) {
      const look = await looks.open(call.param('id'));
      const { data, rows } = await look.judged();
      const { input, target } = look.opened.artifact.spec;
      if (data.kind !== 'table' || input.kind !== 'table')
        throw new HillockError('usage', 'a model of a table depends on its columns');
      const column = call.url.searchParams.get('column') ?? input.encoder.columns[0]!.name;
      const classes = classesOf(target);
      const output = classes?.length === 2 ? 1 : (wholeNumber(call, 'class') ?? 0);
      const { artifact, runtime } = look.opened;
      const model = await predictor(artifact.spec, artifact.parameters, runtime);
      const found = await dependence(model, data, sampleRows(rows, mostDependent, 1), column, output).finally(() =>
        model.close(),
      );
      const answer = classes ? `P(${classes[output]})` : target.name;
      return json({
        columns: input.encoder.columns.map(({ name }) => name),
        figure: dependenceFigure(found, answer),
      } satisfies DependenceAnswer);
    },
  },
  {
    method: 'GET',
    path: '/api/runs/{id}/slices',
    about: 'A score of every group of a column (?column=&metric=).',
    async handle(call, { looks }) {
      const look = await looks.open(call.param('id'));
      const { task, metrics } = reportOf(look);
      const judged = await look.judged();
      const { searchParams } = call.url;
      const metric = searchParams.get('metric') ?? Object.keys(metrics[judged.part])[0] ?? '';
      return json(slices(judged, task, searchParams.get('column') ?? '', metric) satisfies Slices);
    },
  },
  {
    method: 'POST',
    path: '/api/runs/{id}/counterfactual',
    about: 'The nearest row that is answered otherwise, with as few changes as keep that answer.',
    async handle(call, { looks, models }) {
      const look = await looks.open(call.param('id'));
      const read = recordSchema.safeParse(await call.json(), { jitless: true });
      if (!read.success) throw new Refusal(400, 'record must hold a cell for each column');
      const { model } = await models.open(call.param('id'));
      const predicts = { records: (records: Parameters<typeof model.predict>[0]) => model.predict(records) };
      const found = await counterfactual(look.opened.artifact.spec, await look.judged(), predicts, read.data.record);
      return json({ found } satisfies { found: Counterfactual | null });
    },
  },
  {
    method: 'GET',
    path: '/api/runs/{id}/report.html',
    about: 'The page of a run, as `hillock report` writes it.',
    async handle(call, { looks }) {
      const { opened } = await looks.open(call.param('id'));
      return new Response(page(await overview(opened)), {
        headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' },
      });
    },
  },
];
