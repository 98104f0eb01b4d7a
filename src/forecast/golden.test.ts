import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { autocorrelation } from '../data/index.ts';
import { withoutTrend } from '../data/series/season.ts';
import { fitAutoregression, growsWithLevel, lagsFor } from './autoregression.ts';
import { forecast } from './baseline.ts';
import { momentsOf, ridge, ridgeWeights } from './ridge.ts';

interface Golden {
  readonly autocorrelation: readonly { values: number[]; season: number; r: number[]; detrended: number[] }[];
  readonly ridge: {
    readonly x: number[];
    readonly y: number[];
    readonly fits: readonly { alpha: number; weights: number[]; intercept: number; gcv: number }[];
  };
  readonly autoregression: readonly {
    name: string;
    past: number[];
    season: number;
    lags: number[];
    log: boolean;
    horizon: number;
    alpha: number;
    coefficients: number[];
    recursive: number[];
    direct: number[];
  }[];
}

const golden = JSON.parse(readFileSync(new URL('../../test/golden/series.json', import.meta.url), 'utf8')) as Golden;

/** Seven digits are written. */
function agree(found: ArrayLike<number>, expected: readonly number[]): void {
  expect(found.length).toBe(expected.length);
  const size = Math.max(...expected.map(Math.abs));
  for (const [i, value] of expected.entries()) expect(Math.abs(found[i]! - value)).toBeLessThan(2e-6 * size);
}

test.each(golden.autocorrelation)('autocorrelation of season $season', ({ values, season, r, detrended }) => {
  agree(autocorrelation(Float64Array.from(values), 20), r);
  agree(withoutTrend(Float64Array.from(values), season), detrended);
});

describe('ridge', () => {
  const { x, y, fits } = golden.ridge;
  const moments = momentsOf(y.length, 4, 1, (row, inputs, outputs) => {
    for (let i = 0; i < 4; i++) inputs[i] = x[row * 4 + i]!;
    outputs[0] = y[row]!;
  });

  test.each(fits)('alpha $alpha', ({ alpha, weights, intercept }) => {
    agree(ridgeWeights(moments, alpha), weights);
    const fit = ridge(moments, [alpha]);
    agree(fit.weights, weights);
    agree(fit.intercept, [intercept]);
  });

  test('the penalty with the least cross-validation error is taken', () => {
    const best = fits.reduce((a, b) => (b.gcv < a.gcv ? b : a));
    expect(
      ridge(
        moments,
        fits.map(fit => fit.alpha),
      ).alpha[0],
    ).toBe(best.alpha);
  });
});

describe.each(golden.autoregression)(
  'autoregression $name',
  ({ past: list, season, lags, log, horizon, ...expected }) => {
    const past = Float64Array.from(list);

    test('lags, logarithm, penalty, coefficients', () => {
      expect(lagsFor(past.length, [season])).toEqual(lags);
      expect(growsWithLevel(past, season)).toBe(log);
      const model = fitAutoregression(past, [season], 1)!;
      expect(model.linear.alpha[0]).toBe(expected.alpha);
      agree(model.linear.weights, expected.coefficients);
    });

    test('forecasts', () => {
      agree(forecast('linear', past, { seasons: [season], horizon }), expected.recursive);
      agree(forecast('linear-direct', past, { seasons: [season], horizon }), expected.direct);
    });
  },
);
