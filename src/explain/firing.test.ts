import { beforeAll, expect, test } from 'vitest';
import { everyRow } from '../data/index.ts';
import { f32 } from '../graph/index.ts';
import { dense, network } from '../nn/index.ts';
import type { Runtime } from '../runtime/index.ts';
import { nodeRuntime } from '../runtime/node.ts';
import { firing } from './firing.ts';
import { explainNeuron } from './neuron.ts';
import { encoderOf, modelOf, people } from './testing.case.ts';
import { tracer } from './trace.ts';

let runtime: Runtime;
const table = people();
const encoder = encoderOf(table, 'survived');
beforeAll(async () => {
  runtime = await nodeRuntime({ threads: 1 });
});

test('z of every row is that of the worked calculation; the rows that drive it most come first', async () => {
  const model = modelOf({ kind: 'table', encoder }, network([dense(3, 'relu'), dense(1)]));
  model.parameters.set('dense1.bias', f32([-0.2, 0, 0.3]));
  const opened = await tracer(model.spec, model.parameters, runtime);
  const found = await firing(opened, table, everyRow(60), { layer: 'dense1', neuron: 1 });
  const trace = await opened.trace(table, everyRow(60));
  for (const [i, row] of found.rows.entries())
    expect(found.z[i]).toBeCloseTo(explainNeuron(trace, { layer: 'dense1', neuron: 1, row }).z, 4);
  expect(found.negative).toBeCloseTo(found.z.filter(z => z < 0).length / 60, 12);
  const tops = found.top.map(i => found.y[i]!);
  expect(tops[0]).toBe(Math.max(...found.y));
  expect(tops).toEqual([...tops].sort((a, b) => b - a));
  await expect(firing(opened, table, [0], { layer: 'dense1', neuron: 9 })).rejects.toThrow('9');
  await opened.close();
});
