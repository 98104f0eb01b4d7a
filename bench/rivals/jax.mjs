/** jax-js on WebAssembly: node jax.mjs QUESTION-JSON FOLDER → one JSON line. SGD only. */
import { defaultDevice, init, jit, nn, numpy as np, valueAndGrad } from '@jax-js/jax';
import { readData } from '../speed/data.mjs';

const [question, folder] = [JSON.parse(process.argv[2]), process.argv[3]];
const { layers, batch, data, lr } = question;
const steps = Math.max(20, Math.round(question.steps / 10));
await init('wasm');
defaultDevice('wasm');
const { x, y } = readData(folder, data);
const width = layers[0];
const inputs = data === 'digits' ? Float32Array.from(x, v => v / 255) : x;
const uniform = (shape, limit) =>
  np.array(Float32Array.from({ length: shape[0] * shape[1] }, () => (2 * Math.random() - 1) * limit)).reshape(shape);
let params = layers
  .slice(1)
  .flatMap((units, i) => [uniform([layers[i], units], 1 / Math.sqrt(layers[i])), np.zeros([units])]);
const lossOf = (p, xb, yb) => {
  let h = xb;
  for (let i = 0; i < p.length; i += 2) {
    h = np.add(np.matmul(h, p[i]), p[i + 1]);
    if (i < p.length - 2) h = nn.relu(h);
  }
  return np.mean(np.sum(np.multiply(nn.logSoftmax(h), yb), 1)).mul(-1);
};
const update = jit((p, xb, yb) => {
  const [loss, grads] = valueAndGrad(lossOf)(
    p.map(v => v.ref),
    xb,
    yb,
  );
  return [p.map((v, i) => v.sub(grads[i].mul(lr))), loss];
});
let at = 0;
const step = async () => {
  const begin = (at++ * batch) % (y.length - batch);
  const xb = np.array(inputs.slice(begin * width, (begin + batch) * width)).reshape([batch, width]);
  const hot = new Float32Array(batch * layers.at(-1));
  for (let i = 0; i < batch; i++) hot[i * layers.at(-1) + y[begin + i]] = 1;
  const [next, loss] = update(params, xb, np.array(hot).reshape([batch, layers.at(-1)]));
  params = next;
  return (await loss.data())[0];
};
for (let i = 0; i < 3; i++) await step();
const start = performance.now();
let loss = 0;
for (let i = 0; i < steps; i++) loss = await step();
const seconds = (performance.now() - start) / 1000;
console.log(
  JSON.stringify({
    samplesPerSecond: (steps * batch) / seconds,
    loss,
    steps,
    peakMegabytes: process.resourceUsage().maxRSS / 1024,
  }),
);
process.exit(0);
