/** ONNX Runtime's WebAssembly build: this file and `web-page.ts` are the only ones that import onnxruntime-web. */
import { HillockError } from '../errors.ts';
import { cannotOpen, oneAtATime, ortSession, type TensorConstructor } from './ort.ts';
import type { Runtime } from './runtime.ts';

/** Sessions are made one at a time; on WebGPU, whose waits are woven into the code, nothing else runs meanwhile either. */
const inTurn = oneAtATime();

export type WebOrt = typeof import('onnxruntime-web');

/** The WebAssembly runtime in Node; throws `HillockError` kind `device` when the module cannot be loaded. */
export async function webRuntime(options: { threads?: number } = {}): Promise<Runtime> {
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
  return wasmRuntime(ort, { device: 'wasm', threads: options.threads ?? 1 });
}

export interface WasmOptions {
  /** What runs what it can; the rest runs on the processor, by WebAssembly. */
  readonly device: 'wasm' | 'webgpu';
  readonly threads: number;
}

/** The runtime of a module that was loaded. */
export function wasmRuntime(ort: WebOrt, { device, threads }: WasmOptions): Runtime {
  ort.env.wasm.numThreads = threads;
  return {
    name: 'onnxruntime-web',
    device,
    threads,
    loops: device === 'wasm',
    blockedConvolutions: false,
    async open(model) {
      const create = () =>
        ort.InferenceSession.create(model, {
          executionProviders: [device],
          graphOptimizationLevel: 'all',
          logSeverityLevel: 4,
          extra: { session: { set_denormal_as_zero: '1' } },
        });
      try {
        const session = await inTurn(create);
        return ortSession(
          session,
          ort.Tensor as unknown as TensorConstructor,
          device === 'webgpu' ? inTurn : undefined,
        );
      } catch (cause) {
        throw cannotOpen(`ONNX Runtime (${device === 'wasm' ? 'WebAssembly' : 'WebGPU'})`, cause);
      }
    },
  };
}
