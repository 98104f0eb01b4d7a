/** What tests of exports share: models of every encoding and layer, and rows of cells. */
import { cellValue, type Table } from '../../data/table.ts';
import { fitEncoder, fitTarget, readTarget, type TargetEncoding } from '../../features/index.ts';
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
    version: 1,
    hillock: '0.0.0',
    created: '2026-01-01T00:00:00.000Z',
    input: { kind: 'table', encoder },
    network: network(layers, options.members ? { members: options.members } : {}),
    target: encoding,
    threshold: 0.5,
  };
  return { spec, parameters: anyParameters(place(spec.network, inputShapeOf(spec.input))), report: null };
}

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
