export { activate } from './activation.ts';
export { activationLayer } from './activation-layer.ts';
export { flatten, permute, repeat, reshape, upsample } from './arrange.ts';
export { type ConvOptions, conv1d, conv2d, depthwiseConv2d } from './conv.ts';
export { convTranspose1d, convTranspose2d } from './conv-transpose.ts';
export { type DenseOptions, type DenseSpec, dense } from './dense.ts';
export { dropout } from './dropout.ts';
export { embedding } from './embedding.ts';
export type { Affine, BuildContext, LayerKind, Recurrence } from './layer.ts';
export { type Loss, type LossName, losses } from './loss.ts';
export {
  type Forward,
  forward,
  inference,
  initialise,
  isLinear,
  isLinearLayer,
  type LayerValues,
  parameterCount,
  parametersOf,
  rowsAtATime,
} from './network.ts';
export { batchNorm, layerNorm } from './norm.ts';
export { type InitialiserName, initialisers, initialValues, type Parameter } from './parameter.ts';
export { everyLayer, type PlacedLayer, place, withFlatten } from './place.ts';
export { averagePool, globalAveragePool, globalMaxPool, maxPool, type PoolOptions } from './pool.ts';
export { gru, lstm, type RecurrentOptions, rnn } from './recurrent.ts';
export { residual } from './residual.ts';
export { kindOf, type LayerSpec, layerKinds, type NetworkSpec, network, parseNetwork } from './spec.ts';
export { type Cost, type LayerSummary, type NetworkSummary, summary, summaryText } from './summary.ts';
