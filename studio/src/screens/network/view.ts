/** A neuron of the network on the row that is looked at, as the inspector shows it. */
import type { Numbers } from 'hillock/draw';
import type { ActivationName } from 'hillock/neuron';
import type { LabFrame } from '../../lab/messages.ts';
import type { NeuronView } from '../../parts/NeuronView.tsx';
import { lowered } from '../../state/format.ts';
import { classNames, inputNames, outputs, task } from './data.ts';
import { encodedHere } from './here.ts';
import { hiddenLayers, layerNames, sizes } from './state.ts';

/** What the neurons of a column are called. */
export const neuronName = (column: number, unit: number): string => {
  if (column === 0) return inputNames.value[unit]!;
  if (column === sizes.value.length - 1) return outputs.value > 1 ? `ŷ ${classNames.value[unit]}` : 'output ŷ';
  return `h${lowered(column)}${'·'}${unit + 1}`;
};

export const activationOf = (column: number): ActivationName =>
  hiddenLayers.value[column - 1]?.activation ?? (task.value === 'binary' ? 'sigmoid' : 'linear');

export function neuronView(frame: LabFrame, column: number, unit: number): NeuronView {
  const layer = layerNames.value[column - 1]!;
  const units = sizes.value[column]!;
  const weights = frame.parameters.get(`${layer}.weight`)!;
  const before = column === 1 ? encodedHere() : frame.here.y.get(layerNames.value[column - 2]!)!;
  const gradients = frame.gradients?.get(`${layer}.weight`);
  const last = column === sizes.value.length - 1;
  const softmax = last && outputs.value > 1;
  return {
    title: last
      ? outputs.value > 1
        ? `Output neuron of ${classNames.value[unit]}`
        : 'Output neuron'
      : `Layer ${column}, neuron ${unit + 1}`,
    inputs: Array.from({ length: sizes.value[column - 1]! }, (_, i) => {
      const [x, w] = [before[i] ?? 0, weights[i * units + unit]!];
      return { name: neuronName(column - 1, i), x, w, product: x * w, gradient: gradients?.[i * units + unit] };
    }),
    bias: frame.parameters.get(`${layer}.bias`)?.[unit],
    z: frame.here.z.get(layer)![unit]!,
    activation: activationOf(column),
    y: softmax ? frame.here.z.get(layer)![unit]! : frame.here.y.get(layer)![unit]!,
    ...(softmax && { share: frame.here.y.get(layer)![unit]! }),
  };
}

/** Every weight and bias of the network, with the gradient of the last step. */
export function weightNumbers(frame: LabFrame): Numbers {
  const rows = layerNames.value.flatMap((_, i) =>
    Array.from({ length: sizes.value[i + 1]! }, (_, unit) => {
      const { inputs, bias } = neuronView(frame, i + 1, unit);
      const to = neuronName(i + 1, unit);
      return [
        ...inputs.map(({ name, w, gradient }) => [i + 1, name, to, w, gradient ?? null]),
        ...(bias === undefined ? [] : [[i + 1, 'bias', to, bias, null]]),
      ];
    }).flat(),
  );
  return { caption: 'weights of the network', head: ['layer', 'from', 'to', 'weight', 'gradient'], rows };
}
