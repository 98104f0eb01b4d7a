import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { everyRow } from '../data/index.ts';
import { f32, floats } from '../graph/index.ts';
import { dense, network } from '../nn/index.ts';
import type { Runtime } from '../runtime/index.ts';
import { nodeRuntime } from '../runtime/node.ts';
import { health } from './health.ts';
import { sampleRows } from './sample.ts';
import { encoderOf, type Model, modelOf, people } from './testing.case.ts';
import { type Tracer, tracer } from './trace.ts';
import { slopeLimit, verdictOf } from './verdict.ts';

let runtime: Runtime;
const table = people();
const encoder = encoderOf(table, 'survived');
const opened: Tracer[] = [];

beforeAll(async () => {
  runtime = await nodeRuntime({ threads: 1 });
});
afterAll(async () => {
  for (const session of opened) await session.close();
});

async function examined({ spec, parameters }: Model, rows = everyRow(table.rows)) {
  const session = await tracer(spec, parameters, runtime);
  opened.push(session);
  return health(session, table, rows);
}

function planted(model: Model, name: string, at: number, value: number): void {
  const { shape } = model.parameters.get(name)!;
  const data = Float32Array.from(floats(model.parameters.get(name)));
  data[at] = value;
  model.parameters.set(name, f32(data, shape));
}

describe('health', () => {
  test('finds a planted dead ReLU, and nothing where nothing is', async () => {
    const model = modelOf({ kind: 'table', encoder }, network([dense(6, 'relu'), dense(1)]));
    const before = await examined(model);
    expect(before.layers[0]!.neurons.filter(({ state }) => state === 'dead')).toEqual([]);
    planted(model, 'dense1.bias', 3, -1e3);
    const { layers, rows } = await examined(model);
    expect(rows).toBe(200);
    expect(layers[0]!.neurons.filter(({ state }) => state === 'dead').map(({ neuron }) => neuron)).toEqual([4]);
    expect(layers[0]!.neurons[3]).toMatchObject({ zero: 1, min: 0, max: 0, mean: 0 });
    expect(layers[0]!.summary).toContain('1 of 6 neurons never fires: 4');
  });

  test('finds saturated sigmoids and tanhs on either side', async () => {
    for (const activation of ['sigmoid', 'tanh'] as const) {
      const model = modelOf({ kind: 'table', encoder }, network([dense(4, activation), dense(1)]));
      planted(model, 'dense1.bias', 0, 60);
      planted(model, 'dense1.bias', 2, -60);
      const [first] = (await examined(model)).layers;
      expect(first!.neurons.map(({ state }) => state)).toEqual(['saturated', 'ok', 'saturated', 'ok']);
      expect(first!.summary).toContain('2 of 4 neurons are saturated: 1, 3');
    }
  });

  test('a neuron without weights is constant', async () => {
    const model = modelOf({ kind: 'table', encoder }, network([dense(2, 'linear'), dense(1)]));
    for (let i = 0; i < encoder.width; i++) planted(model, 'dense1.weight', i * 2, 0);
    const [first] = (await examined(model)).layers;
    expect(first!.neurons[0]!.state).toBe('constant');
    expect(first!.neurons[1]!.state).toBe('ok');
  });

  test('members are examined apart, and the largest weights are named', async () => {
    const model = modelOf({ kind: 'table', encoder }, network([dense(3, 'relu'), dense(1)], { members: 2 }));
    planted(model, 'dense1.bias', 3 + 1, -1e3);
    planted(model, 'dense1.weight', encoder.width * 3 + 2 * 3 + 0, -99);
    const [first] = (await examined(model)).layers;
    expect(first!.neurons.filter(({ state }) => state === 'dead')).toMatchObject([{ neuron: 2, member: 2 }]);
    expect(first!.summary).toBe('dense1: 1 of 6 neurons never fires: 2 of member 2');
    expect(first!.largest[0]).toEqual({ input: encoder.featureNames[2], neuron: 1, member: 2, weight: -99 });
    expect(first!.largest).toHaveLength(3);
  });

  test('figures do not depend on the chunks', async () => {
    const model = modelOf({ kind: 'table', encoder }, network([dense(5, 'relu'), dense(1)]));
    const session = await tracer(model.spec, model.parameters, runtime);
    opened.push(session);
    const whole = await health(session, table, everyRow(200));
    const parts = await health({ ...session, valuesPerRow: 1_000_000 }, table, everyRow(200));
    expect(parts).toEqual(whole);
  });
});

test('one row cannot tell; slopes are flat below 1 % of the steepest', () => {
  expect(verdictOf('relu', { zero: 1, flat: 1, min: 0, max: 0 }, 1)).toBe('ok');
  expect(slopeLimit('sigmoid')).toBeCloseTo(0.0025, 12);
  expect(slopeLimit('tanh')).toBeCloseTo(0.01, 12);
  expect(slopeLimit('step')).toBe(0);
  expect(verdictOf('step', { zero: 1, flat: 0, min: 0, max: 0 }, 10)).toBe('dead');
  expect(verdictOf('step', { zero: 0, flat: 0, min: 1, max: 1 }, 10)).toBe('constant');
});

test('a sample is drawn by seed, in order, without repeats', () => {
  const rows = sampleRows(everyRow(1000), 100, 4);
  expect(rows).toEqual(sampleRows(everyRow(1000), 100, 4));
  expect(rows).not.toEqual(sampleRows(everyRow(1000), 100, 5));
  expect(new Set(rows).size).toBe(100);
  expect([...rows]).toEqual([...rows].sort((a, b) => a - b));
  expect(sampleRows([3, 1], 5, 1)).toEqual(Int32Array.of(3, 1));
});
