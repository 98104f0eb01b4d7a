/** Which numbers of the noise pool reach which input: read off the gradient of one step. */
import { expect, test } from 'vitest';
import { f32, floats, i32, type Tensor } from '../graph/index.ts';
import { type LayerSpec, network, place } from '../nn/index.ts';
import { random } from '../random.ts';
import { nodeRuntime } from '../runtime/node.ts';
import type { TrainingJob } from './job.ts';
import { trainingProgram } from './program.ts';

const rate = 0.4;
const batch = 2;
const target = { version: 1, name: 'y', task: 'regression', log: false, mean: 0, std: 1, min: -10, max: 10 } as const;

/** The first row feeds the first half of the inputs, the second row the other half: each input has one row to itself. */
function jobFor(row: readonly number[], layers: readonly LayerSpec[], members: number): TrainingJob {
  const width = row.reduce((a, b) => a * b, 1);
  const x = Float32Array.from({ length: batch * width }, (_, i) =>
    Number(i < width ? i < width / 2 : i >= 1.5 * width),
  );
  return {
    network: network(layers, members > 1 ? { members } : {}),
    inputShape: row,
    target,
    x: f32(x, [batch, ...row]),
    y: f32([1, 1], [batch, 1]),
    truths: Float64Array.of(1, 1),
    trainRows: Int32Array.of(0, 1),
    validationRows: new Int32Array(),
    testRows: new Int32Array(),
    options: {
      epochs: 1,
      batch,
      optimizer: 'sgd',
      optimizerOptions: {},
      learningRate: 1,
      schedule: 'constant',
      clip: 0,
      smoothing: 0,
      patience: 0,
      monitor: 'rmse',
      until: [],
      seed: 1,
    },
  };
}

/** From weights of 0 one step of SGD moves the weight of a kept input by 2·(t − ŷ) / batch / (1 − rate) = 1 / (1 − rate). */
async function step(job: TrainingJob, wanted: string, ones: readonly string[] = []) {
  const program = trainingProgram(job, place(job.network, job.inputShape));
  const { rows, width, draws } = program.noise!;
  const rng = random('noise test');
  const pool = Float32Array.from({ length: rows * width }, () => rng.uniform());
  const plan = Int32Array.from({ length: batch * draws }, () => rng.below(rows));
  const feeds: Record<string, Tensor> = {
    steps: { dtype: 'int64', shape: [], data: BigInt64Array.of(1n) },
    x: job.x,
    y: job.y,
    plan: i32([0, 1], [1, batch]),
    noise: f32(pool, [rows, width]),
    noise_plan: i32(plan, [1, batch, draws]),
  };
  for (const name of program.scalars) feeds[`scalar_${name}`] = f32([name === 'decay' ? 0 : 1]);
  for (const { name, shape } of program.state) {
    const values = new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(Number(ones.includes(name)));
    feeds[name] = f32(values, shape);
  }
  const session = await (await nodeRuntime({ threads: 1 })).open(program.model);
  const results = await session.run(feeds);
  await session.close();
  /** The k-th number that a row of the batch was given. */
  const given = (row: number, k: number): number =>
    pool[plan[row * draws + Math.floor(k / width)]! * width + (k % width)]!;
  return { weight: floats(results[`${wanted}'`]), given, noise: program.noise! };
}

const head = { kind: 'dense', units: 1, activation: 'linear', bias: false } as const;
const drop = { kind: 'dropout', rate } as const;
const kept = (noise: number): number => (noise > rate ? 1 / (1 - rate) : 0);

test.each([
  ['numbers', [6], [drop, head]],
  ['sequences', [3, 4], [drop, { kind: 'flatten' }, head]],
  ['maps', [2, 3, 4], [drop, { kind: 'flatten' }, head]],
  ['maps wider than the pool', [2, 32, 48], [drop, { kind: 'flatten' }, head]],
] as const)('every input of rows of %s has noise of its own', async (_, row, layers) => {
  const { weight, given, noise } = await step(jobFor(row, layers, 1), 'dense1.weight');
  expect(noise.rows * noise.width * 4).toBeLessThanOrEqual(2 ** 24);
  const half = weight.length / 2;
  weight.forEach((moved, i) => {
    if (Math.abs(moved - kept(given(i < half ? 0 : 1, i))) > 1e-5) expect.fail(`input ${i} moved by ${moved}`);
  });
});

test('every member of an ensemble has noise of its own', async () => {
  const [members, units] = [3, 6];
  const first = { kind: 'dense', units, activation: 'linear', bias: true } as const;
  const job = jobFor([4], [first, drop, head], members);
  const { weight, given } = await step(job, 'dense2.weight', ['dense1.bias']);
  for (let member = 0; member < members; member++) {
    for (let unit = 0; unit < units; unit++) {
      const sum = kept(given(0, member * units + unit)) + kept(given(1, member * units + unit));
      expect(weight[member * units + unit]).toBeCloseTo(sum, 4);
    }
  }
});
