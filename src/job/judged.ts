/** The rows that a run is judged by, with what is true of them and what the model says. Node only. */
import { column, type Images, type ImagesSplit, type ReadNote, readSource, type Table } from '../data/index.ts';
import { HillockError } from '../errors.ts';
import { classesOf, matchTarget } from '../features/index.ts';
import { type ModelSpec, type Predictor, predictor } from '../model/index.ts';
import { outputsOf, type Part, type Scored, type Scores, score } from '../train/index.ts';
import type { OpenRun } from './open-run.ts';
import { readPlan } from './plan.ts';
import { tableParts } from './prepare.ts';
import { imageParts } from './prepare-images.ts';
import type { PrepareOptions } from './prepared.ts';
import { readingOf } from './reading.ts';
import { judgedPart } from './report.ts';

/** What is true of each row of labelled data: a class index or a value. */
export interface Truths {
  readonly truths: Float64Array;
  /** Rows where it is known. */
  readonly known: Int32Array;
  readonly notes: readonly ReadNote[];
}

/** The truths of labelled data in terms of a model's target; throws `HillockError` kind `data` where no row has one. */
export function truthsOf({ target }: ModelSpec, data: Table | Images): Truths {
  const classes = classesOf(target);
  const found = data.kind === 'table' ? tableTruths(target, data) : imageTruths(classes ?? [], data);
  const usable = (row: number): boolean => (classes ? found.truths[row]! >= 0 : Number.isFinite(found.truths[row]!));
  const known = Int32Array.from(found.truths.keys()).filter(usable);
  if (known.length > 0) return { ...found, known };
  throw new HillockError(
    'data',
    data.kind === 'table'
      ? `no row of ${data.source} has a usable ${target.name}`
      : `no image of ${data.source} has a class that the model knows`,
    classes ? `the model knows the classes ${classes.slice(0, 10).join(', ')}` : undefined,
  );
}

function tableTruths(target: ModelSpec['target'], table: Table): Omit<Truths, 'known'> {
  if (target.task === 'forecast') throw new HillockError('usage', 'a forecast is judged over the windows of series');
  const { codes, values, notes } = matchTarget(target, column(table, target.name));
  return { truths: target.task === 'regression' ? values : Float64Array.from(codes), notes };
}

function imageTruths(classes: readonly string[], { source, labels, classNames }: Images): Omit<Truths, 'known'> {
  if (!labels) throw new HillockError('data', `${source} holds images without labels`, 'see `hillock predict`');
  const codes = classNames.map(name => classes.indexOf(name));
  return { truths: Float64Array.from(labels, label => codes[label]!), notes: [] };
}

/** The predictions and truths of some rows of labelled data. */
export async function scoredRows(
  spec: ModelSpec,
  model: Predictor,
  data: Table | Images,
  rows: Int32Array,
  truths: Float64Array,
): Promise<Scored & { readonly notes: readonly ReadNote[] }> {
  const { raw, notes } = data.kind === 'table' ? await model.table(data, rows) : await model.images(data, rows);
  const own = Float64Array.from(rows, row => truths[row]!);
  return { predictions: raw, truths: own, outputs: outputsOf(spec.target), threshold: spec.threshold, notes };
}

export interface JudgedRows {
  readonly part: Part;
  readonly data: Table | Images;
  /** Indexes into the data. */
  readonly rows: Int32Array;
  /** What is added to an index for the number that `hillock inspect --row` takes; null where the data is another file. */
  readonly numbered: number | null;
  readonly scored: Scored;
  readonly scores: Scores;
}

/**
 * The rows of the part that a run is judged by, found again as training found them; throws `HillockError` kind `data`
 * that says why they cannot be.
 */
export async function judgedRowsOf(opened: OpenRun): Promise<JudgedRows> {
  const { spec, parameters } = opened.artifact;
  const { report } = opened;
  if (!report) throw new HillockError('data', 'this model tells nothing of the rows that it was judged by');
  const part = judgedPart(report.rows);
  const found = await rowsOf(opened, part);
  const { truths, known } = truthsOf(spec, found.data);
  const usable = new Set(known);
  const rows = found.rows.filter(row => usable.has(row));
  const model = await predictor(spec, parameters, opened.runtime);
  try {
    const scored = await scoredRows(spec, model, found.data, rows, truths);
    const scores = score(spec.target.task, scored);
    if (!agree(scores, report.metrics[part])) throw changed(opened);
    return { part, ...found, rows, scored, scores };
  } finally {
    await model.close();
  }
}

type Found = Pick<JudgedRows, 'data' | 'rows' | 'numbered'>;

/** Whether the scores of the rows are those that the report has of them, but for rounding. */
const agree = (found: Scores, told: Scores): boolean =>
  Object.entries(told).every(([name, value]) => {
    const here = found[name] ?? Number.NaN;
    return Number.isNaN(value) || Math.abs(here - value) <= 1e-3 * Math.max(1e-3, Math.abs(value));
  });

const changed = ({ source }: OpenRun): HillockError =>
  new HillockError(
    'data',
    `the rows that it was judged by are not found again in ${source ?? 'its data'}: their scores are not those of its report`,
    'the data has changed since, or it was trained by a program that chose the rows itself',
  );

async function rowsOf(opened: OpenRun, part: Part): Promise<Found> {
  const report = opened.report!;
  const plan = await readPlan(opened.run).catch(() => undefined);
  const { target, task, seed, rows } = report;
  const options: PrepareOptions = { ...(plan?.options ?? { task, seed }), target };
  const data = await opened.data();
  if (data.kind === 'windows') throw new HillockError('data', 'a forecast is judged over the windows of its series');
  if (data.kind === 'images-split') return imagesOf(data, options, part);
  if (plan?.test && part === 'test') {
    const test = await readSource(plan.test.path, await readingOf(opened.artifact.spec, opened.report?.header ?? []));
    if (test.kind !== 'table') throw new HillockError('data', `${plan.test.source} holds no table`);
    return { data: test, rows: truthsOf(opened.artifact.spec, test).known, numbered: null };
  }
  // Without a plan: as the recipe splits unless told, with validation by an ensemble's members or without.
  const asked = plan?.test ? { ...options, test: data } : options;
  const ways = plan ? [asked] : [asked, { ...asked, members: 1 }];
  const found = ways.map(way => tableParts(data, way)).find(({ parts }) => parts[part].length === rows[part]);
  if (!found) throw changed(opened);
  return { data: found.table, rows: found.parts[part], numbered: 1 };
}

function imagesOf(given: ImagesSplit, options: PrepareOptions, part: Part): Found {
  const { data, parts } = imageParts(given, options);
  if (!data.test || part !== 'test') return { data: data.train, rows: parts[part], numbered: 1 };
  const before = data.train.rows;
  return { data: data.test, rows: parts.test.map(row => row - before), numbered: before + 1 };
}
