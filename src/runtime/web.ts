/** ONNX Runtime's WebAssembly build: this file and `web-page.ts` are the only ones that import onnxruntime-web. */
import { HillockError } from '../errors.ts';
import { cannotOpen, ortSession, type TensorConstructor } from './ort.ts';
import type { Runtime } from './runtime.ts';

let creating: Promise<unknown> = Promise.resolve();

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
  return wasmRuntime(ort, options.threads ?? 1);
}

/** The runtime of a module that was loaded. */
export function wasmRuntime(ort: WebOrt, threads: number): Runtime {
  ort.env.wasm.numThreads = threads;
  return {
    name: 'onnxruntime-web',
    device: 'wasm',
    threads,
    loops: true,
    async open(model) {
      const create = () =>
        ort.InferenceSession.create(model, {
          executionProviders: ['wasm'],
          graphOptimizationLevel: 'all',
          logSeverityLevel: 4,
          extra: { session: { set_denormal_as_zero: '1' } },
        });
      const session = creating.then(create, create);
      creating = session.catch(() => undefined);
      try {
        return ortSession(await session, ort.Tensor as unknown as TensorConstructor);
      } catch (cause) {
        throw cannotOpen('ONNX Runtime (WebAssembly)', cause);
      }
    },
  };
}
