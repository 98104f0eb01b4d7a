import { beforeAll, describe, expect, test } from 'vitest';
import { everyRow, makeTable, numberColumn } from '../data/index.ts';
import { plainPixels, type TargetEncoding } from '../features/index.ts';
import { f32 } from '../graph/index.ts';
import { dense, flatten, network } from '../nn/index.ts';
import { random } from '../random.ts';
import type { Runtime } from '../runtime/index.ts';
import { nodeRuntime } from '../runtime/node.ts';
import { importance } from './importance.ts';
import { encoderOf, modelOf, people, pictures, survived } from './testing.case.ts';

let runtime: Runtime;
const table = people();
const encoder = encoderOf(table, 'survived');

beforeAll(async () => {
  runtime = await nodeRuntime({ threads: 1 });
});

/** A network of one neuron that looks at fare alone. */
function fareOnly() {
  const model = modelOf({ kind: 'table', encoder }, network([dense(1)]));
  const weights = encoder.featureNames.map(name => (name === 'fare' ? 5 : 0));
  model.parameters.set('dense1.weight', f32(weights, [encoder.width, 1]));
  model.parameters.set('dense1.bias', f32([0]));
  return model;
}

describe('importance', () => {
  test('the only column that matters is important, the others are exactly not', async () => {
    const { spec, parameters } = fareOnly();
    const found = await importance(spec, parameters, runtime, table, everyRow(200), { seed: 1 });
    expect(found.metric).toBe('auc');
    expect(found.baseline).toBeGreaterThan(0.99);
    expect(found.columns[0]!.column).toBe('fare');
    expect(found.columns[0]!.mean).toBeGreaterThan(0.4);
    expect(found.columns[0]!.sd).toBeGreaterThan(0);
    expect(found.columns[0]!.drops).toHaveLength(5);
    for (const { mean, sd } of found.columns.slice(1)) expect([mean, sd]).toEqual([0, 0]);
  });

  test('the same seed gives the same numbers; rows without a target are left out', async () => {
    const { spec, parameters } = fareOnly();
    const run = (seed: number) => importance(spec, parameters, runtime, table, everyRow(200), { seed, repeats: 2 });
    expect(await run(3)).toEqual(await run(3));
    expect((await run(3)).columns[0]).not.toEqual((await run(4)).columns[0]);
    const unknown = makeTable('people.csv', [
      ...table.columns.slice(0, 4),
      {
        ...(table.columns[4] as { type: 'text' } & (typeof table.columns)[4] & { codes: Int32Array }),
        codes: new Int32Array(200).fill(-1),
      },
    ]);
    await expect(importance(spec, parameters, runtime, unknown, everyRow(200))).rejects.toThrow(
      "at least 2 rows with a known 'survived', people.csv gave 0 of 200",
    );
  });

  test('a metric where lower is better still counts worse as important', async () => {
    const { spec, parameters } = fareOnly();
    const found = await importance(spec, parameters, runtime, table, everyRow(200), { metric: 'logloss' });
    expect(found.columns[0]!.column).toBe('fare');
    expect(found.columns[0]!.mean).toBeGreaterThan(0.3);
    await expect(importance(spec, parameters, runtime, table, everyRow(200), { metric: 'r2' })).rejects.toThrow(
      'r2 is not defined for these rows of a binary task',
    );
  });

  test('numbers are judged by r2', async () => {
    const rng = random(2);
    const x = Array.from({ length: 150 }, () => rng.uniform() - 0.5);
    const idle = Array.from({ length: 150 }, () => rng.uniform());
    const numbers = makeTable('line.csv', [numberColumn('x', x), numberColumn('idle', idle), numberColumn('y', x)]);
    const own = encoderOf(numbers, 'y');
    const scale = own.columns[0]!.parts.find(part => part.kind === 'scale')!;
    const target: TargetEncoding = {
      version: 1,
      name: 'y',
      task: 'regression',
      log: false,
      mean: 0,
      std: 1,
      min: -1,
      max: 1,
    };
    const { spec, parameters } = modelOf({ kind: 'table', encoder: own }, network([dense(1)]), target);
    parameters.set('dense1.weight', f32([1 / scale.factor, 0], [2, 1]));
    parameters.set('dense1.bias', f32([scale.median]));
    const found = await importance(spec, parameters, runtime, numbers, everyRow(150));
    expect(found.metric).toBe('r2');
    expect(found.baseline).toBeGreaterThan(0.95);
    expect(found.columns.map(({ column }) => column)).toEqual(['x', 'idle']);
    expect(found.columns[0]!.mean).toBeGreaterThan(1);
    expect(found.columns[1]!.mean).toBe(0);
  });

  test('a model of images has no columns', async () => {
    const { spec, parameters } = modelOf(
      { kind: 'images', ...plainPixels([3, 2, 1]) },
      network([flatten(), dense(1)]),
      survived,
    );
    expect(pictures().rows).toBe(10);
    await expect(importance(spec, parameters, runtime, table, [0, 1])).rejects.toThrow('takes images');
  });
});
