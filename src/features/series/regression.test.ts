/** The learned base forecast: it finds a linear law, and is judged on times that it has not seen. */
import { describe, expect, test } from 'vitest';
import { random } from '../../random.ts';
import { baseGrowth, baseWeights } from './base.ts';
import { heldOutRegressions, type RegressionRow, regressionKinds } from './regression.ts';

const horizon = 3;
const window = 24;

const setting = { window, horizon, seasons: [] };

function rowsOf(values: readonly number[], truths = values): readonly RegressionRow[] {
  return Array.from({ length: values.length - window }, (_, i) => ({
    origin: window + i,
    known: values.length - window - i,
    back: lag => values[window + i - lag]!,
    ahead: k => truths[window + i + k]!,
  }));
}

// Two waves of 7 and 11.3 steps: four values before tell all that follow, and no season repeats.
const waves = Array.from(
  { length: 200 },
  (_, t) => Math.sin((2 * Math.PI * t) / 7) + 0.5 * Math.cos((2 * Math.PI * t) / 11.3),
);

describe.each(regressionKinds)('$name', kind => {
  test('finds a linear law that no season shows', () => {
    const rows = rowsOf(waves);
    const regression = kind.fit(rows, setting)!;
    expect(regression.lags).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    const base = { name: kind.name, season: 1, growth: 0, regression };
    const weights = baseWeights(base, window, horizon);
    for (const { origin, ahead, known } of rows) {
      for (let k = 0; k < Math.min(horizon, known); k++) {
        let forecast = baseGrowth(base, k);
        for (let i = 0; i < window; i++) forecast += weights[i * horizon + k]! * waves[origin - window + i]!;
        expect(Math.abs(forecast - ahead(k))).toBeLessThan(0.01);
      }
    }
  });

  test('has learned nothing from the steps ahead of an origin that it is judged by', () => {
    const rng = random(3).split('held out');
    const noise = Array.from({ length: 120 }, () => rng.normal());
    const at = 80;
    const found = heldOutRegressions(kind, rowsOf(noise), setting)!(at);
    for (let k = 0; k < horizon; k++) {
      const changed = noise.map((value, t) => (t === at + k ? value + 50 : value));
      expect(heldOutRegressions(kind, rowsOf(noise, changed), setting)!(at)).toEqual(found);
    }
    const elsewhere = noise.map((value, t) => (t === 30 ? value + 50 : value));
    expect(heldOutRegressions(kind, rowsOf(noise, elsewhere), setting)!(at)).not.toEqual(found);
  });

  test('too few rows teach nothing', () => {
    const rows = rowsOf(waves.slice(0, window + horizon + 2));
    expect(kind.fit(rows, setting)).toBeNull();
    expect(heldOutRegressions(kind, rows, setting)).toBeNull();
  });
});

test('an autoregression is its one step repeated', () => {
  const rows = rowsOf(waves.map((value, t) => value + 0.01 * t));
  const [one, four] = [1, 4].map(ahead => regressionKinds[1]!.fit(rows, { ...setting, horizon: ahead })!);
  const { back } = rows[60]!;
  const values = Array.from({ length: 12 }, (_, i) => back(12 - i));
  for (let k = 0; k < 4; k++) {
    const next = one!.lags.reduce(
      (sum, lag, i) => sum + one!.weights[i]! * values[values.length - lag]!,
      one!.intercept[0]!,
    );
    const whole = four!.lags.reduce((sum, lag, i) => sum + four!.weights[i * 4 + k]! * back(lag), four!.intercept[k]!);
    expect(whole).toBeCloseTo(next, 9);
    values.push(next);
  }
});
