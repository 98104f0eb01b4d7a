/**
 * Runs ONNX models in a process of its own, because a wrong one can abort it: reads {jobs: [{id, model, runs}]}
 * as JSON from stdin, writes `{start: id}` and then `{id, results}` or `{id, failed, message}` for each, one a line.
 * First argument: native or wasm. Build first.
 */
import { readFileSync, writeSync } from 'node:fs';

/** @typedef {{ dtype: string, shape: number[], data: (number | string)[] }} PlainTensor */
/** @typedef {{ id: string, model: string, runs: Record<string, PlainTensor>[] }} Job */

const runtime =
  process.argv[2] === 'wasm'
    ? await (await import('../dist/rooms/runtime/wasm-node.js')).nodeWasmRuntime({ threads: 1 })
    : await (await import('../dist/rooms/runtime/node.js')).nodeRuntime({ threads: 1 });

const arrays = { float32: Float32Array, float64: Float64Array, int32: Int32Array, uint8: Uint8Array, bool: Uint8Array };

/** @param {PlainTensor} tensor @returns {any} */
function toTensor({ dtype, shape, data }) {
  if (dtype === 'string') return { dtype, shape, data };
  if (dtype === 'int64') return { dtype, shape, data: BigInt64Array.from(data, BigInt) };
  const array = arrays[/** @type {keyof typeof arrays} */ (dtype)];
  return { dtype, shape, data: array.from(data.map(Number)) };
}

/** @param {import('../dist/rooms/runtime/index.js').Tensors[string]} tensor */
const fromTensor = ({ dtype, shape, data }) => ({
  dtype,
  shape,
  data: Array.from(/** @type {Iterable<unknown>} */ (data), value =>
    typeof value === 'string' || Number.isFinite(Number(value))
      ? typeof value === 'bigint'
        ? Number(value)
        : value
      : String(value),
  ),
});

/** @param {unknown} line */
const say = line => writeSync(1, `${JSON.stringify(line)}\n`);

for (const { id, model, runs } of /** @type {{ jobs: Job[] }} */ (JSON.parse(readFileSync(0, 'utf8'))).jobs) {
  say({ start: id });
  let failed = 'open';
  try {
    const session = await runtime.open(Buffer.from(model, 'base64'));
    failed = 'run';
    const results = [];
    for (const feeds of runs) {
      const outputs = await session.run(
        Object.fromEntries(Object.entries(feeds).map(([name, tensor]) => [name, toTensor(tensor)])),
      );
      results.push(Object.fromEntries(Object.entries(outputs).map(([name, tensor]) => [name, fromTensor(tensor)])));
    }
    await session.close();
    say({ id, results });
  } catch (error) {
    say({ id, failed, message: error instanceof Error ? error.message : String(error) });
  }
}
