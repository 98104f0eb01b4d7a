/** A question as a job of ours, in Node and in pages. */
import { plainPixels } from '../../dist/rooms/features/index.js';
import { network } from '../../dist/rooms/nn/index.js';
import { fit } from '../../dist/rooms/train/index.js';

export const seed = 1;

/** The training job of a question on its data; `batch`, `layers` and the like are those of the question. */
export function jobOf({ layers, batch, optimizer, learningRate }, { shape, classes, x, y }) {
  const rows = y.length;
  const pixels = x instanceof Uint8Array;
  return {
    network: network(layers),
    inputShape: shape,
    pixels: pixels ? plainPixels([shape[1], shape[2], shape[0]]) : undefined,
    target: {
      version: 1,
      name: 'class',
      task: 'multiclass',
      classes: Array.from({ length: classes }, (_, k) => `${k}`),
    },
    x: { dtype: pixels ? 'uint8' : 'float32', shape: [rows, ...shape], data: x },
    y: { dtype: 'int32', shape: [rows, 1], data: y },
    truths: Float64Array.from(y),
    trainRows: Int32Array.from({ length: rows }, (_, i) => i),
    validationRows: new Int32Array(),
    testRows: new Int32Array(),
    options: {
      epochs: 1_000_000,
      batch,
      optimizer,
      optimizerOptions: {},
      learningRate,
      schedule: 'constant',
      clip: 0,
      smoothing: 0,
      patience: 0,
      monitor: '',
      until: [],
      seed,
    },
  };
}

/** The job of a question as question.json tells it, its arrays beside it. */
export function questionJob({ layers, ...question }, { x, y }) {
  const plain = layers.map(({ name: _, inputShape: __, ...spec }) => spec);
  return jobOf({ ...question, layers: plain }, { ...question, x, y });
}

/** Trains it under the control of `fit`; for each call so many seconds of steps. */
export function timedFit(question, data, runtime, control = {}) {
  const events = fit(questionJob(question, data), runtime, control);
  let step = 0;
  return async seconds => {
    const [before, start] = [step, performance.now()];
    const losses = [];
    while ((performance.now() - start) / 1000 < seconds) {
      const { value } = await events.next();
      if (value.event !== 'step') continue;
      step = value.step;
      losses.push([step, value.loss]);
    }
    return { samples: (step - before) * question.batch, seconds: (performance.now() - start) / 1000, losses };
  };
}
