export { HillockError } from '../errors.ts';
export { type Activation, type ActivationName, activation, activationNames, activations } from './activations.ts';
export { type Classification, type ClassifyOptions, classify, defaultThreshold } from './classify.ts';
export {
  type Learned,
  type LearningEpoch,
  type LearningStep,
  learn,
  learningSteps,
  type Parameters,
} from './learn.ts';
export type { LearningRule, LearnOptions, NeuronLoss } from './learn-options.ts';
export { biasAsInput, type Firing, type Neuron, type NeuronSpec, neuron, randomNeuron, type Term } from './neuron.ts';
