/** ONNX Runtime's native CPU build in Node: the only file that imports onnxruntime-node. */
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { HillockError } from '../errors.ts';
import { cannotOpen, ortSession, type TensorConstructor } from './ort.ts';
import type { Runtime } from './runtime.ts';

export interface NodeOptions {
  readonly threads?: number;
  /** Whether threads that wait keep their core busy: quicker while programs run without a pause, a waste for one run (default true). */
  readonly spin?: boolean;
  /** The beginning of the paths to which a profile of every program is written. */
  readonly profile?: string;
}

/** The native runtime; throws `HillockError` kind `device` where this platform has no binary. */
export async function nodeRuntime(options: NodeOptions = {}): Promise<Runtime> {
  const threads = options.threads ?? availableParallelism();
  sendNothingHome();
  let ort: typeof import('onnxruntime-node');
  try {
    // Not `import()`, which reads the whole of a CommonJS package for the names it might export.
    ort = createRequire(import.meta.url)('onnxruntime-node');
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
          extra: {
            session: {
              set_denormal_as_zero: '1',
              intra_op: { allow_spinning: options.spin === false ? '0' : '1' },
            },
          },
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
