export { blocksOfChannels } from './blocked-forms.ts';
export { intoBlocks } from './blocked-ops.ts';
export type { Blocks, Choice, Site } from './form.ts';
export type { Forms } from './layout.ts';
export { type LoopBody, lower } from './lower.ts';
