/** Training that starts from other weights and leaves some as they are. */
import { describe, expect, test } from 'vitest';
import { f32, type Tensor } from '../../src/graph/index.ts';
import { batchNorm, dense, dropout, initialise, parametersOf, place, residual } from '../../src/nn/index.ts';
import { type OptimizerName, optimizers } from '../../src/optim/index.ts';
import { random } from '../../src/random.ts';
import type { TrainingJob } from '../../src/train/index.ts';
import { bits, follow, imageJob, smallJob } from './jobs.ts';

/** Any values for every parameter of a job's network. */
function anyValues(job: TrainingJob, seed: number): Map<string, Float32Array> {
  const layers = place(job.network, job.inputShape);
  const rng = random(seed);
  const first = initialise(layers, rng);
  return new Map(
    parametersOf(layers).map(({ name, role }) => [
      name,
      (first.get(name)!.data as Float32Array).map(value => value + (role === 'weight' ? 0.1 : 0.5) * rng.uniform()),
    ]),
  );
}

const frozenOnes = (arrays: ReadonlyMap<string, Float32Array>, layers: readonly string[]) =>
  new Map([...arrays].filter(([name]) => layers.some(layer => name.startsWith(`${layer}.`))));

const changed = (before: ReadonlyMap<string, Float32Array>, after: ReadonlyMap<string, Float32Array>): string[] => {
  const [a, b] = [bits(before), bits(after)];
  return Object.keys(a).filter(name => a[name] !== b[name]);
};

describe.each(Object.keys(optimizers) as OptimizerName[])('%s', optimizer => {
  const job = smallJob('regression', [dense(5, 'tanh'), batchNorm(), residual([dense(5, 'relu')]), dense(4)], {
    optimizer,
    optimizerOptions: { weightDecay: 0.1, momentum: 0.9 },
    learningRate: 0.01,
    clip: 1,
    epochs: 3,
  });
  const initial = anyValues(job, 3);

  test('without a step the weights are those it starts from', async () => {
    const { events, states } = await follow({ ...job, initial }, { signal: AbortSignal.abort() });
    expect(events.at(-1)!.event).toBe('checkpoint');
    expect(changed(initial, states.at(-1)!.arrays)).toEqual([]);
  });

  test('frozen layers and their statistics stay bit for bit, all others move', async () => {
    const frozen = ['dense1', 'batch-norm1', 'residual1'];
    const { result } = await follow({ ...job, initial, frozen });
    const moved = changed(initial, result!.parameters);
    expect([...moved].sort()).toEqual(['dense2.bias', 'dense2.weight', 'dense3.bias', 'dense3.weight']);
    expect([...frozenOnes(result!.parameters, frozen).keys()]).toContain('batch-norm1.running_var');
    const { result: free } = await follow({ ...job, initial });
    expect(changed(initial, free!.parameters)).toHaveLength(initial.size);
  });

  test('checkpoints hold nothing of the optimiser for frozen layers', async () => {
    const { states } = await follow({ ...job, initial, frozen: ['dense1'] }, { checkpointEvery: 0 });
    const names = [...states.at(-1)!.arrays.keys()];
    expect(names.filter(name => name.startsWith('dense1'))).toEqual(['dense1.weight', 'dense1.bias']);
  });
});

test('frozen convolutions and norms of images stay bit for bit', async () => {
  const job = imageJob({ epochs: 2 });
  const initial = anyValues(job, 5);
  const { result } = await follow({ ...job, initial, frozen: ['conv2d1', 'batch-norm1'] });
  expect(changed(initial, result!.parameters).sort()).toEqual(['dense1.bias', 'dense1.weight']);
  const { result: other } = await follow({ ...job, initial, frozen: ['dense1'] });
  expect(changed(initial, other!.parameters)).not.toContain('dense1.weight');
  expect(changed(initial, other!.parameters)).toContain('batch-norm1.running_mean');
});

test('members of an ensemble stay, too', async () => {
  const job = smallJob('binary', [dense(4, 'relu'), dropout(0.2), dense(3)], { members: 3, epochs: 2 });
  const initial = anyValues(job, 7);
  const { result } = await follow({ ...job, initial, frozen: ['dense1'] });
  expect(changed(initial, result!.parameters).some(name => name.startsWith('dense1'))).toBe(false);
});

test('the rest is trained as a network of its own on what the frozen layers make', async () => {
  const whole = smallJob('regression', [dense(4, 'tanh'), batchNorm()], { epochs: 4, learningRate: 0.02 });
  const initial = anyValues(whole, 9);
  const { result } = await follow({ ...whole, initial, frozen: ['dense1', 'batch-norm1'] });
  const of = (name: string): Float32Array => initial.get(name)!;
  const x = whole.x.data as Float32Array;
  const made = Float32Array.from({ length: (x.length / 3) * 4 }, (_, i) => {
    const [row, k] = [Math.floor(i / 4), i % 4];
    let z = of('dense1.bias')[k]!;
    for (let j = 0; j < 3; j++) z += x[row * 3 + j]! * of('dense1.weight')[j * 4 + k]!;
    const spread = Math.sqrt(of('batch-norm1.running_var')[k]! + 1e-5);
    const standard = (Math.tanh(z) - of('batch-norm1.running_mean')[k]!) / spread;
    return standard * of('batch-norm1.weight')[k]! + of('batch-norm1.bias')[k]!;
  });
  const features: Tensor = f32(made, [x.length / 3, 4]);
  const head: TrainingJob = {
    ...whole,
    x: features,
    inputShape: [4],
    network: { layers: [whole.network.layers.at(-1)!] },
    initial: new Map([
      ['dense1.weight', of('dense2.weight')],
      ['dense1.bias', of('dense2.bias')],
    ]),
  };
  const { result: alone } = await follow(head);
  for (const name of ['weight', 'bias']) {
    const [found, truth] = [result!.parameters.get(`dense2.${name}`)!, alone!.parameters.get(`dense1.${name}`)!];
    found.forEach((value, i) => {
      expect(value).toBeCloseTo(truth[i]!, 5);
    });
    expect(bits(new Map([['w', found]]))).not.toEqual(bits(new Map([['w', of(`dense2.${name}`)]])));
  }
});
