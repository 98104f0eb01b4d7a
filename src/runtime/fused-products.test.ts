/** Products by fused multiply-adds in the files of ONNX Runtime that are installed, beside products of this file. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, test } from 'vitest';
import { apply, f32, floats, input } from '../graph/index.ts';
import { matMul } from '../ops/index.ts';
import { linearOps } from '../ops/linear.ts';
import { random } from '../random.ts';
import { withFusedProducts } from './fused-products.ts';
import { enableRelaxedSimd } from './relaxed.case.ts';
import { model, runtimeContract } from './runtime.case.ts';
import { nodeWasmRuntime } from './wasm-node.ts';

const require = createRequire(import.meta.url);
const bytesOf = (file: string): Uint8Array<ArrayBuffer> =>
  new Uint8Array(readFileSync(require.resolve(`onnxruntime-web/${file}`)));
const relaxed = enableRelaxedSimd();
const gemm = linearOps.find(({ name }) => name === 'Gemm')!;

describe.each(['ort-wasm-simd-threaded.wasm', 'ort-wasm-simd-threaded.asyncify.wasm'])('%s', file => {
  const plain = bytesOf(file);

  test('its kernels are those that are known; what is before, between and after them stays as it is', () => {
    const made = withFusedProducts(plain);
    if (relaxed) expect(WebAssembly.validate(made)).toBe(true);
    const differs = (by: number, from: number): number => {
      let at = from;
      while (at < plain.length && plain[at] === made[at + by]) at++;
      return at;
    };
    // Three stretches that are alike but for where they lie: what differs is two kernels and the size of their section.
    const stretches: number[] = [];
    for (let [at, by] = [0, 0]; at < plain.length; ) {
      const end = differs(by, at);
      stretches.push(end - at);
      if (end === plain.length) break;
      const next = plain.subarray(end + 16, end + 80);
      const found = Buffer.from(made.buffer).indexOf(next, end + by);
      expect(found).toBeGreaterThan(0);
      [at, by] = [end + 16, found - end - 16];
    }
    expect(stretches.reduce((sum, length) => sum + length, 0)).toBeGreaterThan(plain.length - 64);
    expect(stretches.length).toBeLessThanOrEqual(5);
    expect(made.length - plain.length).toBeLessThan(20_000);
  });

  test('with other kernels it stays as it is', () => {
    const [multiply, plus, minus] = [230, 228, 229].map(op => Buffer.from([0xfd, (op % 128) + 128, op >> 7]));
    const other = plain.slice();
    const bytes = Buffer.from(other.buffer);
    const pair = Buffer.concat([multiply!, plus!]);
    let changed = 0;
    for (let at = bytes.indexOf(pair); at >= 0; at = bytes.indexOf(pair, at + 1), changed++) minus!.copy(bytes, at + 3);
    expect(changed).toBeGreaterThan(50);
    expect(withFusedProducts(other) === other).toBe(true);
  });
});

describe.skipIf(!relaxed)('with relaxed SIMD (left out where this Node has none)', () => {
  runtimeContract('onnxruntime-web, fused multiply-adds', () => nodeWasmRuntime());

  test('what is rounded once: the rounding of a product is what is left when it is taken away again', async () => {
    const [a, b] = [1 + 2 ** -12, 1 + 2 ** -13];
    const lost = a * b - Math.fround(a * b);
    expect(lost).not.toBe(0);
    const [x, w] = [input('x', [6, 2]), input('w', [2, 16])];
    const session = await (await nodeWasmRuntime()).open(model([x, w], { y: matMul(x, w) }));
    const rows = Float32Array.from({ length: 12 }, (_, i) => (i % 2 === 0 ? -Math.fround(a * b) : a));
    const columns = Float32Array.from({ length: 32 }, (_, i) => (i < 16 ? 1 : b));
    const { y } = await session.run({ x: f32(rows, [6, 2]), w: f32(columns, [2, 16]) });
    expect([...floats(y)]).toEqual(new Array(96).fill(Math.fround(lost)));
  });

  const rng = random('fused products');
  const drawn = (rows: number, columns: number) =>
    f32(
      Float32Array.from({ length: rows * columns }, () => rng.normal()),
      [rows, columns],
    );
  const shapes: readonly (readonly [rows: number, inner: number, columns: number])[] = [
    ...[1, 2, 5, 6, 7, 8, 11, 12, 13].flatMap(rows =>
      [15, 16, 17, 31, 32, 50].map(columns => [rows, 9, columns] as const),
    ),
    ...[1, 2, 3, 4, 5, 127, 128, 129, 300].map(inner => [14, inner, 40] as const),
    ...([
      [128, 784, 100],
      [200, 695, 100],
      [65, 260, 272],
      [6, 1, 16],
    ] as const),
  ];

  test.each(shapes)('%i × %i × %i: every number of the product', async (m, k, n) => {
    const [a, b, c] = [drawn(m, k), drawn(k, n), drawn(m, n)];
    const [x, w, y] = [input('a', [m, k]), input('b', [k, n]), input('c', [m, n])];
    const program = model([x, w, y], {
      product: matMul(x, w),
      sum: apply(gemm, [x, w, y], { transA: false, transB: false, alpha: 0.5 }),
    });
    const session = await (await nodeWasmRuntime()).open(program);
    const found = await session.run({ a, b, c });
    await session.close();
    const expected = new Float64Array(m * n);
    for (let i = 0; i < m; i++)
      for (let l = 0; l < k; l++)
        for (let j = 0; j < n; j++) expected[i * n + j]! += floats(a)[i * k + l]! * floats(b)[l * n + j]!;
    const worst = (values: Float32Array, to: (i: number) => number): number =>
      values.reduce((most, value, i) => Math.max(most, Math.abs(value - to(i))), 0);
    const bound = 1e-6 * (k + 4);
    expect(worst(floats(found.product), i => expected[i]!)).toBeLessThan(bound);
    expect(worst(floats(found.sum), i => 0.5 * expected[i]! + floats(c)[i]!)).toBeLessThan(bound);
  });
});
