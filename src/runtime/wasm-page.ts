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
  /** Products of matrices by fused multiply-adds, where the engine has them and `ort` is told: faster, but the start takes longer (default false). */
  readonly fused?: boolean;
}

/** The runtime of a page; throws `HillockError` kind `device` where ONNX Runtime's files or a GPU are not found. */
export async function pageRuntime(options: PageRuntimeOptions): Promise<Runtime> {
  const { device = 'wasm', threads, ort: folder, fused = false } = options;
  const [entry, binary] = files[device];
  const serve = `serve ${entry} and ${binary} of onnxruntime-web/dist (.mjs as text/javascript) and give the address of their folder: { ort: '/ort/' }`;
  // What a bundler finds itself is the build for WebAssembly alone: the other one is twice as large.
  if (!folder && device === 'webgpu')
    throw new HillockError('device', 'WebGPU needs the address of the folder with the files of ONNX Runtime', serve);
  const addressOf = (file: string) => folder && new URL(file, folder.endsWith('/') ? folder : `${folder}/`).href;
  const missing = (address: string | undefined) => (cause: unknown) => {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new HillockError('device', `ONNX Runtime is not found${address ? ` at ${address}` : ''}: ${why}`, serve, {
      cause,
    });
  };
  const address = addressOf(entry);
  const ort: WebOrt = await (address
    ? import(/* @vite-ignore */ /* webpackIgnore: true */ address)
    : import('onnxruntime-web/wasm')
  ).catch(missing(address));
  const file = addressOf(binary);
  if (fused && file) await fuseProducts(ort, () => bytesAt(file)).catch(missing(file));
  return wasmRuntime(ort, { device, threads });
}

async function bytesAt(address: string): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`the server answers ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}
