/** The answer that is the same for every row, by hand. */
import { expect, test } from 'vitest';
import { trivialBaseline } from './baseline.ts';

const rows = (...indexes: number[]): Int32Array => Int32Array.from(indexes);

test('binary: the share of the second class among the training rows', () => {
  const target = { version: 1, name: 'y', task: 'binary', classes: ['no', 'yes'] } as const;
  const { name, scores } = trivialBaseline(target, Float64Array.of(0, 0, 0, 1, 1, 0), rows(0, 1, 2, 3), rows(4, 5));
  expect(name).toBe('always no');
  expect(scores.accuracy).toBe(0.5);
  expect(scores.auc).toBe(0.5);
  expect(scores.logloss).toBeCloseTo(-(Math.log(0.25) + Math.log(0.75)) / 2, 6);
});

test('multiclass: the shares of all classes, one that never occurs among them', () => {
  const target = { version: 1, name: 'y', task: 'multiclass', classes: ['a', 'b', 'c'] } as const;
  const { name, scores } = trivialBaseline(target, Float64Array.of(1, 1, 0, 1, 2), rows(0, 1, 2), rows(3, 4));
  expect(name).toBe('always b');
  expect(scores.accuracy).toBe(0.5);
  expect(scores.logloss).toBeCloseTo(-(Math.log(2 / 3) + Math.log(1e-7)) / 2, 5);
});

test('regression: the mean of the training rows', () => {
  const target = { version: 1, name: 'y', task: 'regression', log: false, mean: 0, std: 1, min: 0, max: 9 } as const;
  const { name, scores } = trivialBaseline(target, Float64Array.of(1, 3, 8, 2, 6), rows(0, 1, 2), rows(3, 4));
  expect(name).toBe('always the mean');
  expect(scores.rmse).toBeCloseTo(Math.sqrt((4 + 4) / 2), 6);
  expect(scores.mae).toBeCloseTo(2, 6);
  expect(scores.r2).toBeCloseTo(0, 6);
});
