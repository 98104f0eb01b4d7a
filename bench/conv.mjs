/**
 * Convolution and its gradients, plain and as the lowering pass writes them without blocks of channels and with, in turn, each inside a loop of one program:
 * GFLOP/s of the best of some runs, counted as the direct form's (the lowered ones turn maps to and fro, which a chain of
 * layers does only at its ends); and the milliseconds of two layers with a pool, forward and backward.
 * Usage: npm run bench -- conv [N,C,K,H,k …]; THREADS=1 for one thread.
 */
import { loadavg } from 'node:os';
import { grad } from '../dist/rooms/grad.js';
import { f32, input } from '../dist/rooms/graph/index.js';
import { lower } from '../dist/rooms/lower/index.js';
import { encodeModel } from '../dist/rooms/onnx/index.js';
import { conv, loop, maxPool, relu, reshape, slice } from '../dist/rooms/ops/index.js';
import { random } from '../dist/rooms/random.js';
import { nodeRuntime } from '../dist/rooms/runtime/node.js';
import { channelBlocks } from '../dist/rooms/train/index.js';

const shapes = [
  '128,1,32,28,3',
  '128,32,64,26,3',
  '128,3,32,32,3',
  '128,32,32,32,3',
  '128,64,64,16,3',
  '128,128,128,8,3',
];
const [steps, rounds] = [1, 9];
const runtime = await nodeRuntime({ threads: Number(process.env.THREADS ?? 2) });
const blocks = await channelBlocks(runtime);
const forms = { plain: body => body, portable: body => lower(body), lowered: body => lower(body, { blocks }) };
const rng = random('bench conv');
const count = shape => shape.reduce((a, b) => a * b, 1);
const drawn = shape =>
  f32(
    Float32Array.from({ length: count(shape) }, () => rng.normal()),
    shape,
  );

/** A program that computes values again and again and hands out one number of each: large outputs would cost their copying. */
async function opened(inputs, values, form) {
  const times = input('times', [], 'int64');
  const { stacked } = loop(times, [], 'times', () => {
    const { emit } = form({ state: [], emit: values });
    return { state: [], emit: emit.map(y => slice(reshape(y, [count(y.type.shape)]), 0, 0, 1)) };
  });
  return runtime.open(encodeModel({ inputs: [times, ...inputs], outputs: stacked }, { outputs: Object.keys(stacked) }));
}

/** Milliseconds of one computation in each form: the best of some runs, the forms in turn. */
async function timed(inputs, values) {
  const sessions = [];
  for (const form of Object.values(forms)) sessions.push(await opened(inputs, values, form));
  const feeds = Object.fromEntries(inputs.map(({ name, type }) => [name, drawn(type.shape)]));
  feeds.times = { dtype: 'int64', shape: [], data: BigInt64Array.of(BigInt(steps)) };
  const best = sessions.map(() => Number.POSITIVE_INFINITY);
  for (let round = 0; round <= rounds; round++)
    for (const [i, session] of sessions.entries()) {
      const start = performance.now();
      await session.run(feeds);
      if (round > 0) best[i] = Math.min(best[i], (performance.now() - start) / steps);
    }
  for (const session of sessions) await session.close();
  return Object.fromEntries(Object.keys(forms).map((name, i) => [name, best[i]]));
}

const each = (times, of) => Object.fromEntries(Object.entries(times).map(([name, ms]) => [name, of(ms)]));

/** Two convolutions with relu and a pool behind them, their gradients from a given one: what a training step does. */
function chain(x, w, filters, padding) {
  const second = input('w2', [filters, filters, ...w.type.shape.slice(2)]);
  const h = relu(conv(x, w, undefined, padding));
  const y = maxPool(relu(conv(h, second, undefined, padding)), { kernel: [2, 2] });
  const dy = input('dy', y.type.shape);
  return [[x, w, second, dy], grad(y, [w, second], dy)];
}

for (const shape of process.argv.length > 2 ? process.argv.slice(2) : shapes) {
  const [N, C, K, H, k] = shape.split(',').map(Number);
  const padding = { pads: [(k - 1) >> 1, (k - 1) >> 1, k >> 1, k >> 1] };
  const [x, w] = [input('x', [N, C, H, H]), input('w', [K, C, k, k])];
  const y = conv(x, w, undefined, padding);
  const dy = input('dy', y.type.shape);
  const [dx, dw] = grad(y, [x, w], dy);
  const flops = 2 * count(y.type.shape) * C * k * k;
  const questions = { forward: [[x, w], [y]], dX: [[dy, w], [dx]], dW: [[x, dy], [dw]] };
  const row = { shape };
  for (const [name, [inputs, values]] of Object.entries(questions)) {
    row[name] = each(await timed(inputs, values), ms => Math.round(flops / ms / 1e6));
  }
  row.chain = each(await timed(...chain(x, w, K, padding)), ms => Number(ms.toPrecision(3)));
  console.log(JSON.stringify({ ...row, load: loadavg()[0].toFixed(1) }));
}
