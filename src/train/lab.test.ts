/** Training in hand, against finite differences, the neuron's own rule, and the training program. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { f32 } from '../graph/index.ts';
import { type LearningStep, learningSteps } from '../neuron/index.ts';
import { dense, network } from '../nn/index.ts';
import { random } from '../random.ts';
import type { Runtime } from '../runtime/index.ts';
import { nodeRuntime } from '../runtime/node.ts';
import { fit as train } from './fit.ts';
import type { TrainingJob } from './job.ts';
import { type Lab, lab } from './lab.ts';
import type { LabData, LabOptions, LabSetup, LabStep } from './lab-state.ts';

let runtime: Runtime;
const open: Lab[] = [];
beforeAll(async () => {
  runtime = await nodeRuntime({ threads: 1 });
});
afterAll(async () => {
  for (const one of open) await one.close();
});

const rng = random(3);
const rows = 40;
const x = Float32Array.from({ length: rows * 2 }, () => rng.normal());
const data: LabData = {
  x,
  y: Float32Array.from({ length: rows }, (_, i) => (x[2 * i]! * x[2 * i + 1]! > 0 ? 1 : 0)),
  inputs: 2,
  trainRows: Int32Array.from({ length: 30 }, (_, i) => i),
  testRows: Int32Array.from({ length: 10 }, (_, i) => 30 + i),
};
const options: LabOptions = { batch: 10, optimizer: 'sgd', learningRate: 0.1, l1: 0, l2: 0, seed: 7 };
const small = network([dense(3, 'tanh'), dense(1)]);

async function opened(changes: Partial<LabOptions> = {}, net = small, own = data): Promise<Lab> {
  const one = await lab(runtime, { task: 'binary', network: net, data: own, options: { ...options, ...changes } });
  open.push(one);
  return one;
}

async function advance(one: Lab, steps: number): Promise<LabStep> {
  let last: LabStep | undefined;
  for (let i = 0; i < steps; i++) {
    last = await one.compute(one.next());
    one.apply(last);
  }
  return last!;
}

test('gradients agree with finite differences of the loss', async () => {
  const one = await opened({ batch: 30 });
  const { gradients } = await one.compute(data.trainRows);
  for (const [name, values] of one.state.parameters) {
    for (const index of values.keys()) {
      const h = 1e-2;
      const at = async (shift: number): Promise<number> => {
        const before = one.state;
        one.edit(name, index, values[index]! + shift);
        const { train } = await one.losses();
        one.restore(before);
        return train;
      };
      const slope = ((await at(h)) - (await at(-h))) / (2 * h);
      expect(gradients.get(name)![index], `${name} ${index}`).toBeCloseTo(slope, 4);
    }
  }
});

test('without hidden layers one row corrects as the neuron does by itself', async () => {
  const one = await opened({ learningRate: 0.5 }, network([dense(1)]));
  const weights = [...one.state.parameters.get('dense1.weight')!];
  const bias = one.state.parameters.get('dense1.bias')![0]!;
  const rows = one.next(1);
  const input = [...data.x.subarray(rows[0]! * 2, rows[0]! * 2 + 2)];
  const learning = learningSteps({ weights, bias, activation: 'sigmoid' }, [input], [data.y[rows[0]!]!], {
    learningRate: 0.5,
  });
  const own = learning.next().value as LearningStep;
  const step = await one.compute(rows);
  expect(step.loss).toBeCloseTo(own.loss, 6);
  expect(step.after.parameters.get('dense1.weight')![0]).toBeCloseTo(own.after.weights[0]!, 6);
  expect(step.after.parameters.get('dense1.weight')![1]).toBeCloseTo(own.after.weights[1]!, 6);
  expect(step.after.parameters.get('dense1.bias')![0]).toBeCloseTo(own.after.bias!, 6);
});

test.each(['sgd', 'momentum', 'rmsprop', 'adam', 'adamw'] as const)(
  '%s: three epochs are those of the training program',
  async optimizer => {
    const one = await opened({ optimizer, learningRate: 0.05, l2: 0.01 });
    await advance(one, 9);
    const job: TrainingJob = {
      network: small,
      inputShape: [2],
      target: { version: 1, name: 'y', task: 'binary', classes: ['0', '1'] },
      x: f32(data.x, [rows, 2]),
      y: { dtype: 'int32', shape: [rows, 1], data: Int32Array.from(data.y) },
      truths: Float64Array.from(data.y),
      trainRows: data.trainRows,
      validationRows: new Int32Array(),
      testRows: new Int32Array(),
      options: {
        epochs: 3,
        batch: 10,
        optimizer,
        optimizerOptions: { weightDecay: 0.01 },
        learningRate: 0.05,
        schedule: 'constant',
        clip: 0,
        smoothing: 0,
        patience: 0,
        monitor: '',
        until: [],
        seed: 7,
      },
    };
    const events = train(job, runtime);
    for (;;) {
      const next = await events.next();
      if (!next.done) continue;
      for (const [name, values] of next.value.parameters) {
        const own = one.state.parameters.get(name)!;
        for (const [i, value] of values.entries()) expect(own[i], `${name} ${i}`).toBeCloseTo(value, 5);
      }
      break;
    }
  },
);

describe('in hand', () => {
  test('an epoch shows each row once, its last batch smaller', async () => {
    const one = await opened({ batch: 8 });
    const shown: number[] = [];
    for (let i = 0; i < 4; i++) shown.push(...(await advance(one, 1)).rows);
    expect(shown.length).toBe(30);
    expect([...new Set(shown)].sort((a, b) => a - b)).toEqual([...data.trainRows]);
  });

  test('a smaller batch has the gradient of its own rows alone', async () => {
    const one = await opened({ batch: 30 });
    const two = await opened({ batch: 4 });
    const rows = Int32Array.of(3, 17);
    const [a, b] = [await one.compute(rows), await two.compute(rows)];
    for (const [name, values] of a.gradients)
      for (const [i, value] of values.entries()) expect(b.gradients.get(name)![i]).toBeCloseTo(value, 6);
  });

  test('rewind: the same seed goes the same way, another does not', async () => {
    const one = await opened({ optimizer: 'adam' });
    const first = await advance(one, 5);
    one.rewind();
    const again = await advance(one, 5);
    expect([...again.after.parameters.get('dense1.weight')!]).toEqual([
      ...first.after.parameters.get('dense1.weight')!,
    ]);
    one.rewind(8);
    expect(one.options.seed).toBe(8);
    expect([...one.state.parameters.get('dense1.weight')!]).not.toEqual([
      ...first.after.parameters.get('dense1.weight')!,
    ]);
  });

  test('a frozen neuron keeps its weights and bias, the others learn', async () => {
    const one = await opened({ optimizer: 'adam' });
    const before = one.state.parameters;
    one.freeze(new Set(['dense1:1']));
    await advance(one, 3);
    const same = (name: string) => [...one.state.parameters.get(name)!].map((v, i) => v === before.get(name)![i]);
    expect(same('dense1.weight')).toEqual([false, true, false, false, true, false]);
    expect(same('dense1.bias')).toEqual([false, true, false]);
    expect(same('dense2.weight')).toEqual([false, false, false]);
  });

  test('options change between steps and the weights stay', async () => {
    const one = await opened();
    await advance(one, 2);
    const { parameters } = one.state;
    await one.change({ optimizer: 'adam', batch: 5, learningRate: 0.01, l1: 0.01 });
    expect(one.state.parameters).toBe(parameters);
    expect(one.state.updates).toBe(0);
    const { rows, finite } = await advance(one, 1);
    expect(rows.length).toBe(5);
    expect(finite).toBe(true);
  });

  test('l1 adds its sign to the gradient of weights, not of biases', async () => {
    const plain = await opened();
    const held = await opened({ l1: 0.5 });
    const rows = plain.next();
    const [a, b] = [await plain.compute(rows), await held.compute(rows)];
    const weights = plain.state.parameters.get('dense1.weight')!;
    for (const [i, w] of weights.entries())
      expect(b.gradients.get('dense1.weight')![i]! - a.gradients.get('dense1.weight')![i]!).toBeCloseTo(
        0.5 * Math.sign(w),
        5,
      );
    expect(b.gradients.get('dense1.bias')![0]).toBeCloseTo(a.gradients.get('dense1.bias')![0]!, 6);
  });

  test('what explodes is told before it is done', async () => {
    const one = await lab(runtime, {
      task: 'regression',
      network: small,
      data,
      options: { ...options, learningRate: 1e6 },
    });
    open.push(one);
    let step = await one.compute(one.next());
    for (let i = 0; i < 50 && step.finite; i++) {
      one.apply(step);
      step = await one.compute(one.next());
    }
    expect(step.finite).toBe(false);
    for (const values of one.state.parameters.values()) expect([...values].every(Number.isFinite)).toBe(true);
  });

  test('every neuron on some rows: z, and ŷ after the activation', async () => {
    const one = await opened();
    const found = await one.look(data.x.subarray(0, 4));
    const { z, y } = found.get('dense1')!;
    expect(z.length).toBe(6);
    for (const [i, value] of z.entries()) expect(y[i]).toBeCloseTo(Math.tanh(value), 6);
    const last = found.get('dense2')!;
    expect(last.y[0]).toBeCloseTo(1 / (1 + Math.exp(-last.z[0]!)), 6);
    const { z: alone, y: answered } = await one.answers(data.x.subarray(0, 4));
    expect([...alone]).toEqual([...last.z]);
    expect([...answered]).toEqual([...last.y]);
  });

  test('of several classes: shares that add up to 1, and the gradient of the mean cross-entropy', async () => {
    const y = Float32Array.from(data.y, (one, i) => (i % 3 === 0 ? 2 : one));
    const own: LabSetup = {
      task: 'multiclass',
      network: network([dense(4, 'tanh'), dense(3)]),
      data: { ...data, y },
      options: { ...options, batch: 30 },
    };
    const three = await lab(runtime, own);
    open.push(three);
    const { y: shares, z } = await three.answers(data.x);
    for (let row = 0; row < rows; row++)
      expect(shares[3 * row]! + shares[3 * row + 1]! + shares[3 * row + 2]!).toBeCloseTo(1, 6);
    const { gradients, loss } = await three.compute(data.trainRows);
    const byHand = data.trainRows.reduce((sum, row) => sum - Math.log(shares[3 * row + y[row]!]!), 0) / 30;
    expect(loss).toBeCloseTo(byHand, 5);
    expect((await three.losses()).train).toBeCloseTo(byHand, 5);
    expect(z).toHaveLength(3 * rows);
    for (const [name, values] of three.state.parameters) {
      for (const index of values.keys()) {
        const h = 1e-2;
        const at = async (shift: number): Promise<number> => {
          const before = three.state;
          three.edit(name, index, values[index]! + shift);
          const { train } = await three.losses();
          three.restore(before);
          return train;
        };
        const slope = ((await at(h)) - (await at(-h))) / (2 * h);
        expect(gradients.get(name)![index], `${name} ${index}`).toBeCloseTo(slope, 4);
      }
    }
    await expect(lab(runtime, { ...own, network: network([dense(2)]) })).rejects.toThrow('one for each class');
  });

  test('what does not fit is refused in words', async () => {
    await expect(opened({}, network([dense(2)]))).rejects.toThrow('one number');
    const one = await opened();
    expect(() => one.edit('dense1.weight', 99, 1)).toThrow('no number 99');
  });
});
