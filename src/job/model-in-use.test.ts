import { expect, test } from 'vitest';
import { mixedTable, untrained } from '../model/testing.case.ts';
import { random } from '../random.ts';
import { nodeRuntime } from '../runtime/node.ts';
import { modelInUse } from './model-in-use.ts';

test('a load that fails once is tried again at the next use, and does not stand in the way of closing', async () => {
  const { spec, parameters } = untrained('binary');
  const table = mixedTable(20, random('in use'));
  let loads = 0;
  const model = modelInUse(spec, parameters, null, [], async () => {
    if (++loads % 2 === 1) throw new Error('no room');
    return nodeRuntime({ threads: 1 });
  });
  await expect(model.health(table)).rejects.toThrow('no room');
  await model.close();
  expect((await model.health(table)).rows).toBe(20);
  await expect(model.predict(table)).rejects.toThrow('no room');
  await model.close();
  expect((await model.predict(table)).rows).toHaveLength(20);
  const failing = expect(model.explain(table, { layer: 'dense1', neuron: 0 })).rejects.toThrow();
  await model.close();
  await failing;
});
