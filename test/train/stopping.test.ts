/** When training ends, and what it keeps. */
import { describe, expect, test } from 'vitest';
import { dense } from '../../src/nn/index.ts';
import { scoreRows } from '../../src/train/index.ts';
import { type Followed, follow, options, smallJob } from './jobs.ts';

const hidden = [dense(8, 'tanh')];
const epochsOf = ({ events }: Followed) => events.filter(({ event }) => event === 'epoch');

describe('goals', () => {
  const until = [{ metric: 'accuracy', sign: '>=' as const, level: 0.75 }];

  test('training stops at the end of the epoch that reaches all of them', async () => {
    const job = smallJob('binary', hidden, { until, epochs: 200, rows: 200 });
    const run = await follow(job);
    const { history, stopped } = run.result!;
    expect(stopped).toBe('goal');
    expect(history.at(-1)!.validation.accuracy).toBeGreaterThanOrEqual(0.75);
    expect(history.slice(0, -1).every(({ validation }) => validation.accuracy! < 0.75)).toBe(true);
    expect(run.events.at(-1)).toMatchObject({ event: 'checkpoint', why: 'epoch' });
    const { error, result } = await follow(job, { resume: run.states.at(-1)! });
    expect(error).toBeUndefined();
    expect(result!.steps).toBe(run.result!.steps);
  });

  test('"at most" goals, and two of which one is out of reach', async () => {
    const low = await follow(
      smallJob('regression', hidden, { until: [{ metric: 'rmse', sign: '<=', level: 0.8 }], epochs: 300 }),
    );
    expect(low.result!.stopped).toBe('goal');
    const never = await follow(
      smallJob('binary', hidden, { until: [...until, { metric: 'auc', sign: '>=', level: 1.1 }], epochs: 6 }),
    );
    expect(never.result!.stopped).toBe('epochs');
    expect(never.result!.history.length).toBe(6);
  });
});

describe('patience and the best epoch', () => {
  const job = smallJob('binary', [dense(32, 'relu')], { epochs: 200, patience: 5, learningRate: 0.1, rows: 80 });

  test('training stops so many epochs after the best, and keeps the best', async () => {
    const run = await follow(job);
    const { history, stopped, bestEpoch, predictions } = run.result!;
    expect(stopped).toBe('patience');
    expect(history.length).toBe(bestEpoch + 5);
    const losses = history.map(({ validation }) => validation.logloss!);
    expect(losses.indexOf(Math.min(...losses)) + 1).toBe(bestEpoch);
    expect(scoreRows(job, job.validationRows, predictions.validation)).toEqual(history[bestEpoch - 1]!.validation);
    const marked = epochsOf(run).flatMap(event => (event.event === 'epoch' && event.best ? [event.epoch] : []));
    expect(marked.at(-1)).toBe(bestEpoch);
  });

  test('the monitored metric decides, whichever way is better', async () => {
    const run = await follow({ ...job, options: { ...job.options, monitor: 'accuracy', patience: 0, epochs: 15 } });
    const { history, bestEpoch } = run.result!;
    const scores = history.map(({ validation }) => validation.accuracy!);
    expect(scores.indexOf(Math.max(...scores)) + 1).toBe(bestEpoch);
  });

  test('without validation rows the last epoch is kept', async () => {
    const run = await follow(smallJob('binary', hidden, { trainRows: 64, epochs: 5, patience: 2 }));
    expect(run.result).toMatchObject({ stopped: 'epochs', bestEpoch: 5 });
    expect(run.result!.history.every(({ validation }) => Object.keys(validation).length === 0)).toBe(true);
  });
});

describe('events', () => {
  test('come in order and add up', async () => {
    const job = smallJob('regression', hidden, { epochs: 3, batch: 10 });
    const { events, result } = await follow(job, { checkpointEvery: 0 });
    expect(events[0]).toMatchObject({
      event: 'start',
      stepsPerEpoch: 5,
      epochs: 3,
      batch: 10,
      rows: { train: 48, validation: 16 },
      step: 0,
    });
    expect(events.filter(({ event }) => event === 'epoch').length).toBe(3);
    expect(events.filter(({ event }) => event === 'checkpoint').length).toBe(3);
    const steps = events.flatMap(event => (event.event === 'step' ? [event.step] : []));
    expect(steps).toEqual([...steps].sort((a, b) => a - b));
    expect(steps.at(-1)).toBe(15);
    expect(result).toMatchObject({ steps: 15, stopped: 'epochs' });
    expect(result!.parameterCount).toBe(3 * 8 + 8 + 8 + 1);
    expect(result!.predictions.train.length).toBe(48);
    expect(result!.predictions.test.length).toBe(0);
  });
});

describe('divergence', () => {
  const cases = [
    ['SGD, many steps in an epoch', { optimizer: 'sgd', learningRate: 1e6, batch: 4 }],
    ['SGD, one step in an epoch', { optimizer: 'sgd', learningRate: 1e30, batch: 48, epochs: 30 }],
    ['SGD, weights that overflow in the last step', { optimizer: 'sgd', learningRate: 1e39, batch: 48, epochs: 1 }],
    ['momentum', { optimizer: 'momentum', learningRate: 1e4, epochs: 30 }],
    [
      'AdamW whose decay explodes',
      { optimizer: 'adamw', learningRate: 1e6, optimizerOptions: { weightDecay: 0.3 }, epochs: 30 },
    ],
  ] as const;
  test.each(cases)('%s: says so, after a checkpoint of the last good state', async (_, change) => {
    const job = smallJob('regression', [dense(8, 'relu')], { ...options, ...change });
    const { events, states, error } = await follow(job, { checkpointEvery: 0 });
    expect(error).toMatchObject({
      name: 'HillockError',
      kind: 'diverged',
      message: expect.stringMatching(/diverged.*step \d+ \(epoch \d+\)/),
      hint: expect.stringMatching(/learning rate .* is probably too large/),
    });
    expect(events.at(-1)).toMatchObject({ event: 'checkpoint', why: 'diverged' });
    for (const state of states) {
      for (const [name, values] of [...state.arrays, ...(state.best?.arrays ?? [])])
        expect(values.every(Number.isFinite), name).toBe(true);
    }
  });
});

describe('a monitor that is not defined on the validation rows', () => {
  const zeroed = smallJob('regression', hidden, { monitor: 'mape' });
  const oneClass = smallJob('binary', hidden, { monitor: 'auc' });
  const cases = [
    [
      'mape, a truth of 0',
      { ...zeroed, truths: zeroed.truths.with(zeroed.validationRows[0]!, 0) },
      'such as monitor rmse',
    ],
    ['auc, one class', { ...oneClass, truths: oneClass.truths.map(() => 1) }, 'such as monitor logloss'],
  ] as const;
  test.each(cases)('is refused before training: %s', async (_, job, hint) => {
    const { events, error } = await follow(job);
    expect(error).toMatchObject({ kind: 'usage', hint: expect.stringContaining(hint) });
    expect((error as Error).message).toContain(`${job.options.monitor} cannot choose the best epoch`);
    expect(events).toEqual([]);
    expect((await follow({ ...job, options: { ...job.options, monitor: '' } })).error).toBeUndefined();
  });
});
