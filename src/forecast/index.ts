export { lagsFor } from './autoregression.ts';
export {
  type Baseline,
  type BaselineName,
  type BaselineOptions,
  baselines,
  type Forecaster,
  forecast,
} from './baseline.ts';
export { attainableLevel, type Coverage, conformalWidths, coverageOf } from './interval.ts';
export { type Measure, type MeasureName, measures, naiveScale, type Points } from './measure.ts';
export { momentsOf, ridge, solve } from './ridge.ts';
export {
  asForecasts,
  baselineSeasons,
  type ForecastScore,
  type ForecastScores,
  type Forecasts,
  rollBaseline,
  scoreForecasts,
} from './rolling.ts';
