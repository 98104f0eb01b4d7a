export { fitOnTorch } from './fit.ts';
export { writeJob } from './folder.ts';
export {
  type TorchOptions,
  type TorchStrategyName,
  torchDefaults,
  torchOptionsSchema,
  torchStrategies,
  torchStrategyNames,
} from './options.ts';
export { atLeast, findTorch, torchVersion } from './python.ts';
