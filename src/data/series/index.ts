export { seriesOf } from './from-table.ts';
export { type Series, type SeriesOptions, type SeriesSet, timeAt } from './series.ts';
export {
  addSteps,
  formatTime,
  parseStep,
  type Step,
  type StepUnit,
  stepName,
  stepsBetween,
  stepUnits,
} from './step.ts';
