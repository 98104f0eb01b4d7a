import type { CardMetric } from '../../deploy/index.ts';
import type { Figure } from '../../draw/index.ts';
import { HillockError } from '../../errors.ts';
import { classesOf } from '../../features/index.ts';
import { type Report, type Things, thingsOf } from '../../job/index.ts';
import type { JudgedRows } from '../../job/judged.ts';
import {
  answerFigures,
  calibrationFigure,
  cardOf,
  historyOf,
  type JudgedRow,
  learningFigures,
  oneClass,
  overview,
  page,
  placesOf,
  rowAt,
  thresholdFigures,
} from '../../report/index.ts';
import { Refusal } from '../../serve/exchange.ts';
import type { AtThreshold } from '../../train/index.ts';
import { json } from '../answer.ts';
import { reportOf, wholeNumber } from '../judged-look.ts';
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
  /** What a row is. */
  readonly things: Things;
  readonly metrics: readonly CardMetric[];
  /** What the scores must be read with: leaks, corrected rows. */
  readonly warnings: Report['warnings'];
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

export interface RowsOfCell {
  readonly total: number;
  readonly rows: readonly JudgedRow[];
}

const mostShown = 60;

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

/** The same rows with what is said of them where the probability is cut elsewhere. */
function cutAt(judged: JudgedRows, asked: string | null): JudgedRows {
  if (asked === null) return judged;
  const threshold = Number(asked);
  if (asked.trim() === '' || !Number.isFinite(threshold)) throw new Refusal(400, 'threshold must be a number');
  return { ...judged, scored: { ...judged.scored, threshold } };
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
    things: thingsOf(report),
    metrics: card.metrics,
    warnings: report.warnings,
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
      'The rows of a cell of the confusion matrix (?truth=&said=), of all mistakes (?wrong=1), or those furthest off; ?threshold= where the probability of the last of two classes is cut instead.',
    async handle(call, { looks }) {
      const look = await looks.open(call.param('id'));
      const judged = cutAt(await look.judged(), call.url.searchParams.get('threshold'));
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
