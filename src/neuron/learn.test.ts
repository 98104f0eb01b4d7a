import { describe, expect, test } from 'vitest';
import { permutation, random } from '../random.ts';
import { type ActivationName, activationNames, activations } from './activations.ts';
import { classify } from './classify.ts';
import { learn, learningSteps } from './learn.ts';
import type { NeuronLoss } from './learn-options.ts';
import { neuron, randomNeuron } from './neuron.ts';

const corners = [
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
];
const gates = { AND: [0, 0, 0, 1], OR: [0, 1, 1, 1], NAND: [1, 1, 1, 0], XOR: [0, 1, 1, 0] };

describe('the perceptron rule', () => {
  const blank = neuron({ weights: [0, 0], bias: 0, activation: 'step' });

  test.each(['AND', 'OR', 'NAND'] as const)('learns %s', gate => {
    const learned = learn(blank, corners, gates[gate]);
    expect(learned).toMatchObject({ rule: 'perceptron', converged: true });
    expect(learned.neuron.fire(corners).map(f => f.y)).toEqual(gates[gate]);
    expect(learned.epochs.at(-1)!.loss).toBe(0);
  });

  test('cannot learn XOR, and says so', () => {
    const learned = learn(blank, corners, gates.XOR, { epochs: 500 });
    expect(learned.converged).toBe(false);
    expect(learned.epochs).toHaveLength(500);
    expect(learned.epochs.every(epoch => epoch.loss > 0)).toBe(true);
  });

  test('without a bias it cannot learn NAND: the line is stuck in the origin', () => {
    expect(learn(neuron({ weights: [0, 0], activation: 'step' }), corners, gates.NAND).converged).toBe(false);
  });

  test('moves the weights by η(t − ŷ)x', () => {
    const { steps } = learn(blank, [[2, -3]], [1], { learningRate: 0.5, epochs: 1 });
    expect(steps).toEqual([
      {
        epoch: 0,
        row: 0,
        inputs: [2, -3],
        z: 0,
        y: 0,
        target: 1,
        error: 1,
        loss: 1,
        delta: -1,
        gradients: { weights: [-2, 3], bias: -1 },
        before: { weights: [0, 0], bias: 0 },
        after: { weights: [1, -1.5], bias: 0.5 },
      },
    ]);
  });
});

describe('gradient descent', () => {
  const trainable = activationNames.filter(name => activations[name].derivative !== null);
  const cases: [ActivationName, NeuronLoss][] = [
    ...trainable.map((name): [ActivationName, NeuronLoss] => [name, 'squared-error']),
    ['sigmoid', 'cross-entropy'],
  ];

  test.each(cases)('the gradients of %s under %s agree with finite differences', (activation, loss) => {
    const x = [0.7, -1.3, 0.4];
    const target = 0.3;
    const parameters = [0.9, 0.2, -0.6, 0.15];
    const lossOf = (p: number[]): number => {
      const y = neuron({ weights: p.slice(0, 3), bias: p[3]!, activation }).fire(x).y;
      return loss === 'squared-error' ? (y - target) ** 2 / 2 : -target * Math.log(y) - (1 - target) * Math.log(1 - y);
    };
    const start = { weights: parameters.slice(0, 3), bias: parameters[3], activation };
    const [step] = learn(start, [x], [target], { loss, epochs: 1 }).steps;
    expect(step!.loss).toBeCloseTo(lossOf(parameters), 12);
    const analytic = [...step!.gradients.weights, step!.gradients.bias!];
    const h = 1e-6;
    parameters.forEach((value, i) => {
      const shifted = (by: number) => lossOf(parameters.with(i, value + by));
      expect(analytic[i]).toBeCloseTo((shifted(h) - shifted(-h)) / (2 * h), 8);
    });
    expect(step!.after.weights[0]).toBeCloseTo(0.9 - 0.1 * analytic[0]!, 14);
    expect(step!.error).toBe(target - step!.y);
  });

  test('a linear neuron finds the least-squares line', () => {
    const rows = Array.from({ length: 21 }, (_, i) => [i / 10 - 1]);
    const targets = rows.map(([x]) => 3 * x! - 0.5);
    const { neuron: line } = learn({ weights: [0], bias: 0, activation: 'linear' }, rows, targets, { epochs: 500 });
    expect(line.weights[0]).toBeCloseTo(3, 9);
    expect(line.bias).toBeCloseTo(-0.5, 9);
  });

  test('a sigmoid neuron learns to tell obese from not obese; untrained it only guesses', () => {
    const people = measuredPeople(600);
    const accuracy = (n: ReturnType<typeof neuron>): number =>
      people.test.filter(p => (classify(n, p.x).class === 'B') === (p.target === 1)).length / people.test.length;
    const untrained = randomNeuron(2, 'sigmoid', random(3).uniform);
    const rng = random(4);
    const { neuron: trained, epochs } = learn(
      untrained,
      people.train.map(p => p.x),
      people.train.map(p => p.target),
      { epochs: 60, learningRate: 0.3, order: epoch => permutation(people.train.length, rng.split(epoch)) },
    );
    expect(accuracy(untrained)).toBeLessThan(0.8);
    expect(accuracy(trained)).toBeGreaterThanOrEqual(0.95);
    expect(epochs.at(-1)!.loss).toBeLessThan(epochs[0]!.loss);
  });

  test('the neuron passed in is unchanged and a missing bias stays missing', () => {
    const start = neuron({ weights: [0.5], activation: 'sigmoid' });
    const { neuron: after, steps } = learn(start, [[1]], [1], { epochs: 3 });
    expect(start.weights).toEqual([0.5]);
    expect(after.bias).toBeUndefined();
    expect(steps[0]!.gradients.bias).toBeUndefined();
    expect(steps.map(step => step.before.weights[0])).toEqual([0.5, ...steps.slice(0, 2).map(s => s.after.weights[0])]);
  });
});

