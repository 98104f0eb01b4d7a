import { expect, test } from 'vitest';
import { classify, defaultThreshold } from './classify.ts';
import { neuron } from './neuron.ts';

const obesity = neuron({ weights: [0.2, 0.00001], bias: 1, activation: 'sigmoid' });

test('above the threshold is the second class', () => {
  const classes = ['not obese', 'obese'] as const;
  expect(classify(obesity, [4, 80], { classes })).toMatchObject({ class: 'obese', threshold: 0.5 });
  expect(classify(obesity, [4, 80], { classes, threshold: 0.9 })).toMatchObject({ class: 'not obese', threshold: 0.9 });
});

test('exactly on the threshold is the first class, as step(0) = 0 has it', () => {
  for (const activation of ['step', 'sigmoid', 'tanh'] as const) {
    const n = neuron({ weights: [1], activation });
    expect(classify(n, [0]).class).toBe('A');
    expect(classify(n, [1e-9]).class).toBe('B');
  }
});

test('the default threshold is the middle of a bounded range', () => {
  expect(['step', 'sigmoid', 'tanh', 'relu', 'linear'].map(defaultThreshold)).toEqual([
    0.5,
    0.5,
    0,
    undefined,
    undefined,
  ]);
});

test('an unbounded output needs a threshold of its own', () => {
  const n = neuron({ weights: [1], activation: 'relu' });
  expect(() => classify(n, [1])).toThrow('ReLU has no natural decision threshold');
  expect(classify(n, [1], { threshold: 0.3 }).class).toBe('B');
  expect(() => classify(n, [1], { threshold: Number.NaN })).toThrow('the threshold must be a finite number');
});
