/** Against scikit-learn 1.x: roc_curve and calibration_curve of the same ten rows, and the area by both ways. */
import { expect, it } from 'vitest';
import { random } from '../random.ts';
import { areaUnderRoc } from './roc.ts';
import { calibration, calibrationError, thresholds } from './threshold.ts';

const probabilities = Float32Array.from([0.1, 0.4, 0.35, 0.8, 0.65, 0.9, 0.2, 0.4, 0.55, 0.7]);
const truths = [0, 0, 1, 1, 1, 1, 0, 1, 0, 0];
const positive = (row: number): boolean => truths[row] === 1;

it('counts at every threshold, ties together', () => {
  const rates = thresholds(probabilities, positive).map(({ truePositives, falsePositives }) => [
    truePositives / 5,
    falsePositives / 5,
  ]);
  // sklearn.metrics.roc_curve(y, p, drop_intermediate=False)
  const falsePositive = [0, 0, 0, 0.2, 0.2, 0.4, 0.6, 0.6, 0.8, 1];
  const truePositive = [0, 0.2, 0.4, 0.4, 0.6, 0.6, 0.8, 1, 1, 1];
  expect(rates).toEqual(truePositive.map((rate, i) => [rate, falsePositive[i]]));
});

it('the area under the points is the Mann-Whitney statistic', () => {
  const rng = random(3);
  const said = Float32Array.from({ length: 500 }, () => Math.round(rng.uniform() * 40) / 40);
  const labels = Array.from(said, p => Number(rng.uniform() < 0.2 + 0.6 * p));
  const points = thresholds(said, row => labels[row] === 1, 1000);
  const { truePositives: p, falsePositives: n } = points.at(-1)!;
  const area = points.slice(1).reduce((sum, point, i) => {
    const before = points[i]!;
    const width = (point.falsePositives - before.falsePositives) / n;
    return sum + (width * (point.truePositives + before.truePositives)) / 2 / p;
  }, 0);
  expect(area).toBeCloseTo(areaUnderRoc(said, labels), 10);
  const thinned = thresholds(said, row => labels[row] === 1, 7);
  expect(thinned).toHaveLength(7);
  expect([thinned[0], thinned[6]]).toEqual([points[0], points.at(-1)]);
});

it('calibration: mean said and share observed of each bin', () => {
  const bins = calibration(probabilities, positive, 5);
  // sklearn.calibration.calibration_curve(y, p, n_bins=5): prob_true, prob_pred
  const close = (value: number): unknown => expect.closeTo(value, 6);
  expect(bins.map(({ observed }) => observed)).toEqual([0, 1 / 2, 1 / 3, 1 / 2, 1].map(close));
  expect(bins.map(({ predicted }) => predicted)).toEqual([0.1, 0.275, 0.45, 0.675, 0.85].map(close));
  expect(bins.reduce((sum, { rows }) => sum + rows, 0)).toBe(10);
  expect(calibrationError([{ from: 0, to: 1, rows: 4, predicted: 0.7, observed: 0.5 }])).toBeCloseTo(0.2, 12);
});
