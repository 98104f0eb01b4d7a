/** ONNX Runtime's native build in Node: the only file that imports onnxruntime-node. */
import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { HillockError } from '../errors.ts';
import { deviceRecords } from './devices.ts';
import { cannotOpen, oneAtATime, ortSession, type TensorConstructor } from './ort.ts';
import type { Runtime } from './runtime.ts';

export interface NodeOptions {
  /** Where it runs; what a GPU cannot do is done by the processor (default `cpu`). */
  readonly device?: 'cpu' | 'webgpu' | 'cuda';
  readonly threads?: number;
  /** Whether threads that wait keep their core busy: quicker while programs run without a pause, a waste for one run (default true). */
  readonly spin?: boolean;
  /** The beginning of the paths to which a profile of every program is written. */
  readonly profile?: string;
}

const require = createRequire(import.meta.url);

/** The native runtime; throws `HillockError` kind `device` where this platform has no binary, or not for this device. */
export async function nodeRuntime(options: NodeOptions = {}): Promise<Runtime> {
  const { device = 'cpu' } = options;
  const threads = options.threads ?? availableParallelism();
  sendNothingHome();
  let ort: typeof import('onnxruntime-node');
  try {
    // Not `import()`, which reads the whole of a CommonJS package for the names it might export.
    ort = require('onnxruntime-node');
  } catch (cause) {
    throw new HillockError(
      'device',
      `the native ONNX Runtime is not available on ${process.platform}-${process.arch}`,
      'use --device wasm, or run `hillock doctor` to see what is missing',
      { cause },
    );
  }
  const { loops, copies, blockedConvolutions } = deviceRecords[device];
  const Tensor = ort.Tensor as unknown as TensorConstructor;
  const create = async (model: Uint8Array, stays: boolean) => {
    try {
      return await ort.InferenceSession.create(model, {
        executionProviders: [device],
        intraOpNumThreads: threads,
        interOpNumThreads: 1,
        executionMode: 'sequential',
        graphOptimizationLevel: 'all',
        logSeverityLevel: 4,
        ...(stays ? { preferredOutputLocation: 'gpu-buffer' } : {}),
        ...(options.profile === undefined ? {} : { enableProfiling: true, profileFilePrefix: options.profile }),
        extra: {
          session: {
            set_denormal_as_zero: '1',
            intra_op: { allow_spinning: options.spin === false ? '0' : '1' },
          },
        },
      });
    } catch (cause) {
      throw cannotOpen('ONNX Runtime', cause);
    }
  };
  const runtime: Runtime = {
    name: 'onnxruntime-node',
    device,
    threads,
    copies,
    blockedConvolutions,
    open: async model => ortSession(await create(model, false), Tensor),
    ...(loops
      ? {}
      : {
          openStep: async model => (await import('./stepper.ts')).ortStepper(model, { Tensor, create }, oneAtATime()),
        }),
  };
  if (device !== 'cpu') await present(runtime);
  return runtime;
}

/** Throws `HillockError` kind `device` where a device other than the processor is not there. */
async function present(runtime: Runtime): Promise<void> {
  const { platforms, library, advice } = deviceRecords[runtime.device];
  const place = `${process.platform}-${process.arch}`;
  const missing = (why: string, cause?: unknown): HillockError =>
    new HillockError('device', `${runtime.device} is not available: ${why}`, advice, { cause });
  if (platforms?.includes(place) === false)
    throw missing(`onnxruntime-node brings it for ${platforms.join(', ')}, not for ${place}`);
  const folder = binaries();
  if (library !== undefined && !existsSync(join(folder, library))) {
    const found = readdirSync(folder).filter(name => /^libonnxruntime/.test(name));
    throw missing(`onnxruntime-node has no ${library}, only ${found.join(', ')}`);
  }
  try {
    await (await import('./trial.ts')).tryRuntime(runtime);
  } catch (cause) {
    throw missing(reasonOf(cause), cause);
  }
}

/** The folder with the binaries of onnxruntime-node for this machine. */
const binaries = (): string =>
  join(dirname(require.resolve('onnxruntime-node/package.json')), 'bin', 'napi-v6', process.platform, process.arch);

/** What ONNX Runtime says, without the lines of its own source. */
const reasonOf = (cause: unknown): string =>
  (cause instanceof Error ? cause.message : String(cause))
    .replace(/^ONNX Runtime cannot open this model: /, '')
    .replace(/^\/\S+\.cc:\d+ .* was false\. /, '')
    .trim();

/** ONNX Runtime tells its maker how it is used unless this is set when it starts; a person who wants that sets it to 0. */
function sendNothingHome(): void {
  process.env.ORT_DISABLE_TELEMETRY ??= '1';
}
