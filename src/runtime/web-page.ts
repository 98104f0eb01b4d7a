/** ONNX Runtime's WebAssembly build in a page or in its workers. */
import { HillockError } from '../errors.ts';
import type { Runtime } from './runtime.ts';
import { type WebOrt, wasmRuntime } from './web.ts';

/** The file that a page without a bundler imports, beside `ort-wasm-simd-threaded.wasm`. */
const entry = 'ort.wasm.bundle.min.mjs';

export interface PageRuntimeOptions {
  readonly threads: number;
  /** Address of the folder with ONNX Runtime's files; absent = the page's bundler has found them. */
  readonly ort?: string | undefined;
}

/** The WebAssembly runtime of a page; throws `HillockError` kind `device` where ONNX Runtime's files are not found. */
export async function pageRuntime({ threads, ort }: PageRuntimeOptions): Promise<Runtime> {
  return wasmRuntime(await loadOrt(ort), threads);
}

async function loadOrt(folder: string | undefined): Promise<WebOrt> {
  const address = folder && new URL(entry, folder.endsWith('/') ? folder : `${folder}/`).href;
  try {
    return await (address
      ? import(/* @vite-ignore */ /* webpackIgnore: true */ address)
      : import('onnxruntime-web/wasm'));
  } catch (cause) {
    throw new HillockError(
      'device',
      `ONNX Runtime is not found${address ? ` at ${address}` : ''}: ${cause instanceof Error ? cause.message : String(cause)}`,
      `serve ${entry} and ort-wasm-simd-threaded.wasm of onnxruntime-web/dist and give the address of their folder: { ort: '/ort/' }`,
      { cause },
    );
  }
}
