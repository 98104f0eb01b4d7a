/** From a table to its training jobs: parts, encodings, recipe; and the same numbers from the saved model. */
import { describe, expect, test } from 'vitest';
import { makeTable, numberColumn, select, type Table, textColumn } from '../data/index.ts';
import { f32, floats } from '../graph/index.ts';
import { type ModelSpec, predictor } from '../model/index.ts';
import { parametersOf, place } from '../nn/index.ts';
import { random } from '../random.ts';
import { nodeRuntime } from '../runtime/node.ts';
import { type FitResult, fit as fitJob } from '../train/index.ts';
import { type Prepared, type PrepareOptions, prepare } from './prepare.ts';

const runtime = await nodeRuntime({ threads: 1 });

/** y = a · b + noise, with a town that shifts it and a class of y; some cells are missing. */
function houses(rows: number): Table {
  const rng = random(4);
  const a = Array.from({ length: rows }, () => 1 + 9 * rng.uniform());
  const b = Array.from({ length: rows }, (_, i) => (i % 17 === 0 ? null : rng.below(5)));
  const town = Array.from({ length: rows }, () => ['Ulm', 'Bonn', 'Jena'][rng.below(3)]!);
  const y = a.map((x, i) => x * (b[i] ?? 2) + (town[i] === 'Ulm' ? 5 : 0) + 0.1 * rng.normal());
  return makeTable('houses', [
    numberColumn('a', a),
    numberColumn('b', b),
    textColumn('town', town),
    numberColumn('y', y),
    textColumn(
      'dear',
      y.map(value => (value > 15 ? 'yes' : 'no')),
    ),
  ]);
}

const table = houses(300);
const prepared = (options: PrepareOptions, data = table): Promise<Prepared> => prepare(data, options, runtime);
const asDear = { target: 'dear', ignore: ['y'] };
const asNumber = { target: 'y', ignore: ['dear'] };

describe('parts', () => {
  test('a small table validates its members by each other: each row is seen by six of eight', async () => {
    const { job, splitReason } = await prepared(asDear);
    expect([job.trainRows.length, job.testRows.length]).toEqual([240, 60]);
    expect(job.validationRows).toEqual(job.trainRows);
    const seen = floats(job.rowWeights!);
    for (const row of job.trainRows) {
      expect(seen.subarray(row * 8, row * 8 + 8).reduce((sum, weight) => sum + weight, 0)).toBe(6);
    }
    for (const row of job.testRows)
      expect(seen.subarray(row * 8, row * 8 + 8).every(weight => weight === 0)).toBe(true);
    expect(splitReason).toContain('each member of the ensemble is judged on the fold it has not seen');
  });

  test.each([
    ['a share is asked for', { validation: 0.25 }, 60],
    ['there is one member', { members: 1 }, 48],
    ['the network is a person’s own', { model: { layers: [] } }, 48],
    ['time decides', { time: 'a' }, 48],
  ] as const)('a validation part is held out when %s', async (_, options, rows) => {
    const { job } = await prepared({ ...asDear, ...options });
    expect(job.rowWeights).toBeUndefined();
    expect(job.validationRows).toHaveLength(rows);
    expect(new Set([...job.trainRows, ...job.validationRows, ...job.testRows]).size).toBe(300);
  });

  test('a table of 2,000 rows outside the test part holds out a fifth', async () => {
    const { job } = await prepared(asDear, houses(2500));
    expect([job.trainRows.length, job.validationRows.length, job.testRows.length]).toEqual([1600, 400, 500]);
    expect(job.network.members).toBe(2);
    const { job: smaller } = await prepared(asDear, houses(2498));
    expect(smaller.network.members).toBe(8);
    expect(smaller.rowWeights).toBeDefined();
  });

  test('a test table of its own follows the rows of the table', async () => {
    const { job } = await prepared({ ...asNumber, test: select(table, Int32Array.of(0, 1, 2)) });
    expect([...job.testRows]).toEqual([300, 301, 302]);
    expect(job.trainRows).toHaveLength(300);
    expect(job.x.shape[0]).toBe(303);
  });

  test('a column that the test table has under another name is told', async () => {
    const columns = table.columns.map(column => (column.name === 'a' ? { ...column, name: 'A' } : column));
    const { notes, splitReason } = await prepared({ ...asNumber, test: { ...table, source: 'other', columns } });
    expect(splitReason).toContain('the test part is other, the others at random');
    expect(notes).toContainEqual({
      column: 'a',
      message: "other: column 'a' is not there: taken as missing (there is 'A')",
    });
  });
});

