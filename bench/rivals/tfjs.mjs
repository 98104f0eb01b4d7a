/** TensorFlow.js on WebAssembly: node tfjs.mjs QUESTION-JSON FOLDER → one JSON line. */
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { setWasmPaths, version_wasm } from '@tensorflow/tfjs-backend-wasm';
import { readData } from '../speed/data.mjs';

const [question, folder] = [JSON.parse(process.argv[2]), process.argv[3]];
const { layers, batch, data, lr, optimizer } = question;
const steps = Math.max(20, Math.round(question.steps / 40));
setWasmPaths(`${dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm'))}/`);
await tf.setBackend('wasm');
const { x, y } = readData(folder, data);
const width = layers[0];
const inputs = data === 'digits' ? Float32Array.from(x, v => v / 255) : x;
const weights = layers
  .slice(1)
  .flatMap((units, i) => [
    tf.variable(
      tf.randomUniform([layers[i], units], -1 / Math.sqrt(layers[i]), 1 / Math.sqrt(layers[i]), 'float32', i + 1),
    ),
    tf.variable(tf.zeros([units])),
  ]);
const trainer = optimizer === 'sgd' ? tf.train.sgd(lr) : tf.train.adam(lr);
let at = 0;
const step = () => {
  const begin = (at++ * batch) % (y.length - batch);
  const xb = tf.tensor2d(inputs.subarray(begin * width, (begin + batch) * width), [batch, width]);
  const yb = tf.oneHot(tf.tensor1d(y.subarray(begin, begin + batch), 'int32'), layers.at(-1));
  const loss = trainer.minimize(
    () => {
      let h = xb;
      for (let i = 0; i < weights.length; i += 2) {
        h = tf.add(tf.matMul(h, weights[i]), weights[i + 1]);
        if (i < weights.length - 2) h = tf.relu(h);
      }
      return tf.losses.softmaxCrossEntropy(yb, h);
    },
    true,
    weights,
  );
  const value = loss.dataSync()[0];
  tf.dispose([xb, yb, loss]);
  return value;
};
for (let i = 0; i < 3; i++) step();
const start = performance.now();
let loss = 0;
for (let i = 0; i < steps; i++) loss = step();
const seconds = (performance.now() - start) / 1000;
console.log(
  JSON.stringify({
    samplesPerSecond: (steps * batch) / seconds,
    loss,
    steps,
    peakMegabytes: process.resourceUsage().maxRSS / 1024,
    version: version_wasm,
  }),
);
process.exit(0);
