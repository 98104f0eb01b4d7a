/** The public surface of `hillock`, in the order in which a person meets it. */
export { type ErrorKind, exitCodes, HillockError } from './errors.ts';
export type { Health, Importance, NeuronChoice, NeuronExplanation } from './explain/index.ts';
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
  batchNorm,
  dense,
  dropout,
  flatten,
  type LayerSpec,
  layerNorm,
  type NetworkSpec,
  network,
  parseNetwork,
  residual,
} from './nn/index.ts';
export { random } from './random.ts';
export { type MetricName, metrics, type Scores } from './train/index.ts';
export { version } from './version.ts';