test('learning can be watched one step at a time', () => {
  const walk = learningSteps({ weights: [0], bias: 0, activation: 'sigmoid' }, [[1], [-1]], [1, 0], { epochs: 1 });
  expect(walk.next().value).toMatchObject({ row: 0, y: 0.5, delta: -0.5 });
  expect(walk.next().value).toMatchObject({ row: 1 });
  expect(walk.next()).toMatchObject({ done: true, value: { rule: 'gradient-descent', converged: false } });
});

test('no epochs leave the neuron as it was', () => {
  expect(learn({ weights: [2], activation: 'relu' }, [[1]], [0], { epochs: 0 }).neuron.weights).toEqual([2]);
});

describe('bad input', () => {
  const start = { weights: [0], bias: 0, activation: 'sigmoid' } as const;
  test.each<[string, () => unknown, string]>([
    [
      'gradient descent on step',
      () => learn({ ...start, activation: 'step' }, [[1]], [1], { rule: 'gradient-descent' }),
      'step cannot be trained by gradient descent: its derivative is 0 everywhere it exists',
    ],
    [
      'the perceptron rule on sigmoid',
      () => learn(start, [[1]], [1], { rule: 'perceptron' }),
      'the perceptron rule trains a step neuron, not sigmoid',
    ],
    [
      'cross-entropy without sigmoid',
      () => learn({ ...start, activation: 'relu' }, [[1]], [1], { loss: 'cross-entropy' }),
      'cross-entropy needs a sigmoid neuron, not ReLU',
    ],
    ['no rows', () => learn(start, [], []), 'learning needs at least one row'],
    ['a missing target', () => learn(start, [[1], [2]], [1]), 'there are 2 rows but 1 target'],
    ['a row that is too long', () => learn(start, [[1], [2, 3]], [1, 0]), 'row 2: the neuron has 1 weight but got 2'],
    ['a target that is no probability', () => learn(start, [[1]], [2]), 'target 1 must be between 0 and 1, not 2'],
    [
      'a target that is no class',
      () => learn({ ...start, activation: 'step' }, [[1]], [0.5]),
      'target 1 must be 0 or 1, not 0.5',
    ],
    [
      'a target that is no number',
      () => learn(start, [[1]], [Number.NaN], { loss: 'squared-error' }),
      'target 1 must be a finite number, not NaN',
    ],
    ['a learning rate of 0', () => learn(start, [[1]], [1], { learningRate: 0 }), 'the learning rate must be'],
    ['half an epoch', () => learn(start, [[1]], [1], { epochs: 0.5 }), 'epochs must be a whole number, not 0.5'],
    ['an order beyond the rows', () => learn(start, [[1]], [1], { order: () => [3] }), 'order names row 3'],
    ['an order of nothing', () => learn(start, [[1]], [1], { order: () => [] }), 'order names no row in epoch 0'],
  ])('%s', (_, act, message) => {
    expect(act).toThrow(expect.objectContaining({ kind: 'usage', message: expect.stringContaining(message) }));
  });

  test('a learning rate far too large diverges with a hint', () => {
    const act = () => learn({ weights: [1], activation: 'linear' }, [[1e6]], [0], { learningRate: 1e6, epochs: 100 });
    expect(act).toThrow(
      expect.objectContaining({ kind: 'diverged', hint: expect.stringContaining('lower the learning rate') }),
    );
  });
});

/** Heights and weights with the label body mass index ≥ 30, standardised, in two halves. */
function measuredPeople(count: number) {
  const rng = random(11);
  const people = Array.from({ length: count }, () => {
    const height = 1.7 + 0.1 * rng.normal();
    const weight = 85 + 22 * rng.normal();
    return { x: [(height - 1.7) / 0.1, (weight - 85) / 22], target: weight / height ** 2 >= 30 ? 1 : 0 };
  });
  return { train: people.slice(0, count / 2), test: people.slice(count / 2) };
}
