/** A trained network in use: predictions for tables, records and images. */
import { everyRow, type Images, pixelsOf, type ReadNote, type SeriesSet, type Table } from '../data/index.ts';
import { HillockError } from '../errors.ts';
import { type Cell, classesOf, type Origins, rawFeeds, recordTable } from '../features/index.ts';
import { floats } from '../graph/index.ts';
import { place, rowsAtATime } from '../nn/index.ts';
import type { Runtime, Session, Tensors } from '../runtime/index.ts';
import { outputsOf, predictedClass } from '../train/index.ts';
import { encodeArtifact, encodePacked, type Parameters } from './artifact.ts';
import { type Forecasts, forecastsOf } from './forecast.ts';
import { inputShapeOf, type ModelSpec } from './spec.ts';

export type ModelRecord = Readonly<Record<string, Cell>> | ReadonlyMap<string, Cell>;

/** One row's prediction. */
export interface Prediction {
  /** The class, or the number in the target's own unit. */
  readonly value: string | number;
  /** Probability of each class, in the order of the model's classes; absent for numbers. */
  readonly probabilities?: readonly number[];
}

export interface Predictions {
  /** Second-class probability [rows], class probabilities [rows, classes], or values [rows]. */
  readonly raw: Float32Array;
  readonly rows: readonly Prediction[];
  /** What did not fit: unseen columns, unreadable cells. */
  readonly notes: readonly ReadNote[];
}

const mostRows = 4096;

/** Records as a table that the model can read; throws `HillockError` kind `usage` when it takes images. */
export function recordsAsTable({ input }: ModelSpec, records: readonly ModelRecord[]): Table {
  if (input.kind !== 'table') throw notRows(input.kind);
  const odd = records.findIndex(record => typeof record !== 'object' || record === null);
  if (odd >= 0) throw new HillockError('usage', `record ${odd + 1} is no object with values by column name`);
  const maps = records.map(record => (record instanceof Map ? record : new Map(Object.entries(record))));
  return recordTable(input.encoder, maps);
}

const notRows = (kind: 'images' | 'series'): HillockError =>
  kind === 'images'
    ? new HillockError('usage', 'this model takes images, not rows of a table')
    : new HillockError('usage', 'this model forecasts series, not rows of a table', 'use its forecast(history)');

/** A model opened on a runtime. */
export interface Predictor {
  table(table: Table, rows?: ArrayLike<number>): Promise<Predictions>;
  records(records: readonly ModelRecord[]): Promise<Predictions>;
  images(images: Images, rows?: ArrayLike<number>): Promise<Predictions>;
  /** The steps ahead of each origin. */
  forecasts(set: SeriesSet, origins: Origins): Promise<Forecasts>;
  /** Raw inputs by the names of the model file to its outputs. */
  run(feeds: Tensors): Promise<Tensors>;
  /** The same in numbers alone, as `encodePacked` takes and gives them: quicker for who asks often. */
  packed(feeds: Tensors): Promise<Tensors>;
  close(): Promise<void>;
}

/** Opens a model for predictions; they come from the same graph as the saved file. */
export async function predictor(spec: ModelSpec, parameters: Parameters, runtime: Runtime): Promise<Predictor> {
  const session = await runtime.open(encodeArtifact(spec, parameters));
  let numbers: Promise<Session> | undefined;
  const predictTable = async (table: Table, rows: ArrayLike<number>): Promise<Predictions> => {
    if (spec.input.kind !== 'table') throw notRows(spec.input.kind);
    const { encoder } = spec.input;
    const { notes } = rawFeeds(encoder, table, []);
    const raw = await inChunks(spec, session, rows, part => rawFeeds(encoder, table, part).feeds);
    return { raw, rows: describe(spec, raw), notes };
  };
  return {
    table: (table, rows = everyRow(table.rows)) => predictTable(table, rows),
    async records(records) {
      return predictTable(recordsAsTable(spec, records), everyRow(records.length));
    },
    async images(images, rows = everyRow(images.rows)) {
      const raw = await inChunks(spec, session, rows, part => imageFeeds(spec, images, part));
      return { raw, rows: describe(spec, raw), notes: [] };
    },
    forecasts: (set, origins) => forecastsOf(spec, session, set, origins),
    run: feeds => session.run(feeds),
    async packed(feeds) {
      numbers ??= runtime.open(encodePacked(spec, parameters));
      return (await numbers).run(feeds);
    },
    async close() {
      await session.close();
      await (await numbers)?.close();
    },
  };
}

/** The last output is the value, or the probabilities: by place, since a column may have its name. */
async function inChunks(
  spec: ModelSpec,
  session: Session,
  rows: ArrayLike<number>,
  feeds: (rows: ArrayLike<number>) => Tensors,
): Promise<Float32Array> {
  const all = Int32Array.from(rows);
  const outputs = outputsOf(spec.target);
  const result = new Float32Array(all.length * outputs);
  const chunk = rowsAtATime(place(spec.network, inputShapeOf(spec.input)), mostRows);
  for (let begin = 0; begin < all.length; begin += chunk) {
    const part = all.subarray(begin, begin + chunk);
    const run = await session.run(feeds(part));
    const values = floats(run[session.outputNames.at(-1)!]);
    const stride = values.length / part.length;
    for (let i = 0; i < part.length; i++) {
      for (let k = 0; k < outputs; k++)
        result[(begin + i) * outputs + k] = values[i * stride + k + (stride - outputs)]!;
    }
  }
  return result;
}

function imageFeeds(spec: ModelSpec, images: Images, rows: ArrayLike<number>): Tensors {
  if (spec.input.kind !== 'images') throw new HillockError('usage', 'this model takes rows of a table, not images');
  const { shape } = spec.input;
  if (images.shape.join() !== shape.join()) {
    throw new HillockError(
      'data',
      `this model takes images of ${shape.join('×')}, ${images.source} holds ${images.shape.join('×')}`,
    );
  }
  return { image: { dtype: 'uint8', shape: [rows.length, ...shape], data: pixelsOf(images, rows) } };
}

/** The predictions a person reads from the raw numbers. */
function describe({ target, threshold }: ModelSpec, raw: Float32Array): readonly Prediction[] {
  const classes = classesOf(target);
  if (!classes) return Array.from(raw, value => ({ value }));
  const outputs = outputsOf(target);
  return Array.from({ length: raw.length / outputs }, (_, row) => {
    const value = classes[predictedClass({ predictions: raw, outputs, threshold }, row)]!;
    const own = Array.from(raw.subarray(row * outputs, (row + 1) * outputs));
    return { value, probabilities: outputs === 1 ? [1 - own[0]!, own[0]!] : own };
  });
}
