/** The data of the laboratory, its formulas, and what the lessons say of them. */
import { train } from 'hillock';
import { dense, type NetworkSpec, network } from 'hillock/lab';
import { describe, expect, test } from 'vitest';
import { readSource } from '../../src/data/index.ts';
import { nodeRuntime } from '../../src/runtime/node.ts';
import { reportOf } from '../../src/studio/data-report.ts';
import { lab } from '../../src/train/lab.ts';
import { type DataChoice, dataKinds, dataNames, reach, samplesOf } from '../../studio/src/lab/data.ts';
import { around, cellPlaces, encoded, type FeatureName } from '../../studio/src/lab/features.ts';
import { NoFormula, readFormula } from '../../studio/src/lab/formula.ts';
import { begin, record, roomOf } from '../../studio/src/lab/room.ts';
import { epoch } from '../../studio/src/lab/steps.ts';
import { stuckOf } from '../../studio/src/lab/stuck.ts';
import { lessonAddress, lessons } from '../../studio/src/screens/learn/lessons.ts';

describe('formulas', () => {
  test.each([
    ['1 + 2 * 3', 7],
    ['-2^2', -4],
    ['2^3^2', 512],
    ['2^-1', 0.5],
    ['(1 + x) / 4', 0.75],
    ['sin(pi / 2) + sqrt(abs(-x - 2)) - cos(0)', 2],
    ['3 − 1', 2],
    ['e', Math.E],
    ['.5', 0.5],
  ])('%s', (text, value) => {
    expect(readFormula(text, ['x'])({ x: 2 })).toBeCloseTo(value, 12);
  });

  test.each([
    ['', 'found the end'],
    ['x +', 'found the end'],
    ['(x', 'a closing bracket'],
    ['sin x', 'an opening bracket after sin'],
    ['x y', 'an operator, found “y”'],
    ['alert(1)', 'found “alert”'],
    ['constructor', 'found “constructor”'],
  ])('%s is refused: %s', (text, words) => {
    expect(() => readFormula(text, ['x'])).toThrow(words);
    expect(() => readFormula(text, ['x'])).toThrow(NoFormula);
  });
});

const choice = (name: DataChoice['name'], changes: Partial<DataChoice> = {}): DataChoice => ({
  name,
  count: 200,
  noise: 0,
  seed: 1,
  formula: 'x',
  drawn: [],
  ...changes,
});

describe.each(dataNames.filter(name => dataKinds[name].make))('%s', name => {
  test('is the same for the same seed, another for another, within the picture, and of both classes', () => {
    const samples = samplesOf(choice(name));
    expect(samples).toEqual(samplesOf(choice(name)));
    expect(samples).not.toEqual(samplesOf(choice(name, { seed: 2 })));
    expect(samples.length).toBe(200);
    for (const { x1, x2 } of samples) expect(Math.max(Math.abs(x1), Math.abs(x2))).toBeLessThanOrEqual(reach + 0.6);
    if (dataKinds[name].task === 'regression') return;
    const share = samples.filter(({ target }) => target === 1).length / samples.length;
    expect(share).toBeGreaterThan(0.3);
    expect(share).toBeLessThan(0.7);
  });
});

test('a formula says what is above it', () => {
  for (const { x1, x2, target } of samplesOf(choice('formula', { formula: 'x^2 - 1' })))
    expect(target).toBe(x2 > x1 ** 2 - 1 ? 1 : 0);
});

test('the places of a picture go from the top left, and features are of their places', () => {
  const places = cellPlaces(3, { x: [-3, 3], y: [-3, 3] });
  expect(places[0]).toEqual([-2, 2]);
  expect(places[8]).toEqual([2, -2]);
  expect(cellPlaces(2, { x: [0, 4], y: [10, 12] })).toEqual([
    [1, 11.5],
    [3, 11.5],
    [1, 10.5],
    [3, 10.5],
  ]);
  expect(around([2, 1, 3])).toEqual([0.88, 3.12]);
  expect(around([5, 5])).toEqual([4, 6]);
  expect([...encoded(['x1x2', 'x2^2'], [[2, -3]])]).toEqual([-6, 9]);
});

interface Changes {
  readonly lr: number;
  readonly share?: number;
  readonly opt?: 'adam' | 'sgd';
  readonly seed?: number;
  readonly act?: 'tanh' | 'relu';
  readonly inputs?: readonly FeatureName[];
}

/** A network that is opened as the network screen opens it. */
async function opened(data: DataChoice, units: readonly number[], changes: Changes) {
  const { lr, share = 0.3, opt = 'adam', seed = 1, act = 'tanh', inputs = ['x1', 'x2'] as const } = changes;
  const samples = samplesOf(data);
  const train = samples.length - Math.floor(samples.length * share);
  const learned = {
    x: encoded(
      inputs,
      samples.map(({ x1, x2 }) => [x1, x2] as const),
    ),
    y: Float32Array.from(samples, ({ target }) => target),
    inputs: inputs.length,
    trainRows: Int32Array.from({ length: train }, (_, i) => i),
    testRows: Int32Array.from({ length: samples.length - train }, (_, i) => train + i),
  };
  const { task, classes = 1 } = dataKinds[data.name];
  const one = await lab(await nodeRuntime({ threads: 1 }), {
    task,
    network: network([...units.map(size => dense(size, act)), dense(classes, 'linear', { initial: 'glorot-uniform' })]),
    data: learned,
    options: { batch: 10, optimizer: opt, learningRate: lr, l1: 0, l2: 0, seed },
  });
  return { one, learned };
}

