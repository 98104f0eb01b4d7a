import { describe, expect, test } from 'vitest';
import { metricNamed } from '../train/index.ts';
import { intervalOf, wilson } from './interval.ts';

describe('a share', () => {
  // Newcombe 1998, Statistics in Medicine 17, table I, method 3 (score without continuity correction).
  test.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])('%i of %i', (hits, rows, low, high) => {
    const found = wilson(hits / rows, rows);
    expect(found.low).toBeCloseTo(low, 4);
    expect(found.high).toBeCloseTo(high, 4);
  });
  test('all of them is not certainty', () => {
    expect(wilson(1, 20)).toMatchObject({ low: expect.closeTo(1 - 0.1611, 4), high: 1 });
  });
});

describe('another metric', () => {
  test('is 1.96 standard errors to both sides, within its range', () => {
    expect(intervalOf(metricNamed('mae')!, 10, 50, 2)).toMatchObject({
      low: expect.closeTo(6.08, 3),
      high: expect.closeTo(13.92, 3),
      method: 'normal',
    });
    expect(intervalOf(metricNamed('rmse')!, 1, 50, 2)).toMatchObject({ low: 0 });
    expect(intervalOf(metricNamed('r2')!, 0.9, 50, 2)).toMatchObject({ high: 1, low: expect.closeTo(-3.02, 2) });
  });
  test('has none where its standard error is not known', () => {
    expect(intervalOf(metricNamed('rmse')!, 1, 50, undefined)).toBeNull();
    expect(intervalOf(metricNamed('accuracy')!, 0.5, 50, undefined)).toMatchObject({ method: 'wilson' });
  });
});
