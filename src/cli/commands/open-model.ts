import { HillockError } from '../../errors.ts';
import type { Device, Report } from '../../job/index.ts';
import type { ModelSpec, Predictor } from '../../model/index.ts';

/** A saved model opened for predictions. */
export interface OpenModel {
  readonly spec: ModelSpec;
  readonly report: Report | null;
  /** Every column of the data it learned from, in their order, as far as the model tells. */
  readonly header: readonly string[];
  readonly predictor: Predictor;
}

export interface OpenOptions {
  readonly threshold?: number | undefined;
  readonly device?: Device | undefined;
}

/** Opens a run folder or a model file; only what predictions need is loaded, so that this is quick. */
export async function openModel(run: string, options: OpenOptions = {}): Promise<OpenModel> {
  const { readArtifact } = await import('../../model/folder.ts');
  const { predictor } = await import('../../model/model.ts');
  const { runtimeFor } = await import('../../job/device.ts');
  const { parseReport } = await import('../../job/report-schema.ts');
  const [artifact, runtime] = await Promise.all([
    readArtifact(run),
    runtimeFor(options.device ?? 'cpu', { spin: false }),
  ]);
  const { task } = artifact.spec.target;
  if (options.threshold !== undefined && task !== 'binary') {
    const what = task === 'regression' ? 'predicts a number' : 'tells more than two classes apart';
    throw new HillockError('usage', `--threshold is for two classes; this model ${what}`, 'leave --threshold out');
  }
  const threshold = options.threshold ?? artifact.spec.threshold;
  const spec = { ...artifact.spec, threshold };
  const report = parseReport(artifact.report);
  const inputs = spec.input.kind === 'table' ? spec.input.encoder.columns.map(({ name }) => name) : [];
  const header = report && report.header.length > 0 ? report.header : [...inputs, spec.target.name];
  return { spec, report, header, predictor: await predictor(spec, artifact.parameters, runtime) };
}

/** The error for a model of images and a source that holds a table, or the other way round. */
export function mismatch({ spec: { input } }: OpenModel, source: string): HillockError {
  const found = input.kind === 'images' ? `${source} is a table` : `${source} holds images`;
  const taken = {
    table: () => 'rows of a table',
    images: () => `images of ${'shape' in input ? input.shape.join('×') : ''}`,
    series: () => 'series in a table',
  };
  return new HillockError('usage', `${found}, but this model takes ${taken[input.kind]()}`);
}
