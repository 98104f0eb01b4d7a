/** A run that was cut and went on is the run that was never cut, bit for bit. */
import { afterEach, describe, expect, test, vi } from 'vitest';
import { f32 } from '../../src/graph/index.ts';
import { decodeCheckpoint, encodeCheckpoint } from '../../src/job/checkpoint.ts';
import {
  batchNorm,
  conv2d,
  dense,
  dropout,
  flatten,
  layerNorm,
  maxPool,
  reshape,
  residual,
} from '../../src/nn/index.ts';
import { nodeRuntime } from '../../src/runtime/node.ts';
import type { FitState, TrainingJob } from '../../src/train/index.ts';
import { bits, follow, imageJob, outcome, range, smallJob } from './jobs.ts';

function ensemble(): TrainingJob {
  const members = 3;
  const job = smallJob('multiclass', [dense(6, 'silu'), dropout(0.3)], {
    members,
    batch: 5,
    epochs: 4,
    optimizer: 'adamw',
    schedule: 'warmup',
    smoothing: 0.1,
    clip: 1,
    seed: 3,
  });
  const rows = job.truths.length;
  // Each member leaves out every third row, which validates it.
  const weights = Float32Array.from({ length: rows * members }, (_, i) =>
    Number(Math.floor(i / members) % members !== i % members),
  );
  return {
    ...job,
    trainRows: range(0, rows),
    validationRows: range(0, rows),
    rowWeights: f32(weights, [rows, members]),
  };
}

const jobs: Readonly<Record<string, TrainingJob>> = {
  'Adam, dropout, batch norm and patience': smallJob('binary', [dense(8, 'relu'), batchNorm(), dropout(0.4)], {
    batch: 7,
    epochs: 9,
    patience: 3,
    learningRate: 0.1,
    seed: 5,
  }),
  'momentum, layer norm, one-cycle': smallJob('regression', [dense(8, 'tanh'), layerNorm()], {
    batch: 4,
    epochs: 3,
    optimizer: 'momentum',
    schedule: 'one-cycle',
    learningRate: 0.02,
  }),
  'images that are varied, convolutions, batch norm': imageJob({
    augment: { rotate: 10, flip: 'horizontal', shift: 1, cutout: 2 },
  }),
  'maps, dropout of channels, layers in layers': smallJob(
    'multiclass',
    [
      reshape([2, 4, 4]),
      conv2d(4, 3, 'relu', { padding: 'same' }),
      dropout(0.3, { channels: true }),
      residual([conv2d(4, 3, 'tanh', { padding: 'same' }), batchNorm()], 'relu'),
      maxPool(2),
      dropout(0.2),
      flatten(),
    ],
    { columns: 32, batch: 6, epochs: 3, optimizer: 'adamw' },
  ),
  'an ensemble, each member on its own rows': ensemble(),
};

afterEach(() => {
  vi.restoreAllMocks();
});

/** Makes every look at the clock `milliseconds` later than the one before: long steps make small chunks. */
function clockSteps(milliseconds: number): void {
  let now = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => {
    now += milliseconds;
    return now;
  });
}

const throughAFile = (state: FitState): FitState =>
  decodeCheckpoint(encodeCheckpoint(state, 'job'), 'a checkpoint', 'job');

describe.each(Object.entries(jobs))('%s', (_, job) => {
  test('the same seed gives the same bits, another seed other ones', async () => {
    const one = await follow(job);
    expect(outcome(await follow(job))).toEqual(outcome(one));
    const other = await follow({ ...job, options: { ...job.options, seed: job.options.seed + 1 } });
    expect(outcome(other).parameters).not.toEqual(outcome(one).parameters);
  });

  test('the size of the chunks does not matter', async () => {
    clockSteps(1e6);
    const small = await follow(job);
    vi.restoreAllMocks();
    clockSteps(1e-9);
    const large = await follow(job);
    const chunks = [small, large].map(({ events }) => events.filter(({ event }) => event === 'step').length);
    expect(chunks[0]).toBeGreaterThan(2 * chunks[1]!);
    expect(outcome(small)).toEqual(outcome(large));
  });

  test('fed only the rows that are read, as a runtime that copies wants it, it learns the same', async () => {
    clockSteps(1e6);
    const copying = { ...(await nodeRuntime({ threads: 2 })), copies: true };
    expect(outcome(await follow(job, { runtime: copying }))).toEqual(outcome(await follow(job)));
  });

  test('resumed from the checkpoint of every epoch it ends the same', async () => {
    const whole = await follow(job, { checkpointEvery: 0 });
    expect(whole.states.length).toBe(whole.result!.history.length);
    for (const state of whole.states) {
      const resumed = await follow(job, { resume: throughAFile(state) });
      expect(outcome(resumed)).toEqual(outcome(whole));
    }
  });

  test('interrupted in the middle of an epoch and resumed it ends the same', async () => {
    const whole = await follow(job);
    clockSteps(1e6);
    const stepsPerEpoch = Math.ceil(job.trainRows.length / job.options.batch);
    let middle = 0;
    for (const stop of [1, 2, 3, 9, 14]) {
      const abort = new AbortController();
      let seen = 0;
      const cut = await follow(job, {
        signal: abort.signal,
        each: ({ event }) => {
          if (event === 'step' && ++seen === stop) abort.abort();
        },
      });
      expect(cut.result!.stopped).toBe('interrupted');
      const last = cut.events.at(-1)!;
      expect(last).toMatchObject({ event: 'checkpoint', why: 'interrupted' });
      const state = cut.states.at(-1)!;
      expect(state.step).toBe(cut.result!.steps);
      if (state.step % stepsPerEpoch !== 0) middle++;
      expect(outcome(await follow(job, { resume: throughAFile(state) }))).toEqual(outcome(whole));
    }
    expect(middle).toBeGreaterThan(2);
  });

  test('aborted before it begins it leaves its first state', async () => {
    const { states, result } = await follow(job, { signal: AbortSignal.abort() });
    expect(result!.stopped).toBe('interrupted');
    expect(states.map(({ step }) => step)).toEqual([0]);
    const whole = await follow(job);
    expect(bits((await follow(job, { resume: states[0]! })).result!.parameters)).toEqual(
      bits(whole.result!.parameters),
    );
  });
});

describe('a state that does not fit', () => {
  const job = jobs['momentum, layer norm, one-cycle']!;
  const other = (change: Partial<TrainingJob['options']>, hidden = [dense(8, 'tanh'), layerNorm()]): TrainingJob =>
    smallJob('regression', hidden, { batch: 4, epochs: 3, optimizer: 'momentum', ...change });

  test.each([
    ['another network', other({}, [dense(9, 'tanh'), layerNorm()]), /dense1\.weight/],
    ['another optimiser', other({ optimizer: 'adam' }), /dense1\.weight:mean/],
  ])('of %s is refused in words', async (_, changed, message) => {
    const { states } = await follow(job, { checkpointEvery: 0 });
    const { error } = await follow(changed, { resume: states[0]! });
    expect(error).toMatchObject({ kind: 'model-file', message: expect.stringMatching(message) });
  });

  test('whose best parameters are cut is refused', async () => {
    const { states } = await follow(job, { checkpointEvery: 0 });
    const best = { ...states[0]!.best!, arrays: new Map([['dense1.weight', new Float32Array(2)]]) };
    const { error } = await follow(job, { resume: { ...states[0]!, best } });
    expect(error).toMatchObject({ kind: 'model-file' });
  });
});
