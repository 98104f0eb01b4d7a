/** A trained network in use, wherever it runs. */
import type { Images, Table } from '../data/index.ts';
import { HillockError } from '../errors.ts';
import type {
  FilterChoice,
  FilterExplanation,
  Health,
  Importance,
  ImportanceOptions,
  NeuronChoice,
  NeuronExplanation,
  Tracer,
} from '../explain/index.ts';
import {
  encodeArtifact,
  type ModelRecord,
  type ModelSpec,
  type Parameters,
  type Predictions,
  type Predictor,
  predictor,
  recordsAsTable,
} from '../model/index.ts';
import type { Runtime, Tensors } from '../runtime/index.ts';
import type { EpochRecord, Part, Scores } from '../train/index.ts';
import type { Steps } from './next-steps.ts';
import type { Report } from './report.ts';

/** A trained network with everything that is known about it. */
export interface ModelInUse {
  readonly spec: ModelSpec;
  readonly parameters: Parameters;
  /** Null for a model file without one. */
  readonly report: Report | null;
  readonly metrics: Readonly<Record<Part, Scores>> | null;
  readonly history: readonly EpochRecord[];
  /** Predicts rows of a table, records by column name, or images. */
  predict(data: Table | Images | readonly ModelRecord[]): Promise<Predictions>;
  /** Of a forecast: the steps after the end of a table, or of the data it learned from; as many as its horizon unless told. */
  forecast(options?: ForecastOptions): Promise<readonly Steps[]>;
  forecast(history: Table | undefined, options?: ForecastOptions): Promise<readonly Steps[]>;
  /** What one neuron of it computes for a row (counted from 0; of a table of series, a window): every input, weight and product, the sum, z and ŷ. */
  explain(data: Table | Images | readonly ModelRecord[], neuron: NeuronChoice): Promise<NeuronExplanation>;
  /** What one filter of it computes at one place of a row: patch × kernel, the sum, z and ŷ. */
  explainFilter(data: Images, filter: FilterChoice): Promise<FilterExplanation>;
  /** How much worse it predicts when a column of the table is shuffled: permutation importance. */
  importance(table: Table, options?: ImportanceOptions): Promise<Importance>;
  /** Neurons that never fire, are saturated or constant, over rows of the data. */
  health(data: Table | Images): Promise<Health>;
  /** Raw inputs by the names of the model file to its outputs. */
  run(feeds: Tensors): Promise<Tensors>;
  /** Rows as numbers, words as their codes, to the numbers that predictions are made of: what a service runs. */
  packed(feeds: Tensors): Promise<Tensors>;
  /** The bytes of model.onnx. */
  toOnnx(): Uint8Array;
  /** Frees the runtime's memory; the model opens again when it is next used. */
  close(): Promise<void>;
}

/** How a forecast is asked for. */
export interface ForecastOptions {
  /** Steps ahead; the model's horizon unless told. */
  readonly steps?: number | undefined;
}

const sampleLimit = 2000;

/** A model in memory; its program is opened at the first prediction, on the runtime it is then given. */
export function modelInUse(
  spec: ModelSpec,
  parameters: Parameters,
  report: Report | null,
  history: readonly EpochRecord[],
  runtime: () => Promise<Runtime>,
): ModelInUse {
  let opened: Promise<Predictor> | undefined;
  let traced: Promise<Tracer> | undefined;
  const open = (): Promise<Predictor> => {
    opened ??= runtime()
      .then(on => predictor(spec, parameters, on))
      .catch((error: unknown) => {
        opened = undefined;
        throw error;
      });
    return opened;
  };
  const inside = (): Promise<Tracer> => {
    traced ??= Promise.all([import('../explain/index.ts'), runtime()])
      .then(([{ tracer }, on]) => tracer(spec, parameters, on))
      .catch((error: unknown) => {
        traced = undefined;
        throw error;
      });
    return traced;
  };
  const toOnnx = (): Uint8Array => encodeArtifact(spec, parameters, report);
  return {
    spec,
    parameters,
    report,
    metrics: report?.metrics ?? null,
    history,
    async predict(data) {
      if (!isRecords(data) && data?.kind !== 'table' && data?.kind !== 'images')
        throw new HillockError(
          'usage',
          'predict takes a table, images, or a list of records',
          'put a single record into a list: predict([record])',
        );
      const use = await open();
      if (isRecords(data)) return use.records(data);
      return data.kind === 'table' ? use.table(data) : use.images(data);
    },
    async forecast(first?: Table | ForecastOptions, options: ForecastOptions = {}) {
      const { forecastAll, seriesToForecast } = await import('./next-steps.ts');
      const history = first && 'columns' in first ? first : undefined;
      const { steps } = first && !history ? (first as ForecastOptions) : options;
      return forecastAll(spec, await open(), seriesToForecast(spec, history), steps);
    },
    async explain(data, choice) {
      const { explainNeuron } = await import('../explain/index.ts');
      const { seenRows } = await import('./read-alike-series.ts');
      const table = seenRows(spec, isRecords(data) ? recordsAsTable(spec, data) : data);
      return explainNeuron(await (await inside()).trace(table, [choice.row ?? 0]), choice);
    },
    async explainFilter(images, choice) {
      const { explainFilter } = await import('../explain/index.ts');
      return explainFilter(await (await inside()).trace(images, [choice.row ?? 0]), choice);
    },
    async importance(table, options) {
      const { everyRow, importance, sampleRows } = await import('../explain/index.ts');
      return importance(
        spec,
        parameters,
        await runtime(),
        table,
        sampleRows(everyRow(table.rows), sampleLimit, options?.seed ?? 0),
        options,
      );
    },
    async health(data) {
      const { everyRow, health, sampleRows } = await import('../explain/index.ts');
      const { seenRows } = await import('./read-alike-series.ts');
      const seen = seenRows(spec, data);
      return health(await inside(), seen, sampleRows(everyRow(seen.rows), sampleLimit, 0));
    },
    run: async feeds => (await open()).run(feeds),
    packed: async feeds => (await open()).packed(feeds),
    toOnnx,
    async close() {
      const closing = [opened, traced];
      opened = undefined;
      traced = undefined;
      for (const session of closing) await (await session?.catch(() => undefined))?.close();
    },
  };
}

const isRecords = (data: Table | Images | readonly ModelRecord[]): data is readonly ModelRecord[] =>
  Array.isArray(data);
