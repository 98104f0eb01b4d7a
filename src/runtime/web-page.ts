/** ONNX Runtime's WebAssembly build in a page or in its workers. */
import { HillockError } from '../errors.ts';
import type { Runtime } from './runtime.ts';
import { fuseProducts, type WasmOptions, type WebOrt, wasmRuntime } from './wasm.ts';

/** The files that a page without a bundler serves: the one it imports, and that one's WebAssembly. */
const files = {
  wasm: ['ort.wasm.bundle.min.mjs', 'ort-wasm-simd-threaded.wasm'],
  webgpu: ['ort.webgpu.bundle.min.mjs', 'ort-wasm-simd-threaded.asyncify.wasm'],
} as const;

export interface PageRuntimeOptions {
  /** Default `wasm`. */
  readonly device?: WasmOptions['device'];
  readonly threads: number;
  /** Address of the folder with ONNX Runtime's files; absent = the page's bundler has found them. */
  readonly ort?: string | undefined;
}

/** The runtime of a page; throws `HillockError` kind `device` where ONNX Runtime's files or a GPU are not found. */
export async function pageRuntime({ device = 'wasm', threads, ort }: PageRuntimeOptions): Promise<Runtime> {
  return wasmRuntime(await loadOrt(device, ort), { device, threads });
}

async function loadOrt(device: WasmOptions['device'], folder: string | undefined): Promise<WebOrt> {
  const [entry, binary] = files[device];
  const serve = `serve ${entry} and ${binary} of onnxruntime-web/dist and give the address of their folder: { ort: '/ort/' }`;
  // What a bundler finds itself is the build for WebAssembly alone: the other one is twice as large.
  if (!folder && device === 'webgpu')
    throw new HillockError('device', 'WebGPU needs the address of the folder with the files of ONNX Runtime', serve);
  const base = folder && (folder.endsWith('/') ? folder : `${folder}/`);
  const address = base && new URL(entry, base).href;
  try {
    const ort: WebOrt = await (address
      ? import(/* @vite-ignore */ /* webpackIgnore: true */ address)
      : import('onnxruntime-web/wasm'));
    if (base) await fuseProducts(ort, () => bytesAt(new URL(binary, base).href));
    return ort;
  } catch (cause) {
    throw new HillockError(
      'device',
      `ONNX Runtime is not found${address ? ` at ${address}` : ''}: ${cause instanceof Error ? cause.message : String(cause)}`,
      serve,
      { cause },
    );
  }
}

async function bytesAt(address: string): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address}: ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}
