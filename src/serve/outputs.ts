/** What a model says of rows: tensors of a run, read row by row and written as JSON. */
import { floats, type Tensor } from '../graph/index.ts';
import type { ModelSpec } from '../model/index.ts';
import { predictedClass } from '../train/index.ts';
import type { Schema } from './inputs/kind.ts';

/** Results of some rows: numbers by the names of the model's outputs, labels where it has classes. */
export interface Results {
  readonly rows: number;
  readonly labels: readonly string[] | null;
  /** [rows, width], row-major. */
  readonly numbers: readonly Float32Array[];
}

export interface OutputTensor {
  readonly name: string;
  readonly dtype: Tensor['dtype'];
  /** Of one row. */
  readonly shape: readonly number[];
}

/** How the results of a model are read and written. */
export interface OutputWriter {
  readonly tensors: readonly OutputTensor[];
  /** Of one row. */
  readonly schema: Schema;
  /** The results of `packed`; `outputs` are its tensors in their order. */
  results(outputs: readonly Tensor[], rows: number): Results;
  /** One row as a JSON object; what is no finite number is null. */
  json(results: Results, row: number): string;
  /** The bare answer of a row as JSON: label, number or list of numbers. */
  value(results: Results, row: number): string;
  /** The number that an explanation is about: of the row's class, or the value itself. */
  weight(results: Results, row: number, like: Results): number;
  readonly weighed: string;
}

/** A float32 in seven significant digits, all that it carries; null where it is not finite. */
export function number(value: number): string {
  const size = Math.abs(value);
  // A whole number over a power of ten is the double nearest to the decimal, so that it is written in its digits.
  const unit = size < 1 ? (size >= 0.1 ? 1e7 : size >= 0.01 ? 1e8 : size >= 1e-3 ? 1e9 : 0) : size < 10 ? 1e6 : 0;
  if (unit !== 0) return `${value < 0 ? '-' : ''}${Math.round(size * unit) / unit}`;
  return Number.isFinite(value) ? String(Number(value.toPrecision(7))) : 'null';
}

const list = (values: Float32Array, row: number, width: number): string => {
  let text = '[';
  for (let k = 0; k < width; k++) text += (k === 0 ? '' : ',') + number(values[row * width + k]!);
  return `${text}]`;
};

/** The results of other rows after one another. */
export function part({ labels, numbers }: Results, all: number, from: number, rows: number): Results {
  return {
    rows,
    labels: labels?.slice(from, from + rows) ?? null,
    numbers: numbers.map(values => {
      const width = values.length / all;
      return values.subarray(from * width, (from + rows) * width);
    }),
  };
}

/** Of the second class's probability that of the first as well. */
function bothClasses(second: Float32Array): Float32Array {
  const both = new Float32Array(2 * second.length);
  for (let row = 0; row < second.length; row++) {
    both[2 * row] = 1 - second[row]!;
    both[2 * row + 1] = second[row]!;
  }
  return both;
}

function classWriter(classes: readonly string[], threshold: number): OutputWriter {
  const names = classes.map(label => JSON.stringify(label));
  const width = classes.length;
  const value = ({ labels }: Results, row: number): string => JSON.stringify(labels![row]);
  return {
    tensors: [
      { name: 'label', dtype: 'string', shape: [] },
      { name: 'probabilities', dtype: 'float32', shape: [width] },
    ],
    schema: {
      type: 'object',
      required: ['prediction', 'probabilities'],
      properties: {
        prediction: { enum: classes, description: 'the class' },
        probabilities: {
          type: 'object',
          required: classes,
          properties: Object.fromEntries(classes.map(label => [label, { type: 'number', minimum: 0, maximum: 1 }])),
        },
      },
    },
    results([tensor], rows) {
      const predictions = floats(tensor);
      const scored = { predictions, outputs: predictions.length / rows, threshold: Math.fround(threshold) };
      return {
        rows,
        labels: Array.from({ length: rows }, (_, row) => classes[predictedClass(scored, row)]!),
        numbers: [scored.outputs === 1 ? bothClasses(predictions) : predictions],
      };
    },
    json(results, row) {
      const [shares] = results.numbers;
      let text = `{"prediction":${value(results, row)},"probabilities":{`;
      for (let k = 0; k < width; k++) text += `${k === 0 ? '' : ','}${names[k]}:${number(shares![row * width + k]!)}`;
      return `${text}}}`;
    },
    value,
    weight: ({ numbers }, row, like) => numbers[0]![row * width + classes.indexOf(like.labels![0]!)]!,
    weighed: 'probability of the predicted class',
  };
}

const regressionWriter: OutputWriter = {
  tensors: [{ name: 'prediction', dtype: 'float32', shape: [1] }],
  schema: { type: 'object', required: ['prediction'], properties: { prediction: { type: ['number', 'null'] } } },
  results: ([prediction], rows) => ({ rows, labels: null, numbers: [floats(prediction)] }),
  json: ({ numbers }, row) => `{"prediction":${number(numbers[0]![row]!)}}`,
  value: ({ numbers }, row) => number(numbers[0]![row]!),
  weight: ({ numbers }, row) => numbers[0]![row]!,
  weighed: 'prediction',
};

function forecastWriter(horizon: number, intervals: boolean): OutputWriter {
  const names = intervals ? ['forecast', 'lower', 'upper'] : ['forecast'];
  const steps = { type: 'array', items: { type: ['number', 'null'] }, minItems: horizon, maxItems: horizon };
  return {
    tensors: names.map(name => ({ name, dtype: 'float32', shape: [horizon] })),
    schema: {
      type: 'object',
      required: names,
      properties: Object.fromEntries(names.map(name => [name, steps])),
    },
    results: (outputs, rows) => ({ rows, labels: null, numbers: outputs.map(tensor => floats(tensor)) }),
    json: ({ numbers }, row) => `{${names.map((name, k) => `"${name}":${list(numbers[k]!, row, horizon)}`).join(',')}}`,
    value: ({ numbers }, row) => list(numbers[0]!, row, horizon),
    weight: ({ numbers }, row) => numbers[0]![row * horizon]!,
    weighed: 'first step ahead',
  };
}

/** How the results of a model are written. */
export function outputWriter({ target, threshold }: ModelSpec): OutputWriter {
  if (target.task === 'forecast') return forecastWriter(target.horizon, target.intervals.length > 0);
  if (target.task === 'regression') return regressionWriter;
  return classWriter(target.classes, threshold);
}