describe('encodings', () => {
  test('the network has bins, the linear model beside it only scales and flags', async () => {
    const { input, linear } = await prepared(asNumber);
    expect(input.kind === 'table' && input.encoder.featureNames).toContain('ln(a)');
    // a, b and 'b is missing', five values of b, three towns
    expect((await linear!()).inputShape).toEqual([11]);
  });

  test('plain when asked, and for a linear model', async () => {
    for (const options of [{ encoding: 'plain' }, { model: 'linear' }] as const) {
      const { input } = await prepared({ ...asNumber, ...options });
      expect(input.kind === 'table' && input.encoder.featureNames).not.toContain('ln(a)');
    }
    expect((await prepared({ ...asNumber, model: 'linear' })).linear).toBeNull();
  });

  test('the first layer starts from the energy of the training rows', async () => {
    const { job } = await prepared(asNumber);
    const width = job.inputShape[0]!;
    const x = floats(job.x);
    let energy = 0;
    for (const row of job.trainRows) {
      for (const value of x.subarray(row * width, (row + 1) * width)) energy += value ** 2 / job.trainRows.length;
    }
    const [first] = job.network.layers;
    expect(first).toMatchObject({ kind: 'dense', units: 64, initial: 'he-normal', biasSpread: 0.1 });
    expect(first!.kind === 'dense' && first!.gain).toBeCloseTo(Math.sqrt(width / energy), 5);
  });
});

async function fitted(job: Prepared['job']): Promise<FitResult> {
  const events = fitJob(job, runtime);
  for (;;) {
    const next = await events.next();
    if (next.done) return next.value;
  }
}

describe('the saved model', () => {
  test.each([
    ['classes', asDear],
    ['numbers', asNumber],
  ])('predicts %s as training judged them, and the same seed gives the same', async (_, options) => {
    const { job, input, target } = await prepared({ ...options, epochs: 8 });
    const result = await fitted(job);
    const again = await fitted((await prepared({ ...options, epochs: 8 })).job);
    expect(again.parameters).toEqual(result.parameters);
    const created = '2026-01-01T00:00:00.000Z';
    const spec: ModelSpec = {
      version: 1,
      hillock: '0.0.0',
      created,
      input,
      network: job.network,
      target,
      threshold: 0.5,
    };
    const layers = place(job.network, job.inputShape);
    const tensors = parametersOf(layers).map(
      ({ name, shape }) => [name, f32(result.parameters.get(name)!, shape)] as const,
    );
    const model = await predictor(spec, new Map(tensors), runtime);
    const { raw } = await model.table(table, job.testRows);
    await model.close();
    const scale = Math.max(...raw.map(Math.abs));
    raw.forEach((value, i) => {
      expect(Math.abs(value - result.predictions.test[i]!)).toBeLessThanOrEqual(1e-5 * scale);
    });
  });

  test('keeps numbers within the training range', async () => {
    const { job } = await prepared({ ...asNumber, epochs: 8 });
    const { predictions } = await fitted(job);
    const known = Float64Array.from(job.trainRows, row => job.truths[row]!);
    expect(Math.min(...predictions.test)).toBeGreaterThan(Math.min(...known) - 2);
    expect(Math.max(...predictions.test)).toBeLessThan(Math.max(...known) + 2);
  });
});
