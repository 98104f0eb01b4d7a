/** Whether what is exported says the same as the model: both are asked the same rows. Node only. */
import { everyRow } from '../data/index.ts';
import { type Cell, rawFeeds } from '../features/index.ts';
import { floats } from '../graph/index.ts';
import { runtimeFor } from '../job/index.ts';
import type { ExportedModel } from '../model/export/index.ts';
import { exportFormats } from '../model/export/index.ts';
import type { ModelSpec } from '../model/index.ts';
import { recordsAsTable } from '../model/model.ts';
import { random } from '../random.ts';
import type { Tensors } from '../runtime/index.ts';
import { inputReader } from '../serve/inputs/index.ts';
import type { OpenModel } from './models.ts';

/** What came of a check. */
export interface ExportCheck {
  readonly format: string;
  /** Rows that were asked, drawn from what the columns held in training. */
  readonly rows: number;
  /** The largest difference of any number of an answer. */
  readonly largestDifference: number;
}

const rows = 64;

/** Rows with values as training saw them: numbers between their least and greatest, words that there were. */
function sampleRows({ model: { spec }, fields }: OpenModel): readonly Record<string, unknown>[] {
  const example = Object.fromEntries(fields.map(({ name, example: value }) => [name, value]));
  if (spec.input.kind !== 'table') return [example];
  const columns = new Map(spec.input.encoder.columns.map(column => [column.name, column]));
  const rng = random(0);
  return Array.from({ length: rows }, () =>
    Object.fromEntries(
      fields.map(({ name, example: value }) => {
        const { type, seen } = columns.get(name) ?? {};
        if (seen && 'words' in seen) return [name, seen.words?.[rng.below(seen.words.length)] ?? value];
        if (seen && type === 'number') return [name, seen.min + rng.uniform() * (seen.max - seen.min)];
        return [name, value];
      }),
    ),
  );
}

interface Script {
  predict(row: unknown): { readonly prediction?: number; readonly probabilities?: readonly number[] };
}

const furthest = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  let most = 0;
  if (a.length !== b.length) return Infinity;
  for (let i = 0; i < a.length; i++) most = Math.max(most, Math.abs(a[i]! - b[i]!));
  return most;
};

const numbersOf = (values: Awaited<ReturnType<OpenModel['model']['run']>>): Float32Array =>
  floats(Object.values(values).at(-1)!);

/** What the model file takes for rows: its raw columns, or what the service reads of images and series. */
function feedsOf(spec: ModelSpec, sample: readonly Record<string, unknown>[]): Tensors {
  if (spec.input.kind === 'table') {
    const table = recordsAsTable(spec, sample as readonly Record<string, Cell>[]);
    return rawFeeds(spec.input.encoder, table, everyRow(table.rows)).feeds;
  }
  const reader = inputReader(spec, { acceptUnknown: true });
  return reader.feeds(sample.map(row => reader.read(row, '')));
}

/** Checks the file for ONNX Runtime, and the code without dependencies where the model can be written as code. */
export async function checkExports(open: OpenModel, exported: ExportedModel): Promise<readonly ExportCheck[]> {
  const { spec } = open.model;
  const sample = sampleRows(open);
  const feeds = feedsOf(spec, sample);
  const own = numbersOf(await open.model.run(feeds));
  const written = (format: string) => exportFormats.find(one => one.format === format)!.write(exported)[0]!.data;
  const session = await (await runtimeFor('cpu', { threads: 1 })).open(written('onnx') as Uint8Array);
  const checks: ExportCheck[] = [];
  try {
    const again = numbersOf(await session.run(feeds));
    checks.push({ format: 'onnx', rows: sample.length, largestDifference: furthest(own, again) });
  } finally {
    await session.close();
  }
  if (spec.input.kind === 'table' && spec.target.task !== 'forecast') {
    const code = Buffer.from(written('javascript')).toString('base64');
    const { predict } = (await import(`data:text/javascript;base64,${code}`)) as Script;
    const all = sample.map(row => predict(row)).flatMap(numbersIn);
    checks.push({ format: 'javascript', rows: sample.length, largestDifference: furthest(own, all) });
  }
  return checks;
}

const numbersIn = ({ prediction, probabilities = [] }: ReturnType<Script['predict']>): readonly number[] =>
  prediction === undefined ? probabilities : [prediction];
