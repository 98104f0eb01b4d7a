/** Models that were never trained, on a table with every type of column. */
import { makeTable, numberColumn, type Table, textColumn } from '../data/index.ts';
import { fitEncoder, type TargetEncoding } from '../features/index.ts';
import { dense, dropout, initialise, type LayerSpec, network, place } from '../nn/index.ts';
import { type Random, random } from '../random.ts';
import { outputsOf, type TaskName } from '../train/index.ts';
import { inputShapeOf, type ModelSpec, type Parameters } from './index.ts';

export const targets: Readonly<Record<Exclude<TaskName, 'forecast'>, TargetEncoding>> = {
  binary: { version: 1, name: 'y', task: 'binary', classes: ['nein', 'ja'] },
  multiclass: { version: 1, name: 'y', task: 'multiclass', classes: ['red', 'gre en', '"🙂"'] },
  regression: { version: 1, name: 'y', task: 'regression', log: true, mean: 2, std: 0.5, min: 1, max: 90 },
};

/** Numbers, whole numbers, words and dates, some of each missing. */
export function mixedTable(rows: number, rng: Random, names = ['size', 'count', 'colour', 'built']): Table {
  const sometimes = <T>(value: T): T | null => (rng.uniform() < 0.1 ? null : value);
  const draw = <T>(next: () => T): (T | null)[] => Array.from({ length: rows }, () => sometimes(next()));
  const [size, count, colour, built] = names as [string, string, string, string];
  return makeTable('mixed', [
    numberColumn(
      size,
      draw(() => 100 * Math.exp(rng.normal())),
    ),
    numberColumn(
      count,
      draw(() => rng.below(4)),
    ),
    textColumn(
      colour,
      draw(() => ['red', 'Grün', 'dark blue'][rng.below(3)]!),
    ),
    {
      name: built,
      type: 'date',
      format: 'yyyy-mm-dd',
      values: Float64Array.from(
        draw(() => 15_000 + rng.below(4000)),
        value => value ?? Number.NaN,
      ),
    },
    numberColumn(
      'y',
      Array.from({ length: rows }, () => rng.normal()),
    ),
  ]);
}

export interface Untrained {
  readonly spec: ModelSpec;
  readonly parameters: Parameters;
  readonly table: Table;
}

/** A network for a task on a mixed table, with its first weights. */
export function untrained(
  task: keyof typeof targets,
  more: { members?: number; names?: string[]; hidden?: readonly LayerSpec[] } = {},
): Untrained {
  const table = mixedTable(120, random(task), more.names);
  const rows = Int32Array.from({ length: 90 }, (_, row) => row);
  const { encoder } = fitEncoder(table, rows, { target: 'y', ignore: [] });
  const target = targets[task];
  const hidden = more.hidden ?? [dense(6, 'silu'), dropout(0.2)];
  const spec: ModelSpec = {
    version: 1,
    hillock: '0.0.0',
    created: '2026-01-01T00:00:00.000Z',
    input: { kind: 'table', encoder },
    network: network([...hidden, dense(outputsOf(target))], more.members ? { members: more.members } : {}),
    target,
    threshold: 0.5,
  };
  return { spec, table, parameters: initialise(place(spec.network, inputShapeOf(spec.input)), random(4)) };
}
