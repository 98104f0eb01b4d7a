/** Our contestant: node hillock.mjs QUESTION FOLDER THREADS → one JSON line. */
import { dense, network } from 'hillock';
import { plainPixels } from '../../dist/rooms/features/index.js';
import { nodeRuntime } from '../../dist/rooms/runtime/node.js';
import { fit } from '../../dist/rooms/train/index.js';
import { readData } from './data.mjs';
import { questions } from './questions.mjs';

const [name, folder, threads] = process.argv.slice(2);
const { data, layers, batch, optimizer, lr, steps } = questions[name];
const { x, y } = readData(folder, data);
const rows = y.length;
const warm = Math.ceil(steps / 10);
const job = {
  network: network(
    layers
      .slice(1)
      .map((units, i) => dense(units, i === layers.length - 2 ? 'linear' : 'relu', { initial: 'fan-in-uniform' })),
  ),
  inputShape: [layers[0]],
  pixels: data === 'digits' ? plainPixels([1, layers[0], 1]) : undefined,
  target: {
    version: 1,
    name: 'class',
    task: 'multiclass',
    classes: Array.from({ length: layers.at(-1) }, (_, k) => String(k)),
  },
  x: {
    dtype: data === 'digits' ? 'uint8' : 'float32',
    shape: [rows, ...(data === 'digits' ? image : [layers[0]])],
    data: x,
  },
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
    learningRate: lr,
    schedule: 'constant',
    clip: 0,
    smoothing: 0,
    patience: 0,
    monitor: '',
    until: [],
    seed: 1,
  },
};
let start;
let losses = [];
for await (const event of fit(job, await nodeRuntime({ threads: Number(threads) }))) {
  if (event.event !== 'step') continue;
  if (!start && event.step >= warm) start = { step: event.step, at: performance.now() };
  losses.push(event.loss);
  if (start && event.step >= start.step + steps) {
    const seconds = (performance.now() - start.at) / 1000;
    losses = losses.slice(-5);
    console.log(
      JSON.stringify({
        samplesPerSecond: ((event.step - start.step) * batch) / seconds,
        loss: losses.reduce((a, b) => a + b, 0) / losses.length,
        peakMegabytes: process.resourceUsage().maxRSS / 1024,
      }),
    );
    process.exit(0);
  }
}
