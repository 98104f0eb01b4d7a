/** All that a report shows of a run, found once. Node only. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type CardContent, judge, modelCard } from '../deploy/index.ts';
import type { Figure } from '../draw/index.ts';
import { HillockError } from '../errors.ts';
import {
  type Health,
  hasNeurons,
  health,
  type Importance,
  importance,
  type ModelSummary,
  sampleRows,
  summarise,
} from '../explain/index.ts';
import { classesOf } from '../features/index.ts';
import { parseHistory } from '../job/checkpoint.ts';
import { type Report, type RunPlan, readPlan, thingsOf } from '../job/index.ts';
import { type InspectedNeuron, type InspectedRow, inspectNeuron, inspectRow } from '../job/inspect.ts';
import { type JudgedRows, judgedRowsOf } from '../job/judged.ts';
import { type OpenRun, sampled } from '../job/open-run.ts';
import { modelName, modelPath, runFiles } from '../model/index.ts';
import { inputReader } from '../serve/inputs/index.ts';
import type { EpochRecord } from '../train/index.ts';
import { calibrationFigure, confusionFigure, numberFigures, oneClass, thresholdFigures } from './figures/answers.ts';
import { forecastFigures } from './figures/forecast.ts';
import { importanceFigure } from './figures/importance.ts';
import { learningFigures } from './figures/learning.ts';
import { networkFigure } from './figures/network.ts';
import { type JudgedRow, placesOf, rowAt } from './rows.ts';

export interface Overview {
  readonly run: string;
  readonly report: Report;
  readonly card: CardContent;
  readonly plan: RunPlan | null;
  readonly summary: ModelSummary;
  readonly learning: readonly Figure[];
  readonly answers: readonly Figure[];
  readonly network: Figure;
  readonly importance: Importance | null;
  readonly importanceFigure: Figure | null;
  readonly health: Health | null;
  /** The surest mistakes, or the numbers furthest off. */
  readonly worst: readonly JudgedRow[];
  readonly worked: { readonly row: Omit<InspectedRow, 'image'>; readonly neuron: InspectedNeuron } | null;
  /** What could not be looked at, and why. */
  readonly without: readonly string[];
}

const mostRows = 1000;
const mostWorst = 24;

/** The card of a run as it is, without a condition that it was held against. */
export async function cardOf({ run, artifact }: OpenRun, report: Report): Promise<CardContent> {
  const { spec } = artifact;
  const file = await readFile(await modelPath(run));
  const { fields } = inputReader(spec, { acceptUnknown: false });
  return modelCard({
    name: modelName(run),
    spec,
    report,
    gate: judge(report, []),
    inputs: fields.map(({ name, about }) => ({ name, about })),
    model: { file: runFiles.model, sha256: createHash('sha256').update(file).digest('hex'), bytes: file.length },
  });
}

/** The epochs of a run, as far as its folder tells. */
export const historyOf = async (run: string): Promise<readonly EpochRecord[]> =>
  parseHistory(await readFile(join(run, runFiles.history), 'utf8').catch(() => ''));

/** Pictures of what was answered: those that the report alone can draw, and those that need the rows. */
export function answerFigures(report: Report, judged: JudgedRows | null): readonly Figure[] {
  const { classes, confusion, forecast, target } = report;
  if (forecast) return forecastFigures(forecast, target);
  const part = judged?.part ?? 'test';
  const whole = classes && confusion ? [confusionFigure(classes, confusion, part, thingsOf(report))] : [];
  if (!judged) return whole;
  if (!classes) return numberFigures(judged.scored, target, part);
  if (classes.length !== 2) return whole;
  const one = oneClass(judged.scored, classes, 1);
  return [...whole, ...thresholdFigures(one), calibrationFigure(one)];
}

/** Looks at everything; what cannot be found is left out and said. Throws `HillockError` kind `model-file` without a report. */
export async function overview(opened: OpenRun): Promise<Overview> {
  const { artifact, report, run, runtime, tracer } = opened;
  if (!report) {
    throw new HillockError(
      'model-file',
      `${run} holds no report that can be read, so there is nothing to show`,
      'look inside the model itself: hillock inspect',
    );
  }
  const without: string[] = [];
  const unless = async <T>(what: string, find: () => Promise<T>): Promise<T | null> => {
    try {
      return await find();
    } catch (error) {
      if (!(error instanceof HillockError) || error.kind === 'interrupted') throw error;
      without.push(`${what}: ${error.message}${error.hint ? ` (${error.hint})` : ''}`);
      return null;
    }
  };
  const { spec, parameters } = artifact;
  const classes = classesOf(spec.target);
  const rowwise = spec.input.kind !== 'series';
  const judged = rowwise ? await unless('the rows that it was judged by', () => judgedRowsOf(opened)) : null;
  const table = judged?.data.kind === 'table' ? judged.data : null;
  const weighed =
    judged && table
      ? await unless('importance of the columns', () =>
          importance(spec, parameters, runtime, table, sampleRows(judged.rows, mostRows, 1)),
        )
      : null;
  const found = await unless('the health of its neurons', async () => {
    const data = judged?.data ?? sampled(await opened.data());
    const all = judged?.rows ?? Int32Array.from({ length: data.rows }, (_, row) => row);
    return health(tracer, data, sampleRows(all, mostRows, 1));
  });
  const layer = tracer.subject.layers.filter(hasNeurons).at(-1);
  const worked =
    layer && found
      ? await unless('a worked calculation', async () => {
          const row = judged && judged.numbered !== null ? judged.rows[0]! + judged.numbered : 1;
          const { image: _, ...told } = await inspectRow(opened, row);
          const said = classes && classes.length > 2 ? classes.indexOf(String(told.value)) : 0;
          return {
            row: told,
            neuron: await inspectNeuron(opened, { row, layer: layer.name, neuron: said + 1, member: undefined }),
          };
        })
      : null;
  const places = judged ? placesOf(judged, classes, { wrong: true }).slice(0, mostWorst) : [];
  return {
    run,
    report,
    card: await cardOf(opened, report),
    plan: await readPlan(run).catch(() => null),
    summary: summarise(spec),
    learning: learningFigures(await historyOf(run), report),
    answers: answerFigures(report, judged),
    network: networkFigure(tracer.subject),
    importance: weighed,
    importanceFigure: weighed && importanceFigure(weighed),
    health: found,
    worst: places.map(place => rowAt(judged!, classes, place)),
    worked,
    without,
  };
}
