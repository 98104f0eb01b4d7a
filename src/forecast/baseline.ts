import { HillockError } from '../errors.ts';
import { fitAutoregression, forecastAutoregression } from './autoregression.ts';

/** The next `horizon` values after a history (rising in time, at least one value, none missing). */
export type Forecaster = (history: Float64Array, horizon: number) => Float64Array;

/** What a forecast must beat to be worth anything. */
export interface Baseline {
  readonly name: string;
  readonly about: string;
  /**
   * Learns from the past of one series what there is to learn. `seasons`: lengths in steps, the one that counts most
   * first, none where there is no season; `horizon`: the steps it will be asked for.
   */
  fit(past: Float64Array, options: BaselineOptions): Forecaster;
}

export interface BaselineOptions {
  readonly seasons: readonly number[];
  readonly horizon: number;
}

const steps = (horizon: number, value: (step: number) => number): Float64Array =>
  Float64Array.from({ length: horizon }, (_, step) => value(step));

const naive: Forecaster = (history, horizon) => steps(horizon, () => history.at(-1)!);

const autoregression =
  (outputsOf: (horizon: number) => number): Baseline['fit'] =>
  (past, { seasons, horizon }) => {
    const model = fitAutoregression(past, seasons, outputsOf(horizon));
    return model ? (history, ahead) => forecastAutoregression(model, history, ahead) : naive;
  };

const regressionAbout =
  'ridge least squares on past values, lags 1 … season + 1 (1 … 24 and around each season where it is longer than 30), ' +
  'penalty by generalised cross-validation, of logarithms where swings grow with the level; naive where the past is too short';

/** Every baseline, the plainest first. */
export const baselines = [
  {
    name: 'naive',
    about: 'the last value',
    fit: () => naive,
  },
  {
    name: 'seasonal-naive',
    about: 'the value one season before; the last value where there is no season or no season before',
    fit:
      (_, { seasons }) =>
      (history, horizon) => {
        const season = seasons[0] ?? 1;
        if (history.length < season) return naive(history, horizon);
        return steps(horizon, step => history[history.length - season + (step % season)]!);
      },
  },
  {
    name: 'drift',
    about: 'a straight line through the first and the last value',
    fit: () => (history, horizon) => {
      const last = history.at(-1)!;
      const rise = history.length > 1 ? (last - history[0]!) / (history.length - 1) : 0;
      return steps(horizon, step => last + rise * (step + 1));
    },
  },
  {
    name: 'mean',
    about: 'the mean of all values',
    fit: () => (history, horizon) => {
      let sum = 0;
      for (let i = 0; i < history.length; i++) sum += history[i]!;
      return steps(horizon, () => sum / history.length);
    },
  },
  {
    name: 'linear',
    about: `recursive linear autoregression (one step, repeated on its own forecasts): ${regressionAbout}`,
    fit: autoregression(() => 1),
  },
  {
    name: 'linear-direct',
    about: `direct linear autoregression (a regression for each step of the horizon): ${regressionAbout}`,
    fit: autoregression(horizon => horizon),
  },
] as const satisfies readonly Baseline[];

export type BaselineName = (typeof baselines)[number]['name'];

/** The next `horizon` values of one history by a baseline that has learned from it. */
export function forecast(name: BaselineName, history: Float64Array, options: BaselineOptions): Float64Array {
  const baseline: Baseline = baselines.find(candidate => candidate.name === name)!;
  const { horizon, seasons } = options;
  if (history.length === 0) throw new HillockError('usage', 'a forecast needs at least one value before it, got none');
  if (!Number.isInteger(horizon) || horizon < 1) {
    throw new HillockError('usage', `the horizon is ${horizon}: expected a whole number of steps, 1 at least`);
  }
  const wrong = seasons.find(season => !Number.isInteger(season) || season < 1);
  if (wrong !== undefined) throw new HillockError('usage', `a season of ${wrong} steps: expected a whole number`);
  if (!history.every(Number.isFinite))
    throw new HillockError('data', 'a history with missing values cannot be forecast');
  return baseline.fit(history, options)(history, horizon);
}
