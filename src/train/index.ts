export { type AugmentTask, augmentInto, augmentTask, type EpochInputs, epochInputs } from './augment.ts';
export { type Augmentation, type AugmentKind, augmentationSchema, augmentKinds } from './augment-kinds.ts';
export { channelBlocks } from './channel-blocks.ts';
export {
  checkMonitor,
  concluded,
  diverged,
  epochRecord,
  type FitResult,
  freshState,
  goalsReached,
  learningRateAt,
  type Part,
  stopReason,
  withEpoch,
} from './epochs.ts';
export { type Evaluator, evaluator, takeRows } from './evaluate.ts';
export { type Feed, learnedRows, planOf, stepsInEpoch, stepsOf } from './feed.ts';
export { type FitControl, type FitEvent, fit } from './fit.ts';
export type { FitOptions, Goal, TrainingJob } from './job.ts';
export {
  bestValue,
  confusion,
  type Metric,
  type MetricName,
  metricNamed,
  metrics,
  predictedClass,
  type Scored,
  type Scores,
  score,
} from './metric.ts';
export { read } from './output.ts';
export { carriedArrays, evaluationProgram, isFrozen, learns, shareLearned, trainingProgram } from './program.ts';
export { raceForms } from './race-forms.ts';
export type { RowBlocks } from './row-blocks.ts';
export { scoreErrors, scoreRows } from './score-rows.ts';
export { standardErrors } from './standard-error.ts';
export { checkState, type EpochRecord, type FitState } from './state.ts';
export { outputsOf, type Task, type TaskName, tasks } from './task.ts';
export {
  type AtThreshold,
  type CalibrationBin,
  calibration,
  calibrationError,
  thresholds,
} from './threshold.ts';
