import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { plainPixels } from '../features/index.ts';
import { floats, sizeOf } from '../graph/index.ts';
import { predictor } from '../model/index.ts';
import { type ActivationName, activation } from '../neuron/index.ts';
import { activationLayer, batchNorm, dense, dropout, flatten, network } from '../nn/index.ts';
import type { Runtime } from '../runtime/index.ts';
import { nodeRuntime } from '../runtime/node.ts';
import { explainNeuron, type NeuronExplanation } from './neuron.ts';
import { encoderOf, type Model, modelOf, people, pictures } from './testing.case.ts';
import { type Trace, type Tracer, tracer } from './trace.ts';

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

async function traced(
  { spec, parameters }: Model,
  rows: readonly number[],
  data = table as Parameters<Tracer['trace']>[0],
) {
  const session = await tracer(spec, parameters, runtime);
  opened.push(session);
  return session.trace(data, rows);
}

/** Size of what was summed: differences by rounding are relative to it. */
const scaleOf = ({ terms, bias }: NeuronExplanation) =>
  terms.reduce((sum, { product }) => sum + Math.abs(product), Math.abs(bias ?? 0)) + 1e-3;

function expectAgrees(explained: NeuronExplanation): void {
  expect(Math.abs(explained.difference.z) / scaleOf(explained)).toBeLessThan(1e-4);
  expect(Math.abs(explained.difference.y) / scaleOf(explained)).toBeLessThan(1e-4);
}

/** The network by hand, layer by layer, in double precision: ŷ of every dense layer of one member. */
function byHand({ spec, parameters }: Model, x: readonly number[], member: number): number[][] {
  let y = x;
  const all: number[][] = [];
  spec.network.layers.forEach(layer => {
    if (layer.kind !== 'dense') return;
    const name = `dense${all.length + 1}`;
    const inputs = y.length;
    const w = floats(parameters.get(`${name}.weight`)).subarray(member * inputs * layer.units);
    const b = layer.bias ? floats(parameters.get(`${name}.bias`)).subarray(member * layer.units) : undefined;
    const made = Array.from({ length: layer.units }, (_, j) => {
      let z = b ? b[j]! : 0;
      for (let i = 0; i < inputs; i++) z += y[i]! * w[i * layer.units + j]!;
      return activation(layer.activation).output(z);
    });
    all.push(made);
    y = made;
  });
  return all;
}

function encodedRow(trace: Trace, position: number): number[] {
  const width = sizeOf(trace.encoded.shape.slice(1));
  return Array.from(floats(trace.encoded).subarray(position * width, (position + 1) * width));
}

