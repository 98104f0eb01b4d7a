/** Synapses that do not exist stay exactly 0, whatever trains the others. */
import { describe, expect, test } from 'vitest';
import { floats } from '../../src/graph/index.ts';
import { dense, parametersOf, place } from '../../src/nn/index.ts';
import { type OptimizerName, optimizers } from '../../src/optim/index.ts';
import { follow, smallJob } from './jobs.ts';

const mask = Array.from({ length: 3 }, (_, i) =>
  Array.from({ length: 6 }, (_, j): 0 | 1 => ((i + j) % 3 === 0 ? 0 : 1)),
);

const cases = (Object.keys(optimizers) as OptimizerName[]).flatMap(optimizer =>
  [undefined, 2].map(members => ({ optimizer, members })),
);

describe.each(cases)('$optimizer, members $members', ({ optimizer, members }) => {
  test('masked weights are 0 after training with decay, the others have moved', async () => {
    const job = smallJob('regression', [dense(6, 'tanh', { mask })], {
      optimizer,
      optimizerOptions: { weightDecay: 0.1, momentum: 0.9 },
      learningRate: 0.02,
      clip: 1,
      epochs: 3,
      batch: 6,
      ...(members ? { members } : {}),
    });
    const layers = place(job.network, job.inputShape);
    const [weight] = parametersOf(layers);
    const { result, error, states } = await follow(job, { checkpointEvery: 0 });
    expect(error).toBeUndefined();
    const trained = result!.parameters.get(weight!.name)!;
    expect(trained.length).toBe(18 * (members ?? 1));
    trained.forEach((value, i) => {
      expect(value === 0, `synapse ${i}: ${value}`).toBe(weight!.mask![i % 18] === 0);
    });
    for (const [name, values] of states.at(-1)!.arrays) {
      if (!name.startsWith(`${weight!.name}:`)) continue;
      expect(values.every((value, i) => weight!.mask![i % 18] !== 0 || value === 0)).toBe(true);
    }
    expect(floats({ dtype: 'float32', shape: [1], data: trained }).some(value => value !== 0)).toBe(true);
  });
});
