/** ONNX Runtime's WebAssembly build, wherever it was loaded. */
import { HillockError } from '../errors.ts';
import { fusesMultiplyAdds, withFusedProducts } from './fused-products.ts';
import { cannotOpen, oneAtATime, ortSession, type TensorConstructor } from './ort.ts';
import type { Runtime } from './runtime.ts';

/** Sessions are made one at a time; on WebGPU, whose waits are woven into the code, nothing else runs meanwhile either. */
const inTurn = oneAtATime();

export type WebOrt = typeof import('onnxruntime-web');

/** Modules that were asked to. */
const fusing = new WeakMap<WebOrt, Promise<void>>();

/**
 * Has a module that has not started yet multiply and add at once, where this engine can; `read` gives its WebAssembly. Throws where that cannot
 * be read, or is none.
 */
export function fuseProducts(ort: WebOrt, read: () => Promise<Uint8Array<ArrayBuffer>>): Promise<void> {
  const fused = fusing.get(ort) ?? (fusesMultiplyAdds() ? readFused(ort, read) : Promise.resolve());
  fusing.set(ort, fused);
  fused.catch(() => fusing.delete(ort));
  return fused;
}

async function readFused(ort: WebOrt, read: () => Promise<Uint8Array<ArrayBuffer>>): Promise<void> {
  ort.env.wasm.wasmBinary = withFusedProducts(await read());
}

export interface WasmOptions {
  /** What runs what it can; the rest runs on the processor, by WebAssembly. */
  readonly device: 'wasm' | 'webgpu';
  readonly threads: number;
}

/** The runtime of a module that was loaded. */
export function wasmRuntime(ort: WebOrt, { device, threads }: WasmOptions): Runtime {
  ort.env.wasm.numThreads = threads;
  const Tensor = ort.Tensor as unknown as TensorConstructor;
  const create = async (model: Uint8Array, stays: boolean) => {
    try {
      const session = await inTurn(() =>
        ort.InferenceSession.create(model, {
          executionProviders: [device],
          graphOptimizationLevel: 'all',
          // Off unless asked for: then each result is allocated anew, and the heap comes apart in seconds.
          enableCpuMemArena: true,
          enableMemPattern: true,
          logSeverityLevel: 4,
          ...(stays ? { preferredOutputLocation: 'gpu-buffer' } : {}),
          extra: { session: { set_denormal_as_zero: '1' } },
        }),
      );
      // It has started: the file is not needed again.
      delete ort.env.wasm.wasmBinary;
      return session;
    } catch (cause) {
      // What ONNX Runtime says where its own file is missing or is none.
      if (String(cause).includes('no available backend'))
        throw new HillockError('device', `ONNX Runtime does not start: ${String(cause)}`, 'is its .wasm file there?', {
          cause,
        });
      throw cannotOpen(`ONNX Runtime (${device === 'wasm' ? 'WebAssembly' : 'WebGPU'})`, cause);
    }
  };
  const common = { name: 'onnxruntime-web', device, threads, copies: true, blockedConvolutions: false } as const;
  if (device === 'wasm') return { ...common, open: async model => ortSession(await create(model, false), Tensor) };
  return {
    ...common,
    open: async model => ortSession(await create(model, false), Tensor, inTurn),
    openStep: async model => (await import('./stepper.ts')).ortStepper(model, { Tensor, create }, inTurn),
  };
}
