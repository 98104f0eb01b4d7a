/** ONNX Runtime's WebAssembly build in Node: this file and `web-page.ts` are the only ones that import onnxruntime-web. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { HillockError } from '../errors.ts';
import type { Runtime } from './runtime.ts';
import { fuseProducts, type WebOrt, wasmRuntime } from './wasm.ts';

const require = createRequire(import.meta.url);

/** The WebAssembly runtime in Node; throws `HillockError` kind `device` when the module cannot be loaded. */
export async function webRuntime(options: { threads?: number } = {}): Promise<Runtime> {
  let ort: WebOrt;
  try {
    ort = await import('onnxruntime-web');
    const file = require.resolve('onnxruntime-web/ort-wasm-simd-threaded.wasm');
    await fuseProducts(ort, async () => new Uint8Array(await readFile(file)));
  } catch (cause) {
    throw new HillockError(
      'device',
      'the WebAssembly build of ONNX Runtime is not available',
      'run `hillock doctor` to see what is missing',
      { cause },
    );
  }
  return wasmRuntime(ort, { device: 'wasm', threads: options.threads ?? 1 });
}
