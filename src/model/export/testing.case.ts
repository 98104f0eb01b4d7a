/** What tests of exports share: models of every encoding and layer, and rows of cells. */
import { cellValue, makeTable, numberColumn, type Table, textColumn } from '../../data/table.ts';
import { fitEncoder, fitTarget, parseEncoder, readTarget, type TargetEncoding } from '../../features/index.ts';
import { f32, floats, type Tensor } from '../../graph/index.ts';
import { dense, initialise, type LayerSpec, network, type PlacedLayer, parametersOf, place } from '../../nn/index.ts';
import { random } from '../../random.ts';
import { nodeRuntime } from '../../runtime/node.ts';
import { outputsOf } from '../../train/index.ts';
import { inputShapeOf, type ModelSpec, type Parameters, predictor } from '../index.ts';

export interface Model {
  readonly spec: ModelSpec;
  readonly parameters: Parameters;
  readonly report: null;
}

/** First values, and any for what starts as 0 or 1, so that no array goes unseen; variances stay positive. */
export function anyParameters(layers: readonly PlacedLayer[], seed = 1): Parameters {
  const rng = random(seed);
  const first = initialise(layers, rng);
  const moved = (name: string, tensor: Tensor): Tensor => {
    const values = floats(tensor).map(value => value + (name.endsWith('running_var') ? 1 : 0.3) * rng.uniform());
    return f32(values, tensor.shape);
  };
  return new Map(
    parametersOf(layers).map(({ name, role, mask }) => {
      const tensor = first.get(name)!;
      return [name, role === 'weight' || mask ? tensor : moved(name, tensor)];
    }),
  );
}

const common = { version: 1, hillock: '0.0.0', created: '2026-01-01T00:00:00.000Z', threshold: 0.5 } as const;

/** A model of a table that was never trained, with every encoding that the table calls for. */
export function modelOf(
  table: Table,
  target: string,
  hidden: readonly LayerSpec[],
  options: { readonly members?: number; readonly log?: boolean } = {},
): Model {
  const rows = Int32Array.from({ length: table.rows }, (_, row) => row);
  const { encoder } = fitEncoder(table, rows, { target, encoding: 'full' });
  const found = readTarget(table, target, undefined);
  const encoding: TargetEncoding = fitTarget(found, found.rows, options.log ? { log: true } : {});
  const layers = [...hidden, dense(outputsOf(encoding))];
  const spec: ModelSpec = {
    ...common,
    input: { kind: 'table', encoder },
    network: network(layers, options.members ? { members: options.members } : {}),
    target: encoding,
  };
  return { spec, parameters: anyParameters(place(spec.network, inputShapeOf(spec.input))), report: null };
}

/** A table that calls for every encoding that is fitted: words, numbers of two values, dates of centuries with hours. */
export function everyEncoding(rows: number): Table {
  const rng = random('every encoding');
  const sometimes = <T>(value: T): T | null => (rng.uniform() < 0.1 ? null : value);
  const days = Float64Array.from({ length: rows }, (_, row) => {
    // The ends of February, where calendars err.
    if (row % 3 === 0) return Date.UTC(1600 + (row % 900), 1, 28 + rng.below(3)) / 86_400_000;
    return rng.uniform() < 0.05 ? Number.NaN : rng.below(300_000) - 140_000 + rng.below(48) / 48;
  });
  const column = <T>(draw: () => T): T[] => Array.from({ length: rows }, draw);
  return makeTable('every encoding', [
    numberColumn(
      'size',
      column(() => sometimes(100 * Math.exp(rng.normal()))),
    ),
    numberColumn(
      'count',
      column(() => sometimes(rng.below(5))),
    ),
    numberColumn(
      'flag',
      column(() => sometimes(rng.below(3) === 0 ? 7 : 2)),
    ),
    textColumn(
      'colour',
      column(() =>
        sometimes(rng.uniform() < 0.02 ? `rare ${rng.uniform()}` : ['red', 'Grün', 'dark blue'][rng.below(3)]!),
      ),
    ),
    { name: 'when', type: 'date', format: 'yyyy-mm-dd', values: days },
    numberColumn(
      'y',
      column(() => rng.normal()),
    ),
  ]);
}

/** A model whose columns are given as they are, but for a centre and a factor. */
export function plainModel(hidden: readonly LayerSpec[]): Model {
  const columns = ['size', 'count'].map((name, i) => ({
    name,
    input: name,
    type: 'number',
    parts: [{ kind: 'linear', centre: 3 * i + 0.5, factor: 0.25 - i }],
  }));
  const encoder = parseEncoder({ version: 1, columns });
  const spec: ModelSpec = {
    ...common,
    input: { kind: 'table', encoder },
    network: network([...hidden, dense(1)]),
    target: plainTarget,
  };
  return { spec, parameters: anyParameters(place(spec.network, [2])), report: null };
}

const plainTarget: TargetEncoding = {
  version: 1,
  name: 'y',
  task: 'regression',
  log: false,
  mean: 0,
  std: 1,
  min: -1e30,
  max: 1e30,
};

export type Cells = Record<string, string | number | null>;

/** Rows of a table as a program would hand them over: words, numbers, dates as days. */
export const cellsOf = (table: Table, rows: readonly number[]): Cells[] =>
  rows.map(row =>
    Object.fromEntries(
      table.columns.map(column => {
        const value = column.type === 'date' ? column.values[row]! : cellValue(column, row);
        return [column.name, typeof value === 'number' && Number.isNaN(value) ? null : value];
      }),
    ),
  );

const runtime = nodeRuntime({ threads: 1 });

/** What the network itself says of rows of a table: class probabilities, or the value, of each. */
export async function truthOf({ spec, parameters }: Model, table: Table, rows: readonly number[]): Promise<number[][]> {
  const use = await predictor(spec, parameters, await runtime);
  try {
    const { rows: predictions } = await use.table(table, rows);
    return predictions.map(({ value, probabilities }) => [...(probabilities ?? [value as number])]);
  } finally {
    await use.close();
  }
}

/** What numbers of a model are measured in: the standard deviation of its target. */
export const unitOf = ({ spec: { target } }: Model): number =>
  target.task === 'regression' && !target.log ? target.std : 1;

/** The largest distance in a unit, relative where numbers are larger than it. */
export function distance(
  actual: readonly (readonly number[])[],
  expected: readonly (readonly number[])[],
  unit = 1,
): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY;
  let worst = 0;
  expected.forEach((row, i) => {
    row.forEach((value, k) => {
      const found = Math.abs(actual[i]![k]! - value) / Math.max(unit, Math.abs(value));
      worst = Number.isNaN(found) ? Number.POSITIVE_INFINITY : Math.max(worst, found);
    });
  });
  return worst;
}
