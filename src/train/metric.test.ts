/** Metrics against hand values and definitions. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { confusion, metricNamed, metrics, predictedClass, type Scored, score } from './metric.ts';

const scored = (predictions: readonly number[], truths: readonly number[], outputs = 1): Scored => ({
  predictions: Float32Array.from(predictions),
  truths,
  outputs,
  threshold: 0.5,
});

const metric = (name: string, data: Scored): number => metricNamed(name)!.compute(data);

describe('binary', () => {
  const data = scored([0.9, 0.2, 0.5, 0.6, 0.4], [1, 0, 1, 0, 1]);

  test('by hand', () => {
    expect(metric('accuracy', data)).toBeCloseTo(2 / 5, 12);
    const logloss = -(Math.log(0.9) + Math.log(0.8) + Math.log(0.5) + Math.log(0.4) + Math.log(0.4)) / 5;
    expect(metric('logloss', data)).toBeCloseTo(logloss, 6);
    // Positives 0.9, 0.5, 0.4 against negatives 0.2, 0.6: 2 + 1 + 1 of 6 pairs.
    expect(metric('auc', data)).toBeCloseTo(4 / 6, 12);
    expect(confusion(data, 2)).toEqual([
      [1, 1],
      [2, 1],
    ]);
  });

  test('the threshold itself is the first class', () => {
    expect(predictedClass(data, 2)).toBe(0);
    expect(predictedClass({ ...data, threshold: 0.4999 }, 2)).toBe(1);
  });

  test('a certain mistake has a finite loss', () => {
    expect(metric('logloss', scored([0, 1], [1, 0]))).toBeCloseTo(-Math.log(1e-7), 6);
    expect(metric('logloss', scored([1, 0], [1, 0]))).toBeCloseTo(1e-7, 12);
  });

  test('the area under the curve is the share of pairs in the right order, ties in halves', () => {
    const rows = fc.array(fc.record({ p: fc.integer({ min: 0, max: 8 }), t: fc.constantFrom(0, 1) }), {
      minLength: 1,
      maxLength: 40,
    });
    fc.assert(
      fc.property(rows, drawn => {
        const values = drawn.map(({ p }) => p / 8);
        const truths = drawn.map(({ t }) => t);
        let right = 0;
        let pairs = 0;
        truths.forEach((a, i) => {
          truths.forEach((b, j) => {
            if (a !== 1 || b !== 0) return;
            pairs++;
            right += values[i]! > values[j]! ? 1 : values[i] === values[j] ? 0.5 : 0;
          });
        });
        const area = metric('auc', scored(values, truths));
        if (pairs === 0) expect(area).toBeNaN();
        else expect(area).toBeCloseTo(right / pairs, 12);
      }),
      { numRuns: 300 },
    );
  });

  test('predictions that are no numbers have no area and no loss', () => {
    const broken = scored([Number.NaN, 0.2, Number.NaN], [1, 0, 1]);
    expect(metric('auc', broken)).toBeNaN();
    expect(Object.keys(score('binary', broken))).toEqual(['accuracy']);
  });
});

describe('multiclass', () => {
  const data = scored([0.7, 0.2, 0.1, 0.3, 0.3, 0.4, 0.2, 0.5, 0.3], [0, 1, 1], 3);

  test('by hand', () => {
    expect(metric('accuracy', data)).toBeCloseTo(2 / 3, 12);
    expect(metric('logloss', data)).toBeCloseTo(-(Math.log(0.7) + Math.log(0.3) + Math.log(0.5)) / 3, 6);
    expect(confusion(data, 3)).toEqual([
      [1, 0, 0],
      [0, 1, 1],
      [0, 0, 0],
    ]);
    expect(Object.keys(score('multiclass', data))).toEqual(['accuracy', 'logloss']);
  });

  test('of equal probabilities the first class is taken', () => {
    expect(predictedClass(scored([0.2, 0.4, 0.4], [0], 3), 0)).toBe(1);
  });
});

describe('regression', () => {
  const data = scored([1, 2, 4, 8], [2, 2, 5, 4]);

  test('by hand', () => {
    expect(metric('rmse', data)).toBeCloseTo(Math.sqrt((1 + 0 + 1 + 16) / 4), 12);
    expect(metric('mae', data)).toBeCloseTo(6 / 4, 12);
    // mean 3.25, Σ(t − mean)² = 1.5625·2 + 3.0625 + 0.5625 = 6.75
    expect(metric('r2', data)).toBeCloseTo(1 - 18 / 6.75, 12);
    expect(metric('mape', data)).toBeCloseTo((100 * (0.5 + 0 + 0.2 + 1)) / 4, 12);
  });

  test('a perfect prediction, the mean, a constant truth, a truth of 0', () => {
    expect(score('regression', scored([1, 2, 3], [1, 2, 3]))).toEqual({ rmse: 0, mae: 0, r2: 1, mape: 0 });
    expect(metric('r2', scored([2, 2, 2], [1, 2, 3]))).toBe(0);
    expect(Object.keys(score('regression', scored([1, 2], [3, 3])))).toEqual(['rmse', 'mae', 'mape']);
    expect(Object.keys(score('regression', scored([1, 2], [0, 3])))).toEqual(['rmse', 'mae', 'r2']);
  });
});

test('a forecast is measured in the error of the naive forecast of its series', () => {
  // |errors| 1, 3 and 2 in scales 2, 2 and 4
  const data = { ...scored([1, 5, 2], [2, 2, 4]), scales: [2, 2, 4] };
  expect(metric('mase', data)).toBeCloseTo((0.5 + 1.5 + 0.5) / 3, 12);
  expect(Object.keys(score('forecast', data))).toEqual(['rmse', 'mae', 'r2', 'mape', 'mase']);
  expect(Object.keys(score('forecast', { ...data, scales: undefined }))).not.toContain('mase');
});

test('no rows have no scores', () => {
  for (const task of ['binary', 'multiclass', 'regression'] as const) expect(score(task, scored([], []))).toEqual({});
});

test('every metric is known by its name, says what it is and which way is better', () => {
  for (const one of metrics) {
    expect(metricNamed(one.name)).toBe(one);
    expect(one.about).toMatch(/\.$/);
    expect(one.tasks.length).toBeGreaterThan(0);
    const numeric = one.tasks.includes('forecast');
    const good = numeric ? scored([1, 2, 3], [1, 2, 3]) : scored([0.9, 0.1], [1, 0]);
    const bad = numeric ? scored([3, 2, 1], [1, 2, 3]) : scored([0.1, 0.9], [1, 0]);
    const scales = [1, 1, 1];
    const gain = one.compute({ ...good, scales }) - one.compute({ ...bad, scales });
    expect(one.better === 'higher' ? gain : -gain, one.name).toBeGreaterThan(0);
  }
  expect(metricNamed('accurracy')).toBeUndefined();
});
