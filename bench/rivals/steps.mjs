/** A question of dense layers as the rivals on WebAssembly take it, in Node and in pages. */

/**
 * Weights [inputs, outputs] and biases as flat arrays, layer after layer, and the batches. `told` is question.json, `shapes`
 * own.json, `values` own.f32; then the inputs, the labels and the order of the rows.
 */
export function questionOf(told, shapes, values, inputs, labels, order) {
  const { batch, learningRate, optimizer, classes, shape } = told;
  let at = 0;
  const weights = shapes.map(({ shape }) => {
    const size = shape.reduce((a, b) => a * b, 1);
    at += size;
    return { shape, data: values.slice(at - size, at) };
  });
  const width = shape.reduce((a, b) => a * b, 1);
  const scale = inputs instanceof Uint8Array ? 1 / 255 : 1;
  /** Inputs and one-hot labels of the batch of a step. */
  const batchOf = step => {
    const [xb, yb] = [new Float32Array(batch * width), new Float32Array(batch * classes)];
    for (let i = 0; i < batch; i++) {
      const row = order[(step * batch + i) % order.length];
      for (let k = 0; k < width; k++) xb[i * width + k] = inputs[row * width + k] * scale;
      yb[i * classes + labels[row]] = 1;
    }
    return { xb, yb };
  };
  return { batch, width, classes, learningRate, optimizer, weights, batchOf };
}

/** Repeats a step for so many seconds; `step` gives its loss. */
export function timedSteps(batch, step) {
  let done = 0;
  return async seconds => {
    const [start, losses] = [performance.now(), []];
    while (performance.now() - start < seconds * 1000) losses.push([done + 1, await step(done++)]);
    return { samples: losses.length * batch, seconds: (performance.now() - start) / 1000, losses };
  };
}
