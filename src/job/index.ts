export { type Device, devices, runtimeFor } from './device.ts';
export type { ForecastReport, Judged, Shown } from './forecast-report.ts';
export { keptEpochs, startingModel } from './kept-epochs.ts';
export { forgetRun, isTraining, lockRun, trainerOf } from './lock.ts';
export type { Steps } from './next-steps.ts';
export {
  freshFolder,
  makePlan,
  type PlannedOptions,
  type PlannedSource,
  type RunPlan,
  readPlan,
  writePlan,
} from './plan.ts';
export type { PrepareOptions } from './prepare.ts';
export { type Recipe, type RecipeOptions, tableRecipe } from './recipe.ts';
export { judgedPart, type Report, type Things, thingsOf } from './report.ts';
export { parseReport } from './report-schema.ts';
export type { Residuals } from './residuals.ts';
export { folderFor } from './run-name.ts';
export { type KnownRuns, listRuns, type RunEntry, reportIn, type Score, scoreOf } from './runs.ts';
export { planOfJob, writeTorchJob } from './torch-job.ts';
export { type Run, type TrainEvent, type TrainOptions, train, trainHeld } from './train.ts';
export { type FreshModel, load, type TrainedModel } from './trained.ts';
