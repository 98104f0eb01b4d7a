/** The rules change how a training program is written, not what it computes. */
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { type RowTask, smallJob } from '../../test/train/jobs.ts';
import { constant, f32, floats, i32, input, named, type Tensor, topological, type Value } from '../graph/index.ts';
import { activationLayer, batchNorm, dense, dropout, type LayerSpec, layerNorm, place } from '../nn/index.ts';
import { add, mul, neg, relu, scalar, sub } from '../ops/index.ts';
import type { OptimizerName } from '../optim/index.ts';
import { optimizerOptions, optimizers } from '../optim/index.ts';
import { random } from '../random.ts';
import { nodeRuntime } from '../runtime/node.ts';
import { type TrainingJob, trainingProgram } from '../train/index.ts';
import { lower } from './index.ts';
import { type Rule, rewrite } from './rewrite.ts';
import { rules } from './rules.ts';

const own = [...rules];
const use = (list: readonly Rule[]): void => {
  (rules as Rule[]).splice(0, rules.length, ...list);
};
afterEach(() => use(own));

const steps = 3;

/** Everything a job's program puts out after a few steps, with these rules. */
async function outputs(job: TrainingJob, list: readonly Rule[]): Promise<Readonly<Record<string, Float32Array>>> {
  use(list);
  const program = trainingProgram(job, place(job.network, job.inputShape));
  use(own);
  const runtime = await nodeRuntime({ threads: 1 });
  const session = await runtime.open(program.model);
  const { options } = job;
  const rng = random('lower');
  const settings = optimizerOptions(options.optimizer, options.optimizerOptions);
  const scalarsAt = (t: number): Readonly<Record<string, number>> => ({
    ...optimizers[options.optimizer].scalars(t, options.learningRate, settings.weightDecay, settings),
    dropout: 0.5,
  });
  const feeds: Record<string, Tensor> = {
    steps: { dtype: 'int64', shape: [], data: BigInt64Array.of(BigInt(steps)) },
    x: job.x,
    y: job.y,
    plan: i32(
      Int32Array.from({ length: steps * options.batch }, () => rng.below(job.trainRows.length)),
      [steps, options.batch],
    ),
  };
  for (const name of program.scalars)
    feeds[`scalar_${name}`] = f32(Array.from({ length: steps }, (_, i) => scalarsAt(i + 1)[name]!));
  for (const { name, shape } of program.state) {
    const size = shape.reduce((a, b) => a * b, 1);
    // Slots and running variances are not negative.
    feeds[name] = f32(
      Float32Array.from({ length: size }, () => 0.2 + 0.5 * rng.uniform()),
      shape,
    );
  }
  if (program.noise) {
    const { rows, width, draws } = program.noise;
    feeds.noise = f32(
      Float32Array.from({ length: rows * width }, () => rng.uniform()),
      [rows, width],
    );
    feeds.noise_plan = i32(
      Int32Array.from({ length: steps * options.batch * draws }, () => rng.below(rows)),
      [steps, options.batch, draws],
    );
  }
  const results = await session.run(feeds);
  await session.close();
  return Object.fromEntries(Object.entries(results).map(([name, tensor]) => [name, floats(tensor)]));
}

function largestDifference(
  a: Readonly<Record<string, Float32Array>>,
  b: Readonly<Record<string, Float32Array>>,
): number {
  expect(Object.keys(a)).toEqual(Object.keys(b));
  let worst = 0;
  for (const [name, values] of Object.entries(a)) {
    values.forEach((value, i) => {
      const other = b[name]![i]!;
      const distance = Math.abs(value - other) / (1 + Math.abs(other));
      worst = Number.isNaN(distance) ? Number.POSITIVE_INFINITY : Math.max(worst, distance);
    });
  }
  return worst;
}

const activation = fc.constantFrom('relu', 'tanh', 'silu', 'linear', 'elu', 'gelu' as const) as fc.Arbitrary<'relu'>;
const plain: fc.Arbitrary<LayerSpec> = fc.oneof(
  fc
    .record({ units: fc.integer({ min: 1, max: 6 }), activation, bias: fc.boolean() })
    .map(({ units, activation, bias }) => dense(units, activation, { bias })),
  fc.constantFrom(0.2, 0.5).map(dropout),
  activation.map(activationLayer),
);
const single: fc.Arbitrary<LayerSpec> = fc.oneof(plain, fc.constant(batchNorm()), fc.constant(layerNorm()));

