/** The state of the neuron screen. */
import { computed, signal } from '@preact/signals';
import { type ActivationName, activation, activationNames, type Firing, type NeuronSpec, neuron } from 'hillock/neuron';
import { aFlag, aNumber, inAddress, numbers, oneOf, points } from '../../state/url.ts';
import { pointSets } from './points.ts';

export const inputs = inAddress('neuron', 'x', numbers, [1.2, 0.8]);
export const weights = inAddress('neuron', 'w', numbers, [0.5, -0.3]);
export const bias = inAddress('neuron', 'b', aNumber, 0.1);
export const biased = inAddress('neuron', 'bias', aFlag, true);
export const activationName = inAddress<ActivationName>('neuron', 'f', oneOf(activationNames), 'sigmoid');
export const target = inAddress('neuron', 't', aNumber, 1);
export const rate = inAddress('neuron', 'rate', aNumber, 0.5);
export const rule = inAddress('neuron', 'rule', oneOf(['gradient-descent', 'perceptron'] as const), 'gradient-descent');
export const data = inAddress('neuron', 'points', points, pointSets.and.points);

/** The most inputs that the screen shows. */
export const mostInputs = 4;

/** The sizes that an input or a weight may have. */
export const largest = 1e6;
const bounded = (value: number): number => Math.max(-largest, Math.min(largest, value));

export const spec = computed<NeuronSpec>(() => ({
  weights: weights.value.length > 0 ? weights.value.slice(0, mostInputs).map(bounded) : [0],
  activation: activationName.value,
  ...(biased.value ? { bias: bounded(bias.value) } : {}),
}));

/** The inputs, as many as there are weights. */
export const row = computed<readonly number[]>(() => spec.value.weights.map((_, i) => bounded(inputs.value[i] ?? 0)));

export const fired = computed<Firing>(() => neuron(spec.value).fire(row.value));

export const activationRecord = computed(() => activation(activationName.value));

const changed = (list: readonly number[], index: number, value: number): readonly number[] =>
  Array.from({ length: Math.max(list.length, index + 1) }, (_, i) => (i === index ? value : (list[i] ?? 0)));

export const setInput = (index: number, value: number): void => {
  inputs.value = changed(inputs.value, index, value);
};
export const setWeight = (index: number, value: number): void => {
  weights.value = changed(weights.value, index, value);
};

export function addInput(): void {
  const count = spec.value.weights.length;
  if (count >= mostInputs) return;
  inputs.value = [...row.value, 1];
  weights.value = [...spec.value.weights, 0.5];
}

export function removeInput(): void {
  const count = spec.value.weights.length;
  if (count <= 1) return;
  inputs.value = row.value.slice(0, count - 1);
  weights.value = spec.value.weights.slice(0, count - 1);
}

/** The term that the pointer or the focus is on: an index of an input, or the bias. */
export const marked = signal<number | 'bias' | undefined>(undefined);
