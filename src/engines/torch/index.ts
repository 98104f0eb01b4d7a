export { fitOnTorch } from './fit.ts';
export {
  type TorchOptions,
  type TorchStrategyName,
  torchDefaults,
  torchOptionsSchema,
  torchStrategies,
  torchStrategyNames,
} from './options.ts';
