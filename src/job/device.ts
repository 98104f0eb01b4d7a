import { HillockError } from '../errors.ts';
import { deviceRecords, type Runtime } from '../runtime/index.ts';

/** Where programs run in Node. */
export type Device = Runtime['device'];
export const devices = Object.keys(deviceRecords) as Device[];

/**
 * The runtime of a device; `cpu` falls back to WebAssembly where the platform has no native build, and `notice` hears of it.
 * Throws `HillockError` kind `device` where it is not there.
 */
export async function runtimeFor(
  device: Device,
  options: { threads?: number | undefined; spin?: boolean; notice?: (message: string) => void } = {},
): Promise<Runtime> {
  const { threads, spin = true, notice } = options;
  const threading = threads === undefined ? {} : { threads };
  if (device === 'wasm') return (await import('../runtime/wasm-node.ts')).nodeWasmRuntime(threading);
  try {
    return await (await import('../runtime/node.ts')).nodeRuntime({ device, ...threading, spin });
  } catch (error) {
    if (device !== 'cpu' || !(error instanceof HillockError) || error.kind !== 'device') throw error;
    notice?.(`${error.message}: going on with WebAssembly, which is slower`);
    return (await import('../runtime/wasm-node.ts')).nodeWasmRuntime();
  }
}
