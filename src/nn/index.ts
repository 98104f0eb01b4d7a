export { activate } from './activation.ts';
export type { DenseSpec } from './dense.ts';
export type { BuildContext, LayerKind } from './layer.ts';
export { type Loss, type LossName, losses } from './loss.ts';
export {
  type Forward,
  forward,
  inference,
  initialise,
  type PlacedLayer,
  parameterCount,
  parametersOf,
  place,
} from './network.ts';
export { type InitialiserName, initialisers, initialValues, type Parameter } from './parameter.ts';
export {
  activationLayer,
  batchNorm,
  type DenseOptions,
  dense,
  dropout,
  flatten,
  kindOf,
  type LayerSpec,
  layerKinds,
  layerNorm,
  type NetworkSpec,
  network,
  parseNetwork,
} from './spec.ts';