describe('explainNeuron', () => {
  test('is the calculation of every neuron of every layer, by hand and in the network', async () => {
    const model = modelOf(
      { kind: 'table', encoder },
      network([dense(5, 'relu'), dropout(0.5), dense(3, 'tanh'), dense(1)]),
    );
    const trace = await traced(model, [4, 0, 91]);
    for (const [position, row] of [4, 0, 91].entries()) {
      const expected = byHand(model, encodedRow(trace, position), 0);
      for (const [i, neurons] of expected.entries()) {
        for (const [j, y] of neurons.entries()) {
          const explained = explainNeuron(trace, { layer: `dense${i + 1}`, neuron: j + 1, row });
          expectAgrees(explained);
          expect(explained.y).toBeCloseTo(y, 4);
          expect(explained.sum + (explained.bias ?? 0)).toBe(explained.z);
          expect(explained.terms.reduce((sum, { product }) => sum + product, 0)).toBeCloseTo(explained.sum, 12);
        }
      }
    }
  });

  test('the last ŷ is what the model answers from', async () => {
    const model = modelOf({ kind: 'table', encoder }, network([dense(4, 'silu'), dense(1)]));
    const trace = await traced(model, [17]);
    const { z } = explainNeuron(trace, { layer: 'dense2', neuron: 1 });
    const answer = await predictor(model.spec, model.parameters, runtime);
    const { raw } = await answer.table(table, [17]);
    await answer.close();
    expect(1 / (1 + Math.exp(-z))).toBeCloseTo(raw[0]!, 5);
    expect(floats(trace.outputs.probabilities)[1]).toBeCloseTo(raw[0]!, 5);
  });

  test('inputs have names: encoded columns first, then neurons; dropout keeps them', async () => {
    const model = modelOf({ kind: 'table', encoder }, network([dense(2, 'relu'), dropout(0.5), dense(1)]));
    const trace = await traced(model, [0]);
    const first = explainNeuron(trace, { layer: 1, neuron: 2 });
    expect(first.name).toBe('dense1[2]');
    expect(first.terms.map(({ name }) => name)).toEqual(encoder.featureNames);
    expect(first.terms.map(({ name }) => name)).toContain('sex=male');
    const second = explainNeuron(trace, { layer: 'dense2', neuron: 1 });
    expect(second.terms.map(({ name }) => name)).toEqual(['dense1[1]', 'dense1[2]']);
    expect(second.terms[1]!.x).toBeCloseTo(first.y, 5);
  });

  test('pixels are named by row and column', async () => {
    const model = modelOf(
      { kind: 'images', ...plainPixels([3, 2, 1]) },
      network([flatten(), dense(2, 'sigmoid'), dense(1)]),
    );
    const images = pictures();
    const trace = await traced(model, [3], images);
    const { terms, difference } = explainNeuron(trace, { layer: 'dense1', neuron: 1, row: 3 });
    expect(terms.map(({ name }) => name).slice(0, 3)).toEqual(['pixel 1,1', 'pixel 1,2', 'pixel 2,1']);
    terms.forEach(({ x }, i) => {
      expect(x).toBeCloseTo(images.pixels[3 * 6 + i]! / 255, 6);
    });
    expect(Math.abs(difference.z)).toBeLessThan(1e-5);
  });

  test('members of an ensemble are told apart', async () => {
    const model = modelOf({ kind: 'table', encoder }, network([dense(3, 'relu'), dense(1)], { members: 4 }));
    const trace = await traced(model, [2, 5]);
    const seen = [1, 2, 3, 4].map(member => {
      const expected = byHand(model, encodedRow(trace, 1), member - 1);
      const hidden = explainNeuron(trace, { layer: 'dense1', neuron: 3, row: 5, member });
      const last = explainNeuron(trace, { layer: 'dense2', neuron: 1, row: 5, member });
      expectAgrees(hidden);
      expectAgrees(last);
      expect(hidden.y).toBeCloseTo(expected[0]![2]!, 4);
      expect(last.y).toBeCloseTo(expected[1]![0]!, 4);
      return last.z;
    });
    expect(new Set(seen).size).toBe(4);
    const p = seen.reduce((sum, z) => sum + 1 / (1 + Math.exp(-z)) / 4, 0);
    expect(floats(trace.outputs.probabilities)[3]).toBeCloseTo(p, 5);
    expect(() => explainNeuron(trace, { layer: 1, neuron: 1, member: 5 })).toThrow('this network has no member 5');
  });

  test('as many members as rows do not get mixed up', async () => {
    const model = modelOf({ kind: 'table', encoder }, network([dense(3, 'relu'), dense(1)], { members: 2 }));
    const trace = await traced(model, [8, 9]);
    for (const row of [8, 9]) expectAgrees(explainNeuron(trace, { layer: 1, neuron: 1, row, member: 2 }));
  });

  test('synapses that a mask leaves out are left out', async () => {
    const width = encoder.width;
    const mask = Array.from({ length: width }, (_, i): (0 | 1)[] => [i === 1 ? 1 : 0, 0]);
    const model = modelOf({ kind: 'table', encoder }, network([dense(2, 'relu', { mask }), dense(1)]));
    const trace = await traced(model, [3]);
    const explained = explainNeuron(trace, { layer: 1, neuron: 1 });
    expectAgrees(explained);
    expect(explained.terms.map(({ name }) => name)).toEqual([encoder.featureNames[1]]);
    expect(explained.absent).toBe(width - 1);
    const alone = explainNeuron(trace, { layer: 1, neuron: 2 });
    expect(alone.terms).toEqual([]);
    expect(alone.z).toBe(alone.bias);
    expectAgrees(alone);
  });

  test.each(['step', 'gelu', 'mish', 'elu', 'softplus', 'leaky-relu', 'selu'] as ActivationName[])(
    'agrees for %s',
    async name => {
      const model = modelOf({ kind: 'table', encoder }, network([dense(4, name), dense(1)]));
      const trace = await traced(model, [6]);
      for (let neuron = 1; neuron <= 4; neuron++) expectAgrees(explainNeuron(trace, { layer: 1, neuron }));
    },
  );

  test('wrong layers, neurons and rows get errors that name what there is', async () => {
    const layers = [dense(4), batchNorm(), activationLayer('relu'), dropout(0.1), dense(1)];
    const trace = await traced(modelOf({ kind: 'table', encoder }, network(layers)), [1]);
    const of =
      (layer: string | number, neuron = 1) =>
      () =>
        explainNeuron(trace, { layer, neuron });
    expect(of('dense3')).toThrow("there is no layer 'dense3'");
    expect(of(9)).toThrow('there is no layer 9: this network has dense1, batch-norm1, activation1, dropout1, dense2');
    expect(of('dropout1')).toThrow('dropout1 has no neurons of its own: In training each input is 0');
    expect(of('batch-norm1')).toThrow('standardised');
    expect(of('dense1', 5)).toThrow('dense1 has no neuron 5');
    expect(of('dense1', 0)).toThrow('dense1 has no neuron 0');
    expect(() => explainNeuron(trace, { layer: 1, neuron: 1, row: 2 })).toThrow('row 3 was not traced');
    try {
      of('dropout1')();
    } catch (error) {
      expect((error as { hint: string }).hint).toBe('layers with neurons: dense1 (4), dense2 (1)');
    }
    const last = explainNeuron(trace, { layer: 'dense2', neuron: 1 });
    expect(last.terms[0]!.name).toBe('activation1[1]');
  });

  test('rows outside the data and data of another kind are refused', async () => {
    const { spec, parameters } = modelOf({ kind: 'table', encoder }, network([dense(1)]));
    const session = await tracer(spec, parameters, runtime);
    opened.push(session);
    await expect(session.trace(table, [200])).rejects.toThrow('there is no row 201 in people.csv');
    await expect(session.trace(table, [-1])).rejects.toThrow('there is no row 0');
    await expect(session.trace(pictures(), [0])).rejects.toThrow('takes rows of a table');
  });
});

test('columns may be named like outputs and values inside, in models of any age', async () => {
  const names = new Map([
    ['age', 'label'],
    ['fare', 'probabilities'],
    ['sex', 'prediction'],
    ['noise', 'inside 1'],
  ]);
  const same = {
    ...table,
    columns: table.columns.map(column => ({ ...column, name: names.get(column.name) ?? column.name })),
  };
  const renamed = encoderOf(same, 'survived');
  const earlier = { ...renamed, columns: renamed.columns.map(column => ({ ...column, input: column.name })) };
  const layers = network([dense(3, 'relu'), dense(1)]);
  const expected = await traced(modelOf({ kind: 'table', encoder }, layers), [4, 5]);
  for (const used of [renamed, earlier]) {
    const trace = await traced(modelOf({ kind: 'table', encoder: used }, layers), [4, 5], same);
    expect(trace.outputs).toEqual(expected.outputs);
    expect(trace.encoded).toEqual(expected.encoded);
    expect(trace.layers.map(({ y }) => y)).toEqual(expected.layers.map(({ y }) => y));
  }
});
