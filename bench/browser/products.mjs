/** The products of a step of mlp-mnist and nothing else, in a page. */
import { f32, input } from '../../dist/rooms/graph/index.js';
import { encodeModel } from '../../dist/rooms/onnx/index.js';
import { matMul, slice } from '../../dist/rooms/ops/index.js';
import { random } from '../../dist/rooms/random.js';
import { withFusedProducts } from '../../dist/rooms/runtime/fused-products.js';

export const batch = 128;
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
export const ofStep = products.reduce((sum, [m, k, n]) => sum + m * k * n, 0);

/** Answers so many seconds with the multiply-adds of one of them, in billions; ONNX Runtime's file at `folder` is `fused` or `plain`. */
export async function timedProducts(folder, how, threads) {
  const ort = await import(`${folder}ort.wasm.bundle.min.mjs`);
  const file = new Uint8Array(await (await fetch(`${folder}ort-wasm-simd-threaded.wasm`)).arrayBuffer());
  ort.env.wasm.numThreads = threads;
  const fused = withFusedProducts(file);
  if (fused === file) throw new Error('the kernels of this version of ONNX Runtime are not known');
  ort.env.wasm.wasmBinary = how === 'fused' ? fused : file;
  const rng = random('products');
  const pairs = products.map(([m, k, n], i) => [input(`a${i}`, [m, k]), input(`b${i}`, [k, n])]);
  // One column of each: large outputs would cost their copying.
  const outputs = pairs.map(([a, b]) => slice(matMul(a, b), 1, 0, 1));
  const model = encodeModel({ inputs: pairs.flat(), outputs }, { outputs: outputs.map((_, i) => `y${i}`) });
  const session = await ort.InferenceSession.create(model, { executionProviders: ['wasm'] });
  const feeds = Object.fromEntries(
    pairs.flat().map(({ name, type: { shape } }) => {
      const numbers = Float32Array.from({ length: shape[0] * shape[1] }, () => rng.normal());
      return [name, new ort.Tensor('float32', f32(numbers, shape).data, shape)];
    }),
  );
  return async seconds => {
    const start = performance.now();
    const ran = () => (performance.now() - start) / 1000;
    let steps = 0;
    for (; ran() < seconds; steps++) await session.run(feeds);
    return (steps * ofStep) / ran() / 1e9;
  };
}
