/** A run opened to be looked into, with the data it was trained on. Node only. */
import { type ImagesSplit, readSource, type SourceOptions, type Table } from '../data/index.ts';
import { HillockError } from '../errors.ts';
import { type Data, type Tracer, tracer } from '../explain/index.ts';
import type { SeriesWindows } from '../features/index.ts';
import { type Artifact, type ModelSpec, readArtifact } from '../model/index.ts';
import type { Runtime } from '../runtime/index.ts';
import { runtimeFor } from './device.ts';
import { readPlan } from './plan.ts';
import { seenRows } from './read-alike-series.ts';
import { readingOf } from './reading.ts';
import type { Report } from './report.ts';
import { parseReport } from './report-schema.ts';

/** A run with its model opened and its data within reach. */
export interface OpenRun {
  readonly run: string;
  readonly artifact: Artifact;
  /** Null where the model has none, or none that can be trusted. */
  readonly report: Report | null;
  readonly runtime: Runtime;
  readonly tracer: Tracer;
  /** Where the data comes from; null when neither the run nor the person says. */
  readonly source: string | null;
  /** Reads the data, once; throws `HillockError` kind `data` that says how to give it. */
  data(): Promise<Table | ImagesSplit | SeriesWindows>;
  close(): Promise<void>;
}

/** Opens a run; `asked` is the source to use instead of the one it was trained on, `say` hears what a person should know. */
export async function openRun(
  run: string,
  asked: string | undefined,
  say: (message: string) => void,
): Promise<OpenRun> {
  const artifact = await readArtifact(run);
  const report = parseReport(artifact.report);
  const runtime = await runtimeFor('cpu', { notice: say });
  const opened = await tracer(artifact.spec, artifact.parameters, runtime);
  let read: Promise<Table | ImagesSplit | SeriesWindows> | undefined;
  return {
    run,
    artifact,
    report,
    runtime,
    tracer: opened,
    source: asked ?? report?.source ?? null,
    data() {
      read ??= (
        asked === undefined ? readOwn(run, artifact.spec, report, say) : readLike(asked, artifact.spec, report)
      ).then(data => seenRows(artifact.spec, data));
      return read;
    },
    close: () => opened.close(),
  };
}

const readLike = async (source: string, spec: ModelSpec, report: Report | null) =>
  readSource(source, await readingOf(spec, report?.header ?? []));

async function readOwn(
  run: string,
  spec: ModelSpec,
  report: Report | null,
  say: (message: string) => void,
): Promise<Table | ImagesSplit> {
  if (report === null || report.source === 'standard input') {
    const why = report === null ? 'does not say what data it was made from' : 'was trained from standard input';
    throw new HillockError('data', `this model ${why}`, 'give rows like those with --source FILE');
  }
  const data = await readWhereItIs(run, report.source, spec.input.kind === 'images' ? await readingOf(spec, []) : {});
  const found = data.kind === 'table' ? data.fingerprint : data.train.fingerprint;
  if (!report.fingerprint.startsWith(found)) {
    say(`${data.source} has changed since this run was trained on it: rows may not be the same`);
  }
  return data;
}

/** Reads the source as it was named, seen from the current folder, or else from where the run's plan says it was. */
async function readWhereItIs(run: string, source: string, options: SourceOptions): Promise<Table | ImagesSplit> {
  try {
    return await readSource(source, options);
  } catch (error) {
    if (!(error instanceof HillockError) || error.kind !== 'data') throw error;
    const plan = await readPlan(run).catch(() => undefined);
    if (plan && plan.path !== source) {
      const found = await readSource(plan.path, options).catch(() => undefined);
      if (found) return found;
    }
    throw new HillockError(
      'data',
      `the data this run was trained on cannot be read: ${error.message}`,
      'say where it is now with --source FILE, or run this in the folder where you trained',
      { cause: error },
    );
  }
}

/** The data that holds a row (counted from 1) and the row's index in it; images count on from training to test. */
export function locate(
  data: Table | ImagesSplit | SeriesWindows,
  row: number,
): { readonly part: Data; readonly index: number } {
  if (data.kind !== 'images-split') return { part: data, index: row - 1 };
  const { train, test } = data;
  if (test === undefined || row <= train.rows) return { part: train, index: row - 1 };
  if (row <= train.rows + test.rows) return { part: test, index: row - 1 - train.rows };
  throw new HillockError(
    'usage',
    `there is no row ${row} in ${data.source}`,
    `its rows are 1 to ${train.rows + test.rows}: ${train.rows} for training, then ${test.rows} for the test`,
  );
}

/** The data that a sample is drawn from: all of it, or the images that were not trained on where there are any. */
export const sampled = (data: Table | ImagesSplit | SeriesWindows): Data =>
  data.kind === 'images-split' ? (data.test ?? data.train) : data;
