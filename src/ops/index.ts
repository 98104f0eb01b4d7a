import type { Op } from '../graph/index.ts';
import { convOps } from './conv.ts';
import { gatherOps } from './gather.ts';
import { linearOps } from './linear.ts';
import { loopOps } from './loop.ts';
import { mathOps } from './math.ts';

import { poolOps } from './pool.ts';
import { reduceOps } from './reduce.ts';
import { scanOps } from './scan.ts';
import { shapeOps } from './shape.ts';
import { splitOps } from './split.ts';

export { staticShape } from './check.ts';
export { type ConvAttrs, type ConvOptions, type ConvTransposeAttrs, conv, convTranspose } from './conv.ts';
export { gather, labelEncode, scatterElements, zeros, zerosLike } from './gather.ts';
export { Gemm, type GemmAttrs, gemm, matMul, turnMatrix } from './linear.ts';
export { type LoopResult, loop } from './loop.ts';
export {
  abs,
  add,
  cast,
  clip,
  cos,
  div,
  equal,
  erf,
  exp,
  floor,
  greater,
  isNan,
  less,
  like,
  log,
  max,
  min,
  mul,
  neg,
  positive,
  pow,
  relu,
  scalar,
  scale,
  sigmoid,
  sin,
  softplus,
  sqrt,
  sub,
  tanh,
  where,
} from './math.ts';
export { averagePool, globalAveragePool, type MaxPoolAttrs, maxPool, type PoolOptions } from './pool.ts';
export { argMax, logSoftmax, reduceMax, reduceMean, softmax } from './reduce.ts';
export { type ScanGradient, type ScanInput, scan } from './scan.ts';
export { concat, expand, identity, pad, reduceSum, reshape, slice, transpose, unbroadcast } from './shape.ts';
export { split } from './split.ts';
export { positions, windowAttributes, windows } from './windows.ts';

/** Every op, in the order in which the documentation tells them. */
export const ops: readonly Op[] = [
  ...shapeOps,
  ...splitOps,
  ...mathOps,
  ...reduceOps,
  ...linearOps,
  ...convOps,
  ...poolOps,
  ...gatherOps,
  ...loopOps,
  ...scanOps,
];
