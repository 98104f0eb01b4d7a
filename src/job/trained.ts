import { join } from 'node:path';
import type { Images, Table } from '../data/index.ts';
import {
  encodeArtifact,
  type ModelRecord,
  type ModelSpec,
  type Parameters,
  type Predictions,
  type Predictor,
  predictor,
  readArtifact,
  runFiles,
  writeWhole,
} from '../model/index.ts';
import type { EpochRecord, Part, Scores } from '../train/index.ts';
import { type Device, runtimeFor } from './device.ts';
import { historyLines, type Report } from './report.ts';

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
  /** The bytes of model.onnx. */
  toOnnx(): Uint8Array<ArrayBuffer>;
  /** Writes model.onnx, report.json and history.jsonl into a folder. */
  save(folder: string): Promise<void>;
  /** Frees the runtime's memory; the model opens again when it is next used. */
  close(): Promise<void>;
}

/** A model in memory; its program is opened at the first prediction. */
export function trainedModel(
  spec: ModelSpec,
  parameters: Parameters,
  report: Report | null,
  history: readonly EpochRecord[],
  device: Device = 'cpu',
): TrainedModel {
  let opened: Promise<Predictor> | undefined;
  const open = (): Promise<Predictor> => {
    opened ??= runtimeFor(device).then(runtime => predictor(spec, parameters, runtime));
    return opened;
  };
  const toOnnx = (): Uint8Array<ArrayBuffer> => encodeArtifact(spec, parameters, report);
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
    toOnnx,
    async save(folder) {
      await writeWhole(join(folder, runFiles.model), toOnnx());
      await writeWhole(join(folder, runFiles.history), historyLines(history));
      await writeWhole(join(folder, runFiles.report), `${JSON.stringify(report, finite, 2)}\n`);
    },
    async close() {
      await (await opened)?.close();
      opened = undefined;
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
  return trainedModel(spec, parameters, report as Report | null, [], options.device);
}
