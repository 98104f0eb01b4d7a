import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Images, Table } from '../data/index.ts';
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
  readArtifact,
  recordsAsTable,
  runFiles,
  writeWhole,
} from '../model/index.ts';
import type { Tensors } from '../runtime/index.ts';
import type { EpochRecord, Part, Scores } from '../train/index.ts';
import { epochRecord } from './checkpoint.ts';
import { type Device, runtimeFor } from './device.ts';
import { forecastAll, type Steps, seriesToForecast } from './next-steps.ts';
import { historyLines, type Report } from './report.ts';
import { parseReport } from './report-schema.ts';

/** A trained network with everything that is known about it. */
export interface TrainedModel {
  readonly spec: ModelSpec;
  readonly parameters: Parameters;
  /** Null for a model file without one. */
  readonly report: Report | null;
  readonly metrics: Readonly<Record<Part, Scores>> | null;
  readonly history: readonly EpochRecord[];
  /** Predicts rows of a table, records by column name, or images. */
  predict(data: Table | Images | readonly ModelRecord[]): Promise<Predictions>;
  /** Of a forecast: the steps after the end of a table, or of the data it learned from; as many as its horizon unless told. */
  forecast(history?: Table, options?: { readonly steps?: number | undefined }): Promise<readonly Steps[]>;
  /** What one neuron of it computes for a row: every input, weight and product, the sum, z and ŷ. */
  explain(data: Table | Images | readonly ModelRecord[], neuron: NeuronChoice): Promise<NeuronExplanation>;
  /** What one filter of it computes at one place of a row: patch × kernel, the sum, z and ŷ. */
  explainFilter(data: Images, filter: FilterChoice): Promise<FilterExplanation>;
  /** How much worse it predicts when a column of the table is shuffled: permutation importance. */
  importance(table: Table, options?: ImportanceOptions): Promise<Importance>;
  /** Neurons that never fire, are saturated or constant, over rows of the data. */
  health(data: Table | Images): Promise<Health>;
  /** Raw inputs by the names of the model file to its outputs. */
  run(feeds: Tensors): Promise<Tensors>;
  /** The bytes of model.onnx. */
  toOnnx(): Uint8Array;
  /** Writes model.onnx, report.json and history.jsonl into a folder. */
  save(folder: string): Promise<void>;
  /** Frees the runtime's memory; the model opens again when it is next used. */
  close(): Promise<void>;
}

/** A model as training hands it over, with its report. */
export interface FreshModel extends TrainedModel {
  readonly report: Report;
  readonly metrics: Report['metrics'];
}

const sampleLimit = 2000;

/** A model in memory; its program is opened at the first prediction. */
export function trainedModel(
  spec: ModelSpec,
  parameters: Parameters,
  report: Report,
  history: readonly EpochRecord[],
  device?: Device,
): FreshModel;
export function trainedModel(
  spec: ModelSpec,
  parameters: Parameters,
  report: Report | null,
  history: readonly EpochRecord[],
  device?: Device,
): TrainedModel;
export function trainedModel(
  spec: ModelSpec,
  parameters: Parameters,
  report: Report | null,
  history: readonly EpochRecord[],
  device: Device = 'cpu',
): TrainedModel {
  let opened: Promise<Predictor> | undefined;
  let traced: Promise<Tracer> | undefined;
  const open = (): Promise<Predictor> => {
    opened ??= runtimeFor(device)
      .then(runtime => predictor(spec, parameters, runtime))
      .catch((error: unknown) => {
        opened = undefined;
        throw error;
      });
    return opened;
  };
  const inside = (): Promise<Tracer> => {
    traced ??= Promise.all([import('../explain/index.ts'), runtimeFor(device)]).then(([{ tracer }, runtime]) =>
      tracer(spec, parameters, runtime),
    );
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
      const use = await open();
      if (isRecords(data)) return use.records(data);
      return data.kind === 'table' ? use.table(data) : use.images(data);
    },
    async forecast(history, options = {}) {
      return forecastAll(spec, await open(), seriesToForecast(spec, history), options.steps);
    },
    async explain(data, choice) {
      const { explainNeuron } = await import('../explain/index.ts');
      const table = isRecords(data) ? recordsAsTable(spec, data) : data;
      return explainNeuron(await (await inside()).trace(table, [choice.row ?? 0]), choice);
    },
    async explainFilter(images, choice) {
      const { explainFilter } = await import('../explain/index.ts');
      return explainFilter(await (await inside()).trace(images, [choice.row ?? 0]), choice);
    },
    async importance(table, options) {
      const { everyRow, importance, sampleRows } = await import('../explain/index.ts');
      const runtime = await runtimeFor(device);
      return importance(
        spec,
        parameters,
        runtime,
        table,
        sampleRows(everyRow(table.rows), sampleLimit, options?.seed ?? 0),
        options,
      );
    },
    async health(data) {
      const { everyRow, health, sampleRows } = await import('../explain/index.ts');
      return health(await inside(), data, sampleRows(everyRow(data.rows), sampleLimit, 0));
    },
    run: async feeds => (await open()).run(feeds),
    toOnnx,
    async save(folder) {
      await writeWhole(join(folder, runFiles.model), toOnnx());
      if (history.length > 0) await writeWhole(join(folder, runFiles.history), historyLines(history));
      if (report) await writeWhole(join(folder, runFiles.report), `${JSON.stringify(report, finite, 2)}\n`);
    },
    async close() {
      const closing = [opened, traced];
      opened = undefined;
      traced = undefined;
      for (const session of closing) await (await session)?.close();
    },
  };
}

const isRecords = (data: Table | Images | readonly ModelRecord[]): data is readonly ModelRecord[] =>
  Array.isArray(data);

const finite = (_: string, value: unknown): unknown =>
  typeof value === 'number' && !Number.isFinite(value) ? null : value;

/** Opens a saved run or a model.onnx; throws `HillockError` kind `model-file`. */
export async function load(run: string, options: { device?: Device } = {}): Promise<TrainedModel> {
  const { spec, parameters, report } = await readArtifact(run);
  return trainedModel(spec, parameters, parseReport(report), await readHistory(run), options.device);
}

/** The epochs of a run folder, as far as its history can be read; none for a model file on its own. */
async function readHistory(run: string): Promise<readonly EpochRecord[]> {
  const text = await readFile(join(run, runFiles.history), 'utf8').catch(() => '');
  const lines = text.split('\n').filter(line => line !== '');
  return lines.flatMap(line => {
    const record = epochRecord(line);
    return record ? [record] : [];
  });
}
