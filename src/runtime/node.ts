/** ONNX Runtime's native CPU build in Node: the only file that imports onnxruntime-node. */
import { availableParallelism } from 'node:os';
import { HillockError } from '../errors.ts';
import { cannotOpen, ortSession, type TensorConstructor } from './ort.ts';
import type { Runtime } from './runtime.ts';

/** The native runtime; `profile` is the beginning of the paths to which it writes a profile of every program. Throws `HillockError` kind `device` where this platform has no binary. */
export async function nodeRuntime(options: { threads?: number; profile?: string } = {}): Promise<Runtime> {
  const threads = options.threads ?? availableParallelism();
  sendNothingHome();
  let ort: typeof import('onnxruntime-node');
  try {
    ort = await import('onnxruntime-node');
  } catch (cause) {
    throw new HillockError(
      'device',
      `the native ONNX Runtime is not available on ${process.platform}-${process.arch}`,
      'use --device wasm, or run `hillock doctor` to see what is missing',
      { cause },
    );
  }
  return {
    name: 'onnxruntime-node',
    device: 'cpu',
    threads,
    loops: true,
    async open(model) {
      try {
        const session = await ort.InferenceSession.create(model, {
          executionProviders: ['cpu'],
          intraOpNumThreads: threads,
          interOpNumThreads: 1,
          executionMode: 'sequential',
          graphOptimizationLevel: 'all',
          logSeverityLevel: 4,
          ...(options.profile === undefined ? {} : { enableProfiling: true, profileFilePrefix: options.profile }),
          extra: { session: { set_denormal_as_zero: '1' } },
        });
        return ortSession(session, ort.Tensor as unknown as TensorConstructor);
      } catch (cause) {
        throw cannotOpen('ONNX Runtime', cause);
      }
    },
  };
}

/** ONNX Runtime tells its maker how it is used unless this is set when it starts; a person who wants that sets it to 0. */
function sendNothingHome(): void {
  process.env.ORT_DISABLE_TELEMETRY ??= '1';
}
