/**
 * What bounds training in a page: the products of a step of mlp-mnist, and nothing else, by ONNX Runtime's WebAssembly. Billions of
 * multiply-adds a second of one session on one thread, of two such side by side (what two threads could do at best) and of one on two;
 * and the samples a second that a step of nothing but products would make. Usage: npm run bench -- products
 */
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import * as ort from 'onnxruntime-web';
import { f32, input } from '../dist/rooms/graph/index.js';
import { encodeModel } from '../dist/rooms/onnx/index.js';
import { matMul, slice } from '../dist/rooms/ops/index.js';
import { random } from '../dist/rooms/random.js';

const batch = 128;
/** Rows, inner size and columns of each product of a step of 784-512-512-10: forward, gradients of weights, gradients of inputs. */
const products = [
  [batch, 784, 512],
  [batch, 512, 512],
  [batch, 512, 10],
  [784, batch, 512],
  [512, batch, 512],
  [512, batch, 10],
  [batch, 512, 512],
  [batch, 10, 512],
];
const ofStep = products.reduce((sum, [m, k, n]) => sum + m * k * n, 0);
const [warmUp, measured, rounds] = [1500, 3000, 3];

/** Billions of multiply-adds a second on so many threads. */
async function pace(threads) {
  ort.env.wasm.numThreads = threads;
  const rng = random('products');
  const pairs = products.map(([m, k, n], i) => [input(`a${i}`, [m, k]), input(`b${i}`, [k, n])]);
  // One column of each: large outputs would cost their copying.
  const outputs = pairs.map(([a, b]) => slice(matMul(a, b), 1, 0, 1));
  const model = encodeModel({ inputs: pairs.flat(), outputs }, { outputs: outputs.map((_, i) => `y${i}`) });
  const session = await ort.InferenceSession.create(model, { executionProviders: ['wasm'] });
  const feeds = Object.fromEntries(
    pairs.flat().map(({ name, type: { shape } }) => {
      const { data } = f32(
        Float32Array.from({ length: shape[0] * shape[1] }, () => rng.normal()),
        shape,
      );
      return [name, new ort.Tensor('float32', data, shape)];
    }),
  );
  const run = async milliseconds => {
    const start = performance.now();
    let steps = 0;
    for (; performance.now() - start < milliseconds; steps++) await session.run(feeds);
    return (steps * ofStep) / (performance.now() - start) / 1e6;
  };
  await run(warmUp);
  return run(measured);
}

/** The pace of each of so many workers at the same time. */
const beside = (threads, workers) =>
  Promise.all(
    Array.from(
      { length: workers },
      () =>
        new Promise((resolve, reject) => {
          const worker = new Worker(new URL(import.meta.url), { workerData: threads });
          worker.once('error', reject);
          worker.once('message', found => {
            resolve(found);
            worker.terminate();
          });
        }),
    ),
  );

if (isMainThread) {
  const shown = value => value.toFixed(1);
  for (let round = 0; round < rounds; round++) {
    const [one] = await beside(1, 1);
    const two = (await beside(1, 2)).reduce((a, b) => a + b);
    const [shared] = await beside(2, 1);
    const samples = rate => Math.round((batch * rate * 1e9) / ofStep);
    console.log(
      `one thread ${shown(one)}, two sessions ${shown(two)}, two threads ${shown(shared)} billion multiply-adds a second: ` +
        `${samples(one)}, ${samples(two)} and ${samples(shared)} samples a second at most`,
    );
  }
} else {
  parentPort.postMessage(await pace(workerData));
}
