/** What a model makes of the ŷ of its last layer. */
import { fromStandardised } from '../features/index.ts';
import type { ModelSpec } from '../model/spec.ts';
import type { NeuronExplanation } from './neuron.ts';
import type { Subject } from './trace.ts';

/** How the output of a neuron of the last layer is read, in one sentence; undefined for any other neuron. */
export function readingOf(
  { spec, layers, members }: Subject,
  { layer, neuron, y }: NeuronExplanation,
): string | undefined {
  if (layer !== layers.findLast(({ depth }) => depth === 0)?.name) return undefined;
  const averaged = members > 1 ? `, and its answer is the mean of this over its ${members} members` : '';
  return `the model reads it as ${readings(spec, neuron, y)}${averaged}`;
}

function readings({ target }: ModelSpec, neuron: number, y: number): string {
  const short = (value: number) => String(Number(value.toPrecision(4)));
  if (target.task === 'binary')
    return `the probability of ${target.name} = ${target.classes[1]}: 1 / (1 + e^(-ŷ)) = ${short(1 / (1 + Math.exp(-y)))}`;
  if (target.task === 'forecast')
    return `step ${neuron} ahead: the base forecast of the window and ${short(y)} of its scale`;
  if (target.task !== 'regression')
    return `the share of ${target.name} = ${target.classes[neuron - 1]}: e^ŷ, divided by the sum of e^ŷ over the ${target.classes.length} classes`;
  const plain = y * target.std + target.mean;
  const scaled = `ŷ · ${short(target.std)} + ${short(target.mean)} = ${short(plain)}`;
  const value = fromStandardised(target, y);
  const free = target.log ? Math.exp(plain) : plain;
  const held =
    Math.abs(value - free) > 1e-9 * Math.abs(value)
      ? `, held near the training rows at ${target.name} = ${short(value)}`
      : '';
  if (!target.log) return `${target.name}: ${scaled}${held}`;
  return `the logarithm of ${target.name}: ${scaled}${held || `, so ${target.name} = ${short(value)}`}`;
}
