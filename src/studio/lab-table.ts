/** A table as the network screen learns from it: the rows encoded as training encodes them, those to learn from first. */
import type { Table } from '../data/index.ts';
import { HillockError } from '../errors.ts';
import { sampleRows } from '../explain/index.ts';
import { floats } from '../graph/index.ts';
import { prepare } from '../job/prepare.ts';
import { nodeRuntime } from '../runtime/node.ts';

/** How the rows are asked for. */
export interface LabTableAsked {
  readonly target: string | undefined;
  readonly ignore: readonly string[];
  /** Share of the rows that nothing is learned from. */
  readonly test: number;
  readonly seed: number;
}

export interface LabTable {
  readonly source: string;
  readonly target: string;
  readonly task: 'binary' | 'multiclass' | 'regression';
  readonly classes: readonly string[];
  readonly inputs: readonly string[];
  /** [rows, inputs], row by row: numbers on a scale, then flags and shares. */
  readonly x: Float32Array;
  /** Numbers of classes, or values on a scale. */
  readonly y: Float32Array;
  readonly rows: number;
  /** Rows from the first on that are learned from. */
  readonly trainRows: number;
  /** Rows of the table that have a target. */
  readonly of: number;
}

const mostRows = 2000;
const mostInputs = 32;
const mostClasses = 8;

/** Throws `HillockError` kind `data` or `usage` for what a network in a page cannot show. */
export async function labTable(table: Table, { target, ignore, test, seed }: LabTableAsked): Promise<LabTable> {
  const runtime = await nodeRuntime({ threads: 1 });
  const options = { target, ignore, test, seed, validation: 0, model: 'linear' } as const;
  const { job, input, target: encoding } = await prepare(table, options, runtime);
  if (input.kind !== 'table' || encoding.task === 'forecast')
    throw new HillockError('data', 'only a table can be shown');
  const { featureNames: inputs, width } = input.encoder;
  const classes = encoding.task === 'regression' ? [] : encoding.classes;
  if (width > mostInputs)
    throw new HillockError(
      'data',
      `the columns become ${width} inputs; at most ${mostInputs} can be shown`,
      'leave columns out on the Data screen, or train on the Train screen',
    );
  if (classes.length > mostClasses)
    throw new HillockError(
      'data',
      `${encoding.name} has ${classes.length} classes; at most ${mostClasses} can be shown`,
      'choose another target, or train on the Train screen',
    );
  const of = job.trainRows.length + job.testRows.length;
  const share = Math.min(1, mostRows / of);
  const train = sampleRows(job.trainRows, Math.max(1, Math.floor(job.trainRows.length * share)), seed);
  const rows = [...train, ...sampleRows(job.testRows, Math.floor(job.testRows.length * share), seed)];
  const all = floats(job.x);
  const x = new Float32Array(rows.length * width);
  for (const [i, row] of rows.entries()) x.set(all.subarray(row * width, (row + 1) * width), i * width);
  return {
    source: table.source,
    target: encoding.name,
    task: encoding.task,
    classes,
    inputs,
    x,
    y: Float32Array.from(rows, row => job.y.data[row] as number),
    rows: rows.length,
    trainRows: train.length,
    of,
  };
}
