/** ONNX Runtime's WebAssembly build in Node: this file and `wasm-page.ts` are the only ones that load onnxruntime-web. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { HillockError } from '../errors.ts';
import type { Runtime } from './runtime.ts';
import { fuseProducts, type WebOrt, wasmRuntime } from './wasm.ts';

const require = createRequire(import.meta.url);

/** The WebAssembly runtime in Node; throws `HillockError` kind `device` when the module cannot be loaded. */
export async function nodeWasmRuntime(options: { threads?: number } = {}): Promise<Runtime> {
  let ort: WebOrt;
  try {
    ort = await import('onnxruntime-web');
  } catch (cause) {
    throw new HillockError(
      'device',
      'the WebAssembly build of ONNX Runtime is not available',
      'run `hillock doctor` to see what is missing',
      { cause },
    );
  }
  // Without it products are slower, and nothing else.
  await fuseProducts(ort, binary).catch(() => undefined);
  return wasmRuntime(ort, { device: 'wasm', threads: options.threads ?? 1 });
}

const binary = async (): Promise<Uint8Array<ArrayBuffer>> =>
  new Uint8Array(await readFile(require.resolve('onnxruntime-web/ort-wasm-simd-threaded.wasm')));
