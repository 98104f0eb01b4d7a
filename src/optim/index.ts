export { calmerRate } from './calmer.ts';
export { clipByNorm } from './clip.ts';
export {
  type Optimizer,
  type OptimizerName,
  type OptimizerOptions,
  optimizerOptions,
  optimizers,
  type UpdateContext,
} from './optimizer.ts';
export { type Schedule, type ScheduleName, schedules } from './schedule.ts';
