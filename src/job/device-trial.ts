/** Whether a device is there, tried in a process of its own: `node device-trial.js DEVICE` writes what it found as JSON. */
import { HillockError } from '../errors.ts';
import { tryRuntime } from '../runtime/trial.ts';
import { type Device, runtimeFor } from './device.ts';

export type Trial =
  | { readonly ok: true; readonly milliseconds: number }
  | { readonly ok: false; readonly why: string; readonly advice: string | undefined };

async function trial(device: Device): Promise<Trial> {
  try {
    const notices: string[] = [];
    const runtime = await runtimeFor(device, { threads: 1, notice: message => notices.push(message) });
    if (notices.length > 0) return { ok: false, why: notices.join('; '), advice: undefined };
    const began = performance.now();
    await tryRuntime(runtime);
    return { ok: true, milliseconds: performance.now() - began };
  } catch (error) {
    const advice = error instanceof HillockError ? error.hint : undefined;
    return { ok: false, why: error instanceof Error ? error.message : String(error), advice };
  }
}

void trial(process.argv[2] as Device).then(found =>
  process.stdout.write(`\n${JSON.stringify(found)}\n`, () => process.exit(0)),
);
