/** How much the predictions lean on each raw column: permutation importance (Breiman 2001, section 10). */
import type { Column, Table } from '../data/index.ts';
import { columnLength, makeTable, select, column as tableColumn } from '../data/table.ts';
import { HillockError } from '../errors.ts';
import { matchTarget } from '../features/index.ts';
import type { Parameters } from '../model/artifact.ts';
import { predictor } from '../model/model.ts';
import type { ModelSpec } from '../model/spec.ts';
import { permutation, type Random, random } from '../random.ts';
import type { Runtime } from '../runtime/index.ts';
import { metricNamed, score } from '../train/index.ts';

/** The drop of the metric when one column's cells change places, over the repeats. */
export interface ColumnImportance {
  readonly column: string;
  readonly mean: number;
  /** Sample standard deviation over the repeats. */
  readonly sd: number;
  readonly drops: readonly number[];
}

export interface Importance {
  readonly metric: string;
  /** The metric on the rows as they are. */
  readonly baseline: number;
  readonly rows: number;
  readonly repeats: number;
  readonly seed: number;
  /** Most important first. */
  readonly columns: readonly ColumnImportance[];
  /** How to read it. */
  readonly note: string;
}

export interface ImportanceOptions {
  readonly repeats?: number | undefined;
  readonly seed?: number | undefined;
  /** Any metric of the task; auc (binary), accuracy (classes) or r2 (numbers) unless told. */
  readonly metric?: string | undefined;
}

const note =
  'A column is important when shuffling it makes predictions worse. Columns that tell the same thing share their ' +
  'importance: each alone can look unimportant because the other still tells it.';

/** Permutation importance of every raw column of a model over rows of a table that has the target. */
export async function importance(
  spec: ModelSpec,
  parameters: Parameters,
  runtime: Runtime,
  table: Table,
  rows: ArrayLike<number>,
  options: ImportanceOptions = {},
): Promise<Importance> {
  if (spec.input.kind !== 'table') {
    throw new HillockError('usage', 'importance is of the columns of a table, this model takes images');
  }
  const { repeats = 5, seed = 1 } = options;
  const { sample, truths } = knownRows(spec, select(table, rows));
  const model = await predictor(spec, parameters, runtime);
  try {
    const scored = async (part: Table) => {
      const { raw } = await model.table(part);
      return { predictions: raw, truths, outputs: raw.length / part.rows, threshold: spec.threshold };
    };
    const untouched = await scored(sample);
    const metric = chosenMetric(spec, score(spec.target.task, untouched), options.metric);
    const worse = metric.better === 'higher' ? 1 : -1;
    const baseline = metric.compute(untouched);
    const columns: ColumnImportance[] = [];
    for (const { name } of spec.input.encoder.columns) {
      const own = sample.columns.find(candidate => candidate.name === name);
      const drops: number[] = [];
      for (let repeat = 0; own && repeat < repeats; repeat++) {
        const shuffled = withShuffled(sample, own, random(seed).split('importance', name, repeat));
        drops.push(worse * (baseline - metric.compute(await scored(shuffled))));
      }
      columns.push({ column: name, drops, ...meanAndSd(drops) });
    }
    columns.sort((a, b) => b.mean - a.mean);
    return { metric: metric.name, baseline, rows: sample.rows, repeats, seed, columns, note };
  } finally {
    await model.close();
  }
}

/** The rows whose target is known, and the target as metrics take it. */
function knownRows(spec: ModelSpec, table: Table): { sample: Table; truths: Float64Array } {
  const target = tableColumn(table, spec.target.name);
  const { codes, values } = matchTarget(spec.target, target);
  const truths =
    spec.target.task === 'regression' ? values : Float64Array.from(codes, code => (code < 0 ? Number.NaN : code));
  const rows = Int32Array.from(truths.keys()).filter(row => Number.isFinite(truths[row]!));
  if (rows.length >= 2) return { sample: select(table, rows), truths: Float64Array.from(rows, row => truths[row]!) };
  throw new HillockError(
    'data',
    `importance needs at least 2 rows with a known '${spec.target.name}', ${table.source} gave ${rows.length} of ${table.rows}`,
    'give more rows of the data the model was trained for',
  );
}

const preferred = {
  binary: ['auc', 'accuracy'],
  multiclass: ['accuracy'],
  regression: ['r2', 'rmse'],
  forecast: ['mae'],
} as const;

function chosenMetric(spec: ModelSpec, defined: Readonly<Record<string, number>>, asked: string | undefined) {
  const { task } = spec.target;
  const wanted: readonly string[] = asked === undefined ? preferred[task] : [asked];
  const name = wanted.find(candidate => Object.hasOwn(defined, candidate));
  const metric = name === undefined ? undefined : metricNamed(name);
  if (metric) return metric;
  throw new HillockError(
    'usage',
    `${wanted.join(' or ')} is not defined for these rows of a ${task} task`,
    `defined are: ${Object.keys(defined).join(', ')}`,
  );
}

function withShuffled(table: Table, column: Column, rng: Random): Table {
  const order = permutation(columnLength(column), rng);
  const shuffled: Column =
    column.type === 'text'
      ? { ...column, codes: Int32Array.from(order, row => column.codes[row]!) }
      : { ...column, values: Float64Array.from(order, row => column.values[row]!) };
  return makeTable(
    table.source,
    table.columns.map(other => (other === column ? shuffled : other)),
  );
}

function meanAndSd(values: readonly number[]): { mean: number; sd: number } {
  if (values.length === 0) return { mean: 0, sd: 0 };
  const mean = values.reduce((sum, value) => sum + value / values.length, 0);
  const square = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, sd: values.length > 1 ? Math.sqrt(square / (values.length - 1)) : 0 };
}
