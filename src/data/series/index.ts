export { seriesOf } from './from-table.ts';
export { autocorrelation, calendarSeasons, findSeasons } from './season.ts';
export {
  type DuplicateRule,
  duplicateRules,
  pastOf,
  type Series,
  type SeriesOptions,
  type SeriesSet,
  timeAt,
} from './series.ts';
export {
  type SeriesPart,
  type SeriesShares,
  type SeriesSplit,
  type Spans,
  seriesParts,
  splitSeries,
  type WindowOptions,
  type Windows,
  windowsOf,
} from './split.ts';
export {
  addSteps,
  formatTime,
  parseStep,
  type Step,
  type StepUnit,
  stepDays,
  stepName,
  stepsBetween,
  stepUnits,
} from './step.ts';
