export { blocksOfChannels } from './blocked-forms.ts';
export { intoBlocks } from './blocked-ops.ts';
export type { Blocks } from './form.ts';
export type { Forms } from './layout.ts';
export { type LoopBody, lower } from './lower.ts';
export { type Choice, chooseBy, type Site } from './sites.ts';
