export { type LoopBody, lower } from './lower.ts';
export { blockIn, formsTrial, orderTrial } from './trial.ts';
