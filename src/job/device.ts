import { HillockError } from '../errors.ts';
import type { Runtime } from '../runtime/index.ts';

/** Where programs run in Node. */
export const devices = ['cpu', 'wasm'] as const;
export type Device = (typeof devices)[number];

/** The runtime of a device; `cpu` falls back to WebAssembly where the platform has no native build, and `notice` hears of it. */
export async function runtimeFor(
  device: Device,
  options: { threads?: number | undefined; spin?: boolean; notice?: (message: string) => void } = {},
): Promise<Runtime> {
  const { threads, spin = true, notice } = options;
  const threading = threads === undefined ? {} : { threads };
  if (device === 'wasm') return (await import('../runtime/web.ts')).webRuntime(threading);
  try {
    return await (await import('../runtime/node.ts')).nodeRuntime({ ...threading, spin });
  } catch (error) {
    if (!(error instanceof HillockError) || error.kind !== 'device') throw error;
    notice?.(`${error.message}: going on with WebAssembly, which is slower`);
    return (await import('../runtime/web.ts')).webRuntime();
  }
}
