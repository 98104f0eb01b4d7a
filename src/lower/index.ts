export { blocksOfChannels } from './blocked-forms.ts';
export { intoBlocks } from './blocked-ops.ts';
export type { Blocks } from './form.ts';
export { type LoopBody, lower } from './lower.ts';