const jobs: fc.Arbitrary<TrainingJob> = fc
  .record({
    task: fc.constantFrom<RowTask>('binary', 'multiclass', 'regression'),
    members: fc.constantFrom(undefined, undefined, 2),
    optimizer: fc.constantFrom<OptimizerName>('sgd', 'momentum', 'rmsprop', 'adam', 'adamw'),
    weightDecay: fc.constantFrom(0, 0.1),
    clip: fc.constantFrom(0, 0.5),
    smoothing: fc.constantFrom(0, 0.1),
    batch: fc.integer({ min: 1, max: 9 }),
  })
  .chain(({ task, members, weightDecay, batch, ...more }) =>
    fc.array(members ? plain : single, { maxLength: 4 }).map(hidden =>
      smallJob(task, hidden, {
        ...more,
        // One row has no variance to normalise by.
        batch: Math.max(batch, hidden.some(({ kind }) => kind === 'batch-norm') ? 4 : 1),
        learningRate: 0.05,
        optimizerOptions: { weightDecay },
        ...(members ? { members } : {}),
      }),
    ),
  );

describe('training programs', () => {
  test('random ones compute the same with and without the rules', async () => {
    await fc.assert(
      fc.asyncProperty(jobs, async job => {
        expect(largestDifference(await outputs(job, own), await outputs(job, []))).toBeLessThan(2e-6);
      }),
      { numRuns: 60, seed: 7 },
    );
  });

  test('each rule on its own too', async () => {
    const job = smallJob('multiclass', [dense(5, 'relu'), dense(4, 'tanh')], {
      optimizer: 'sgd',
      batch: 8,
      learningRate: 0.05,
    });
    const wanted = await outputs(job, []);
    for (const rule of own) expect(largestDifference(await outputs(job, [rule]), wanted)).toBeLessThan(2e-6);
  });

  test('a wrong rule is found', async () => {
    const wrong: Rule = node => (node.op.name === 'Sub' ? add(node.inputs[0]!, node.inputs[1]!) : null);
    const job = smallJob('regression', [dense(4, 'tanh')], { optimizer: 'sgd' });
    expect(largestDifference(await outputs(job, [wrong]), await outputs(job, []))).toBeGreaterThan(1e-3);
  });
});

describe('rewrite', () => {
  const doubleNegation: Rule = node => {
    const inner = node.op.name === 'Neg' ? node.inputs[0]!.node : null;
    return inner?.op.name === 'Neg' ? inner.inputs[0]! : null;
  };
  const x = input('x', [2]);
  const names = (values: readonly Value[]): string[] =>
    topological(values)
      .filter(({ op }) => !op.leaf)
      .map(({ op }) => op.name);

  test('without rules the graph stays what it is', () => {
    const y = relu(neg(x));
    expect(rewrite([y, x], [])).toEqual([y, x]);
    use([]);
    expect(lower({ state: [y], emit: [x] })).toEqual({ state: [y], emit: [x] });
  });

  test('a match inside is replaced and what reads it is rebuilt under its old name', () => {
    const y = named(relu(neg(neg(x))), 'y');
    const [after] = rewrite([y], [doubleNegation]);
    expect(names([after!])).toEqual(['Relu']);
    expect(after!.name).toBe('y');
    expect(after!.node.inputs[0]).toBe(x);
    expect(names([y])).toEqual(['Neg', 'Neg', 'Relu']);
  });

  test('chains of matches go all the way, and a shared value is replaced for every reader', () => {
    const deep = neg(neg(neg(neg(x))));
    const [sum, product] = rewrite([add(deep, x), mul(deep, deep)], [doubleNegation]);
    expect(sum!.node.inputs).toEqual([x, x]);
    expect(product!.node.inputs).toEqual([x, x]);
  });

  test('a replacement reads the new form of what was replaced before it', () => {
    const square: Rule = node => (node.op.name === 'Relu' ? mul(node.inputs[0]!, node.inputs[0]!) : null);
    const [after] = rewrite([relu(neg(neg(x)))], [doubleNegation, square]);
    expect(names([after!])).toEqual(['Mul']);
    expect(after!.node.inputs).toEqual([x, x]);
  });

  test('a rule is told how often a value is read, outputs among the readers', () => {
    const seen = new Map<string, number | undefined>();
    const note: Rule = (node, uses) => {
      seen.set(node.op.name, uses.get(node.outputs[0]!));
      return null;
    };
    const a = neg(x);
    const b = relu(a);
    rewrite([sub(a, b), a, constant(f32([1])), add(b, scalar(1))], [note]);
    expect(seen.get('Neg')).toBe(3);
    expect(seen.get('Relu')).toBe(2);
    expect(seen.get('Sub')).toBe(1);
  });
});
