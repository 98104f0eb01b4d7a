/** The base forecast that is learned: each step ahead as a linear regression on values of the window. */
import { lagsFor, momentsOf, ridge } from '../../forecast/index.ts';

/** Forecast of step k: level + Σ weight[lag, k] · (u[t + 1 − lag] − level) + intercept[k] · scale. */
export interface Regression {
  /** Steps back from the first step ahead. */
  readonly lags: readonly number[];
  /** [lags, horizon]. */
  readonly weights: readonly number[];
  /** [horizon], in scales of the window. */
  readonly intercept: readonly number[];
}

/** A window around its level in its own scale, and the steps ahead of it. */
export interface RegressionRow {
  /** The value `lag` steps before the first step ahead. */
  back(lag: number): number;
  ahead(k: number): number;
  /** Where the steps ahead begin. */
  readonly origin: number;
  /** Steps ahead that are known. */
  readonly known: number;
}

export interface RegressionSetting {
  readonly window: number;
  readonly horizon: number;
  readonly seasons: readonly number[];
}

/** A way to learn a regression. */
export interface RegressionKind {
  readonly name: string;
  readonly about: string;
  /** The regression of all rows that it can learn from; null where they are too few. */
  fit(rows: readonly RegressionRow[], setting: RegressionSetting): Regression | null;
}

const penalties = [1e-3, 1e-2, 0.1, 1, 10, 100, 1000];
const leastRows = 6;
/** Numbers of one regression in a model file, at most. */
const mostWeights = 20_000;

/** Ridge regression of the first `outputs` steps ahead, penalty by generalised cross-validation. */
function fitSteps(all: readonly RegressionRow[], setting: RegressionSetting, outputs: number): Regression | null {
  const rows = all.filter(({ known }) => known >= outputs);
  const lags = lagsFor(rows.length, setting.seasons).filter(lag => lag <= setting.window);
  if (lags.length === 0 || rows.length < Math.max(leastRows, lags.length + 2)) return null;
  const { weights, intercept } = ridge(
    momentsOf(rows.length, lags.length, outputs, (row, x, y) => {
      const { back, ahead } = rows[row]!;
      for (let i = 0; i < lags.length; i++) x[i] = back(lags[i]!);
      for (let k = 0; k < outputs; k++) y[k] = ahead(k);
    }),
    penalties,
  );
  return { lags, weights: Array.from(weights), intercept: Array.from(intercept) };
}

/** A regression of one step repeated on its own forecasts, written as a regression of every step on the window. */
function repeated({ lags, weights, intercept }: Regression, horizon: number): Regression | null {
  const longest = lags.at(-1)!;
  if (longest * horizon > mostWeights) return null;
  const steps: { readonly weights: Float64Array; readonly intercept: number }[] = [];
  for (let k = 0; k < horizon; k++) {
    const own = new Float64Array(longest);
    let constant = intercept[0]!;
    lags.forEach((lag, i) => {
      const before = steps[k - lag];
      if (!before) own[lag - k - 1]! += weights[i]!;
      else {
        before.weights.forEach((weight, at) => {
          own[at]! += weights[i]! * weight;
        });
        constant += weights[i]! * before.intercept;
      }
    });
    steps.push({ weights: own, intercept: constant });
  }
  return {
    lags: Array.from({ length: longest }, (_, i) => i + 1),
    weights: Array.from({ length: longest * horizon }, (_, i) => steps[i % horizon]!.weights[Math.floor(i / horizon)]!),
    intercept: steps.map(step => step.intercept),
  };
}

/** The regressions that a network may start from. */
export const regressionKinds: readonly RegressionKind[] = [
  {
    name: 'regression',
    about: 'a linear regression of each step ahead on the last values and those around each season',
    fit: (rows, setting) => fitSteps(rows, setting, setting.horizon),
  },
  {
    name: 'autoregression',
    about: 'a linear regression of the next value on the same, repeated on its own forecasts',
    fit(rows, setting) {
      const next = fitSteps(rows, setting, 1);
      return next && repeated(next, setting.horizon);
    },
  },
];

/** Parts of the time that are left out in turn. */
const folds = 5;

/**
 * What regressions say of rows they have not seen: the time is cut into parts, and each is forecast by the regression of
 * rows without a step ahead in common with it; for each origin its regression, null where rows are too few. That later rows
 * look back on its steps is no harm to an autoregression (Bergmeir, Hyndman and Koo 2018).
 */
export function heldOutRegressions(
  { fit }: RegressionKind,
  rows: readonly RegressionRow[],
  setting: RegressionSetting,
): ((origin: number) => Regression) | null {
  const origins = rows.map(({ origin }) => origin);
  const first = origins.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const last = origins.reduce((a, b) => Math.max(a, b), 0);
  const length = (last + 1 - first) / folds;
  const fits: Regression[] = [];
  for (let fold = 0; fold < folds; fold++) {
    const begin = first + fold * length;
    const end = begin + length + setting.horizon;
    const known = (row: RegressionRow): number =>
      row.origin >= end ? row.known : Math.min(row.known, Math.max(0, Math.floor(begin) - row.origin));
    const found = fit(
      rows.map(row => ({ ...row, known: known(row) })),
      setting,
    );
    if (!found) return null;
    fits.push(found);
  }
  return origin => fits[Math.max(0, Math.min(folds - 1, Math.floor((origin - first) / length)))]!;
}
