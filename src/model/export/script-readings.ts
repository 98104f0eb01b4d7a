/** From the outputs of a network to predictions, in code. */
import { HillockError } from '../../errors.ts';
import { standardise, type TargetEncoding } from '../../features/index.ts';
import type { ModelSpec } from '../spec.ts';
import type { Helper, Script } from './script-text.ts';

/** What the outputs of the network mean: the type of a prediction, and the statements that make one. */
export interface Reading {
  readonly declaration: (t: Script) => string;
  readonly body: (t: Script) => string;
  readonly helpers: readonly Helper[];
}

const softmax: Helper = {
  text: t => t`function softmax(z‹: Float64Array›)‹: Float64Array› {
  const most = Math.max(...z);
  const e = z.map(value => Math.exp(value - most));
  const sum = e.reduce((a, b) => a + b, 0);
  return e.map(value => value / sum);
}`,
};

const meanHelper: Helper = {
  text: t => t`/** The mean of what the members of the ensemble say. */
function mean(all‹: readonly Float64Array[]›)‹: Float64Array› {
  return all[0]‹!›.map((_, i) => all.reduce((sum, one) => sum + one[i]‹!›, 0) / all.length);
}`,
};

const numberDeclaration = (): string =>
  '/** In the unit of the target. */\nexport interface Prediction {\n  prediction: number;\n}';
const classDeclaration = (): string =>
  'export type Label = (typeof classes)[number];\n\n/** The most probable class, and the probability of each in the order of `classes`. */\nexport interface Prediction {\n  label: Label;\n  probabilities: readonly number[];\n}';

/** The statement that makes `result` of the outputs y of the network, the mean of what is made of those of each member. */
type Result = (t: Script, made: (y: string) => string) => string;
type OfTask<K> = Extract<TargetEncoding, { readonly task: K }>;

/** Every task; one that is not here does not compile. */
const readings: {
  readonly [K in TargetEncoding['task']]: (target: OfTask<K>, result: Result, threshold: number) => Reading;
} = {
  regression(target, result) {
    const [low, high] = standardise(target, [target.min, target.max]);
    return {
      helpers: [],
      declaration: numberDeclaration,
      body: t => t`${result(t, y => y)}
  const value = Math.min(Math.max(result[0]‹!›, ${low! - 0.1}), ${high! + 0.1}) * ${target.std} + ${target.mean};
  return { prediction: ${target.log ? 'Math.exp(value)' : 'value'} };`,
    };
  },
  binary: (_, result, threshold) => ({
    helpers: [],
    declaration: classDeclaration,
    body: t => t`${result(t, y => `${y}.map(z => 1 / (1 + Math.exp(-z)))`)}
  const second = result[0]‹!›;
  return { label: classes[second > ${threshold} ? 1 : 0], probabilities: [1 - second, second] };`,
  }),
  multiclass: (_, result) => ({
    helpers: [softmax],
    declaration: classDeclaration,
    body: t => t`${result(t, y => `softmax(${y})`)}
  return { label: classes[result.indexOf(Math.max(...result))]‹!›, probabilities: [...result] };`,
  }),
  forecast() {
    throw new HillockError('usage', 'a forecast cannot be written as plain code', 'use --to onnx');
  },
};

export function readingOf({ target, threshold, network }: ModelSpec, size: number): Reading {
  const { members = 1 } = network;
  const result: Result = (t, made) =>
    members === 1
      ? `  const result = ${made('network(x)')};`
      : t`  const result = mean(Array.from({ length: ${members} }, (_, member) => ${made(`network(x, member * ${size})`)}));`;
  const reading = readings[target.task](target as never, result, threshold);
  return { ...reading, helpers: [...(members > 1 ? [meanHelper] : []), ...reading.helpers] };
}
