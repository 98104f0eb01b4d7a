import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { plainPixels } from '../features/index.ts';
import { floats } from '../graph/index.ts';
import {
  activationLayer,
  batchNorm,
  dense,
  dropout,
  flatten,
  initialise,
  layerNorm,
  network,
  place,
} from '../nn/index.ts';
import { random } from '../random.ts';
import type { Runtime } from '../runtime/index.ts';
import { nodeRuntime } from '../runtime/node.ts';
import { linearCollapse } from './collapse.ts';
import { encoderOf, modelOf, people, pictures } from './testing.case.ts';
import { type Tracer, tracer, valuesAt } from './trace.ts';

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

const mask = Array.from({ length: encoder.width }, (_, i): (0 | 1)[] => [1, i % 2 ? 0 : 1, 1, 0]);
const deep = [
  dense(4, 'linear', { mask }),
  dropout(0.3),
  batchNorm(),
  dense(3, 'linear', { bias: false }),
  activationLayer('linear'),
  dense(2, 'sigmoid'),
];

describe('linearCollapse', () => {
  test('is one matrix with the same z in every row', async () => {
    const { spec, parameters } = modelOf({ kind: 'table', encoder }, network(deep));
    const layers = place(spec.network, [encoder.width]);
    const single = linearCollapse(layers, parameters)!;
    expect(single).toMatchObject({ inputs: encoder.width, outputs: 2, depth: 3 });
    expect(single.sentence).toContain('the 3 dense layers multiply to one matrix');
    const binary = { version: 1, name: 'survived', task: 'multiclass', classes: ['no', 'yes'] } as const;
    const session = await tracer({ ...spec, target: binary }, parameters, runtime);
    opened.push(session);
    const trace = await session.trace(table, [0, 7, 9]);
    for (let position = 0; position < 3; position++) {
      const x = floats(trace.encoded).subarray(position * encoder.width, (position + 1) * encoder.width);
      const z = valuesAt(trace, trace.layers.at(-1)!.z!, position, 0);
      for (let j = 0; j < 2; j++) {
        let sum = single.bias[j]!;
        for (let i = 0; i < encoder.width; i++) sum += x[i]! * single.weight[i * 2 + j]!;
        expect(sum).toBeCloseTo(z[j]!, 4);
      }
    }
  });

  test('a norm of maps or sequences works on each place of its feature', async () => {
    const images = { ...pictures(), shape: [1, 2, 3] as const };
    for (const axis of [0, 2, -2]) {
      const spec = network([batchNorm({ axis }), flatten(), dense(2)]);
      const input = { kind: 'images', ...plainPixels(images.shape) } as const;
      const model = modelOf(input, spec, { version: 1, name: 'y', task: 'multiclass', classes: ['a', 'b'] });
      const single = linearCollapse(place(spec, [3, 1, 2]), model.parameters)!;
      const session = await tracer(model.spec, model.parameters, runtime);
      opened.push(session);
      const trace = await session.trace(images, [3]);
      const x = floats(trace.encoded);
      floats(trace.layers.at(-1)!.z).forEach((z, j) => {
        expect(x.reduce((sum, value, i) => sum + value * single.weight[i * 2 + j]!, single.bias[j]!)).toBeCloseTo(z, 4);
      });
    }
  });

  test('each member has its own matrix', async () => {
    const spec = network([dense(3), dense(1)], { members: 2 });
    const { spec: whole, parameters } = modelOf({ kind: 'table', encoder }, spec);
    const session = await tracer(whole, parameters, runtime);
    opened.push(session);
    const trace = await session.trace(table, [5]);
    for (const member of [1, 2]) {
      const single = linearCollapse(place(spec, [encoder.width]), parameters, member)!;
      const sum = floats(trace.encoded).reduce((z, x, i) => z + x * single.weight[i]!, single.bias[0]!);
      expect(sum).toBeCloseTo(valuesAt(trace, trace.layers[1]!.z!, 0, member - 1)[0]!, 4);
    }
  });

  test('scales each place of a row that batch-norm saw before it was one list', () => {
    const layers = place(network([batchNorm(), flatten(), dense(2)]), [2, 3]);
    const parameters = initialise(layers, random(1));
    const single = linearCollapse(layers, parameters)!;
    const weight = floats(parameters.get('dense1.weight'));
    expect(single.inputs).toBe(6);
    single.weight.forEach((value, i) => {
      expect(value).toBeCloseTo(weight[i]! / Math.sqrt(1 + 1e-5), 6);
    });
  });

  test('is null where a layer bends; the last activation does not count', () => {
    const of = (layers: Parameters<typeof network>[0]) => {
      const { spec, parameters } = modelOf({ kind: 'table', encoder }, network(layers));
      return linearCollapse(place(spec.network, [encoder.width]), parameters);
    };
    expect(of([dense(3, 'relu'), dense(1)])).toBeNull();
    expect(of([dense(3), layerNorm(), dense(1)])).toBeNull();
    expect(of([dense(3), activationLayer('tanh'), dense(1)])).toBeNull();
    expect(of([dense(1, 'sigmoid')])?.sentence).toContain('is a linear model');
  });
});
