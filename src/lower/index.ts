export { intoBlocks } from './blocked-ops.ts';
export { type LoopBody, lower } from './lower.ts';
