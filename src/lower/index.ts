export { type LoopBody, lower } from './lower.ts';
