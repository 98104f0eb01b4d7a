/** What training on PyTorch must keep of training here, rule by rule. */
import { describe, expect, test } from 'vitest';
import type { TorchOptions, TorchStrategyName } from '../../src/engines/torch/index.ts';
import { HillockError } from '../../src/errors.ts';
import { f32 } from '../../src/graph/index.ts';
import { batchNorm, conv2d, dense, dropout, flatten, globalAveragePool, gru, network } from '../../src/nn/index.ts';
import { random } from '../../src/random.ts';
import type { FitState, TrainingJob } from '../../src/train/index.ts';
import { follow, imageJob, jobOf, smallJob } from '../train/jobs.ts';
import { found, modern, strategies } from './torch-found.ts';
import { apart, jobs, onTorch, processesOf, uneven } from './torch-jobs.ts';

const close = 1e-4;
const timeout = 600_000;
const short = { ...uneven, epochs: 5 } as const;

/** Members that learn from other rows each, joint limits on their gradients, decay of the weights alone, smoothed targets. */
function ensemble(): TrainingJob {
  const more = { ...short, members: 2, clip: 0.4, smoothing: 0.1, optimizer: 'adamw' } as const;
  const job = smallJob('multiclass', [dense(6, 'tanh')], { ...more, optimizerOptions: { weightDecay: 0.3 } });
  const rows = job.x.shape[0]!;
  const seen = Float32Array.from({ length: 2 * rows }, (_, i) => Number(i % 3 !== 0));
  return { ...job, rowWeights: f32(seen, [rows, 2]) };
}

/** One bias where PyTorch has two, part of which moves; a layer that keeps its weights. */
function frozenGru(): TrainingJob {
  const rng = random('gru');
  const x = f32(
    Float32Array.from({ length: 64 * 8 }, () => rng.normal()),
    [64, 4, 2],
  );
  const truths = Float64Array.from({ length: 64 }, (_, row) => Math.fround((x.data as Float32Array)[8 * row]!));
  const more = { ...short, optimizer: 'momentum', optimizerOptions: { weightDecay: 0.05 } } as const;
  return { ...jobOf('regression', x, truths, [gru(4), dense(4, 'relu')], more), frozen: ['dense1'] };
}

/** Synapses that do not exist, a schedule of the rate. */
function masked(): TrainingJob {
  const job = smallJob('binary', [], { ...short, optimizer: 'rmsprop', schedule: 'cosine', learningRate: 0.005 });
  const mask = [
    [1, 0, 1, 1],
    [0, 1, 1, 0],
    [1, 1, 0, 1],
  ] as const;
  return { ...job, network: network([dense(4, 'tanh', { mask }), dense(1)]) };
}

/** Statistics of a step's rows: of their shares they would be others. */
function normalised(): TrainingJob {
  const job = imageJob({ ...short, optimizer: 'adam' });
  const layers = [
    conv2d(4, 3, 'tanh', { padding: 'same' }),
    batchNorm(),
    flatten(),
    dense(6, 'tanh'),
    batchNorm(),
    dense(3),
  ];
  return { ...job, network: network(layers) };
}

/** Whether these tests can use a strategy. */
const usable = (wanted: TorchStrategyName): boolean =>
  strategies.some(({ name, why }) => name === wanted && why === undefined);

describe.skipIf(found === undefined)('as here', () => {
  const rules: readonly (readonly [string, () => TrainingJob, Partial<TorchOptions>, says?: string])[] = [
    ['an ensemble', ensemble, {}],
    ['a frozen layer behind a GRU', frozenGru, {}],
    ['a masked layer', masked, {}],
    ['batch norm', normalised, {}],
    ['batch norm', normalised, { strategy: 'fsdp' }],
    ['8 and 5 units on three processes', () => jobs.FNN({ optimizer: 'adam' }), { strategy: 'tensor', nproc: 3 }],
    ['7 rows in 3 parts', () => jobs.FNN({ optimizer: 'adam' }), { strategy: 'pipeline', nproc: 3, microBatches: 3 }],
  ];
  // Parts that need no other PyTorch than ddp are not told apart by an old one again.
  const more: typeof rules = [
    ['an ensemble', ensemble, { strategy: 'tensor' }],
    ['an ensemble', ensemble, { strategy: 'pipeline' }, 'dense1 | dense2'],
    ['a frozen layer behind a GRU', frozenGru, { strategy: 'tensor' }, 'gru1 on every process'],
    ['a frozen layer behind a GRU', frozenGru, { strategy: 'pipeline' }, 'gru1, dense1 | dense2'],
    ['a masked layer', masked, { strategy: 'tensor' }],
  ];
  const here = [...rules, ...(modern ? more : [])].filter(([, , { strategy = 'ddp' }]) => usable(strategy));
  test.each(
    here.map(([name, make, options, says = 'gloo']) => ({
      name,
      make,
      options,
      says,
      strategy: options.strategy ?? 'ddp',
    })),
  )('$name, $strategy', { timeout }, async ({ make, options, says }) => {
    const job = make();
    const there = await follow(job, { fit: onTorch(options) });
    expect(there.events[0]).toMatchObject({ event: 'start', device: expect.stringContaining(says) });
    const far = apart(there, await follow(job));
    expect(far.weights).toBeLessThan(close);
    expect(far.losses).toBeLessThan(close);
    expect(far.scores).toBeLessThan(close);
  });

  test.each(strategies.filter(({ name, why }) => name !== 'ddp' && why === undefined))(
    '$name, interrupted and resumed',
    { timeout },
    async ({ name: strategy }) => {
      const job = jobs.FNN({ optimizer: 'adam', epochs: 12, clip: 0.5 });
      const abort = new AbortController();
      const first = await follow(job, {
        fit: onTorch({ strategy }),
        signal: abort.signal,
        each: ({ event }) => event === 'epoch' && abort.abort(),
      });
      expect(first.result?.stopped).toBe('interrupted');
      const resume = first.states.at(-1) as FitState;
      expect(resume.step).toBeGreaterThan(0);
      expect(resume.step).toBeLessThan(84);
      const second = await follow(job, { fit: onTorch({ strategy }), resume });
      const far = apart(second, await follow(job));
      expect(far.weights).toBeLessThan(close);
      expect(far.losses).toBeLessThan(close);
    },
  );

  test('a diverging run ends with the last good state', { timeout }, async () => {
    const job = jobs.FNN({ optimizer: 'sgd', learningRate: 1e20 });
    const { error, events } = await follow(job, { fit: onTorch({}) });
    expect(error).toMatchObject({ kind: 'diverged' });
    expect(events.at(-1)).toMatchObject({ event: 'checkpoint', why: 'diverged' });
  });

  test.each(modern ? (['ddp', 'fsdp', 'tensor', 'pipeline'] as const).filter(usable) : (['ddp'] as const))(
    'bf16 trains with noise, %s',
    { timeout },
    async strategy => {
      const job = smallJob('regression', [dense(8, 'tanh'), dropout(0.1)], { ...short, epochs: 10 });
      const { result, error } = await follow(job, { fit: onTorch({ strategy, precision: 'bf16' }) });
      expect(error).toBeUndefined();
      const { history } = result!;
      expect(history.at(-1)!.loss).toBeLessThan(0.8 * history[0]!.loss);
    },
  );
});