/** Trains as a lesson begins; the mean losses at the end, NaN where it explodes. */
async function lossesAfter(
  epochs: number,
  ...given: Parameters<typeof opened>
): Promise<{ train: number; test: number }> {
  const { one, learned } = await opened(...given);
  try {
    while (one.state.seen < epochs * learned.trainRows.length) {
      const step = await one.compute(one.next());
      if (!step.finite || step.loss > 1e4) return { train: Number.NaN, test: Number.NaN };
      one.apply(step);
    }
    return await one.losses();
  } finally {
    await one.close();
  }
}

const lossAfter = async (...given: Parameters<typeof lossesAfter>): Promise<number> =>
  (await lossesAfter(...given)).train;

describe('training that learns nothing is told from training that is only noisy', () => {
  const none = { answer: new Float32Array(), small: new Float32Array() };
  /** After how many of so many epochs it is told, what at the end, and what when the first weights are back. */
  async function said(epochs: number, ...given: Parameters<typeof opened>) {
    const { one, learned } = await opened(...given);
    try {
      const room = roomOf(1, one, learned, none, () => undefined);
      await record(room);
      let times = 0;
      for (let i = 0; i < epochs && (await epoch(room)); i++) if (stuckOf(room)) times++;
      const last = stuckOf(room);
      one.rewind();
      await begin(room, true);
      return { times, last, again: stuckOf(room) };
    } finally {
      await one.close();
    }
  }

  test.each([
    ['circle', 500],
    ['spiral', 500],
    ['arms', 30],
  ] as const)('%s at a learning rate of %d: told from the 20th epoch on, until it is rewound', async (name, lr) => {
    const { times, last, again } = await said(24, choice(name, { noise: 0.15 }), [4, 3], { lr });
    expect([times, last?.learningRate, again]).toEqual([5, lr, undefined]);
  });

  test.each(dataNames.filter(name => dataKinds[name].make))('%s at usual learning rates: never', async name => {
    const noisy = choice(name, { noise: 1, count: 100 });
    for (const changes of [{ lr: 0.03 }, { lr: 0.3 }, { lr: 0.1, opt: 'sgd' }] as const)
      expect((await said(40, noisy, [8, 8], changes)).times, JSON.stringify(changes)).toBe(0);
  });
});

describe('what the lessons say is so', () => {
  test('squares solve the circle without hidden layers, and x₁x₂ solves XOR', async () => {
    expect(await lossAfter(60, choice('circle'), [], { lr: 0.1, inputs: ['x1^2', 'x2^2'] })).toBeLessThan(0.1);
    expect(await lossAfter(60, choice('xor'), [], { lr: 0.1, inputs: ['x1x2'] })).toBeLessThan(0.1);
    expect(await lossAfter(60, choice('xor'), [], { lr: 0.1 })).toBeGreaterThan(0.5);
  });

  test('XOR: two hidden neurons leave corners wrong, four solve it from nearly all first weights', async () => {
    const solved = async (units: number): Promise<number> => {
      let count = 0;
      for (let seed = 1; seed <= 4; seed++)
        if ((await lossAfter(60, choice('xor'), [units], { lr: 0.05, seed })) < 0.1) count++;
      return count;
    };
    expect(await solved(2)).toBeLessThanOrEqual(1);
    expect(await solved(4)).toBeGreaterThanOrEqual(3);
  });

  test('many neurons learn few noisy samples by heart', async () => {
    const few = choice('gauss', { count: 30, noise: 1 });
    const wide = { lr: 0.02, share: 0.5, act: 'relu' } as const;
    const early = await lossesAfter(8, few, [16, 16], wide);
    const late = await lossesAfter(120, few, [16, 16], wide);
    expect(late.train).toBeLessThan(0.05);
    expect(late.test).toBeGreaterThan(2 * early.test);
  });

  test('the wave explodes with a learning rate of 3 and learns with one of 0.1', async () => {
    expect(await lossAfter(20, choice('wave', { noise: 0.15 }), [8], { lr: 3, opt: 'sgd', act: 'relu' })).toBeNaN();
    expect(
      await lossAfter(40, choice('wave', { noise: 0.15 }), [8], { lr: 0.1, opt: 'sgd', act: 'relu' }),
    ).toBeLessThan(0.2);
  });

  test('a line tells nine in ten of the moons apart, hidden layers nearly all', async () => {
    const moons = await readSource('demo:moons');
    const right = async (model: 'linear' | NetworkSpec): Promise<number> => {
      const { metrics } = await train(model, moons, { seed: 0, epochs: 60, members: 1, baseline: false }).result;
      return metrics.test.accuracy!;
    };
    const line = await right('linear');
    expect(line).toBeGreaterThan(0.82);
    expect(line).toBeLessThan(0.93);
    expect(await right(network([dense(16, 'relu'), dense(16, 'relu')]))).toBeGreaterThan(0.96);
  });

  test('the table of the lesson has 2,000 rows and ten columns, one of them used in two ways', async () => {
    const report = reportOf(await readSource('demo:obesity'), 'obese', []);
    if (report.kind !== 'table') throw new Error('no table');
    expect([report.rows, report.columns.length]).toEqual([2000, 10]);
    expect(report.columns.filter(({ role }) => role === 'both').map(({ column }) => column)).toEqual(['vegetables']);
  });

  test('each has an address of its own', () => {
    expect(lessons.length).toBe(16);
    expect(new Set(lessons.map(lessonAddress)).size).toBe(16);
  });
});
