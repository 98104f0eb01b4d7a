export type { Runtime, Session, Tensors } from './runtime.ts';
