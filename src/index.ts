/** The public surface of `hillock`, in the order in which a person meets it. */
export { type ErrorKind, exitCodes, HillockError } from './errors.ts';
export type {
  FilterChoice,
  FilterExplanation,
  Health,
  Importance,
  NeuronChoice,
  NeuronExplanation,
} from './explain/index.ts';
export {
  type FreshModel,
  load,
  type Report,
  type Run,
  type TrainEvent,
  type TrainedModel,
  type TrainOptions,
  train,
} from './job/index.ts';
export {
  type Activation,
  type ActivationName,
  activations,
  biasAsInput,
  classify,
  type Firing,
  learn,
  learningSteps,
  type Neuron,
  neuron,
  randomNeuron,
} from './neuron/index.ts';
export {
  activationLayer,
  averagePool,
  batchNorm,
  conv1d,
  conv2d,
  convTranspose1d,
  convTranspose2d,
  dense,
  depthwiseConv2d,
  dropout,
  embedding,
  flatten,
  globalAveragePool,
  globalMaxPool,
  type LayerSpec,
  type LayerSummary,
  layerNorm,
  maxPool,
  type NetworkSpec,
  type NetworkSummary,
  network,
  parseNetwork,
  permute,
  repeat,
  reshape,
  residual,
  summary,
  summaryText,
  upsample,
} from './nn/index.ts';
export { random } from './random.ts';
export { type MetricName, metrics, type Scores } from './train/index.ts';
export { version } from './version.ts';