describe.skipIf(found === undefined)('a job ends', () => {
  test.each(['ddp', 'pipeline'] as const)(
    'with the name of the rank that was killed, and without orphans, %s',
    {
      timeout,
    },
    async strategy => {
      let folder = '';
      let killed = false;
      const fit = onTorch({ strategy }, path => (folder = path));
      const { error } = await follow(jobs.FNN({ optimizer: 'sgd', epochs: 5000 }), {
        fit,
        each({ event }) {
          if (event !== 'epoch' || killed) return;
          killed = true;
          process.kill(processesOf(folder).find(({ rank }) => rank === 1)!.pid, 'SIGKILL');
        },
      });
      expect(error).toBeInstanceOf(HillockError);
      expect(error).toMatchObject({ kind: 'device', message: 'rank 1 of 2 was ended by SIGKILL' });
      expect(processesOf(folder)).toEqual([]);
    },
  );

  test('at once where a goal is reached, without orphans', { timeout }, async () => {
    let folder = '';
    const fit = onTorch({}, path => (folder = path));
    const until = [{ metric: 'rmse', sign: '<=', level: 100 }] as const;
    const { result } = await follow(jobs.FNN({ optimizer: 'sgd', epochs: 5000, until }), { fit });
    expect(result).toMatchObject({ stopped: 'goal', bestEpoch: 1 });
    expect(processesOf(folder)).toEqual([]);
  });

  test('before it begins, where it cannot be', { timeout }, async () => {
    const job = jobs.FNN({ optimizer: 'sgd' });
    const tried = async (options: Parameters<typeof onTorch>[0]) =>
      (await follow(job, { fit: onTorch(options) })).error;
    for (const strategy of strategies.filter(({ why }) => why !== undefined).map(({ name }) => name)) {
      const error = (await tried({ strategy })) as HillockError;
      expect(error).toMatchObject({ kind: 'device', message: expect.stringContaining(`--strategy ${strategy}`) });
      expect(error.hint).toContain('--strategy ddp or zero1');
    }
    const refused = async (words: string, options: Partial<TorchOptions>, other = job) =>
      expect((await follow(other, { fit: onTorch(options) })).error).toMatchObject({
        kind: 'usage',
        message: expect.stringContaining(words),
      });
    await refused('the 7 rows of a step', { nproc: 8 });
    await refused('4 stages need as many layers that learn, the network has 3', { strategy: 'pipeline', nproc: 4 });
    await refused('do not make 8 micro-batches', { strategy: 'pipeline', microBatches: 8 });
    await refused('batch-norm1 needs all rows of a step', { strategy: 'pipeline' }, normalised());
    const convolutions = network([conv2d(3, 3), globalAveragePool()]);
    await refused('no dense layer', { strategy: 'tensor' }, { ...imageJob(), network: convolutions });
    expect(await tried({ device: 'cuda' })).toMatchObject({
      kind: 'device',
      message: expect.stringContaining('finds'),
    });
  });
});

test('a Python without PyTorch is told of', async () => {
  const before = process.env.HILLOCK_TORCH_PYTHON;
  process.env.HILLOCK_TORCH_PYTHON = '/nowhere/python3';
  try {
    const { error } = await follow(jobs.FNN({ optimizer: 'sgd' }), { fit: onTorch({}) });
    expect(error).toMatchObject({ kind: 'device', message: expect.stringContaining('/nowhere/python3: not there') });
    expect((error as HillockError).hint).toContain('HILLOCK_TORCH_PYTHON');
  } finally {
    if (before === undefined) delete process.env.HILLOCK_TORCH_PYTHON;
    else process.env.HILLOCK_TORCH_PYTHON = before;
  }
});
