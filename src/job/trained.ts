/** A trained network in Node, and the folder it is kept in. Node only. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ModelSpec, type Parameters, readArtifact, runFiles, writeWhole } from '../model/index.ts';
import type { EpochRecord } from '../train/index.ts';
import { parseHistory } from './checkpoint.ts';
import { type Device, runtimeFor } from './device.ts';
import { type ModelInUse, modelInUse } from './model-in-use.ts';
import { historyLines, type Report } from './report.ts';
import { parseReport } from './report-schema.ts';

/** A trained network with everything that is known about it. */
export interface TrainedModel extends ModelInUse {
  /** Writes model.onnx, report.json and history.jsonl into a folder. */
  save(folder: string): Promise<void>;
}

/** A model as training hands it over, with its report. */
export interface FreshModel extends TrainedModel {
  readonly report: Report;
  readonly metrics: Report['metrics'];
}

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
  const model = modelInUse(spec, parameters, report, history, () => runtimeFor(device));
  return {
    ...model,
    async save(folder) {
      await writeWhole(join(folder, runFiles.model), model.toOnnx());
      if (history.length > 0) await writeWhole(join(folder, runFiles.history), historyLines(history));
      if (report) await writeWhole(join(folder, runFiles.report), `${JSON.stringify(report, finite, 2)}\n`);
    },
  };
}

const finite = (_: string, value: unknown): unknown =>
  typeof value === 'number' && !Number.isFinite(value) ? null : value;

/** Opens a saved run or a model.onnx; throws `HillockError` kind `model-file`. */
export async function load(run: string, options: { device?: Device } = {}): Promise<TrainedModel> {
  const { spec, parameters, report } = await readArtifact(run);
  return trainedModel(spec, parameters, parseReport(report), await readHistory(run), options.device);
}

/** The epochs of a run folder, as far as its history can be read; none for a model file on its own. */
async function readHistory(run: string): Promise<readonly EpochRecord[]> {
  return parseHistory(await readFile(join(run, runFiles.history), 'utf8').catch(() => ''));
}
