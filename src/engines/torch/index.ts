export { fitOnTorch } from './fit.ts';
export { writeJob } from './folder.ts';
export { type TorchOptions, type TorchStrategyName, torchDefaults, torchOptionsSchema } from './options.ts';
export { atLeast, findTorch, torchVersion } from './python.ts';
export { type TorchStrategy, torchStrategies } from './strategies.ts';
