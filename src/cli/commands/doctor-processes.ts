/** What doctor learns from programs that run beside it, where a crash is an answer and not the end. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Device } from '../../job/device.ts';
import type { Trial } from '../../job/device-trial.ts';
import { deviceRecords } from '../../runtime/index.ts';
import type { Check } from './doctor-check.ts';

const run = promisify(execFile);
const patience = 60_000;

/** Somewhere inside the package: from here its own packages are found. */
const inside = fileURLToPath(new URL('.', import.meta.url));

/** Whether a small program runs on a device and gives the right numbers. */
export async function deviceCheck(device: Device): Promise<Check> {
  const { about, advice, package: name } = deviceRecords[device];
  const program = fileURLToPath(new URL('./device-trial.js', import.meta.url));
  try {
    const { stdout } = await run(process.execPath, [program, device], { cwd: inside, timeout: patience });
    const trial = JSON.parse(stdout.trim().split('\n').at(-1)!) as Trial;
    return trial.ok
      ? {
          name: device,
          ok: true,
          found: `${about}: ${name}, tried in ${Math.ceil(trial.milliseconds)} ms`,
          advice: null,
        }
      : { name: device, ok: false, found: trial.why, advice: trial.advice ?? advice };
  } catch (error) {
    return { name: device, ok: false, found: `${name} does not run: ${reason(error)}`, advice };
  }
}

/** What a script that loads a package writes; the package is missing where it fails. */
export async function packageCheck(name: string, script: string, advice: string): Promise<Check> {
  try {
    const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', script], {
      cwd: inside,
      timeout: patience,
    });
    return { name, ok: true, found: stdout, advice: null };
  } catch (error) {
    return { name, ok: false, found: `does not load: ${reason(error)}`, advice };
  }
}

function reason(error: unknown): string {
  const { stderr, signal, killed, code } = error as Readonly<Record<string, unknown>>;
  if (killed === true) return `no answer in ${patience / 1000} seconds`;
  const line = String(stderr ?? '').match(/^\w*Error.*$/m)?.[0];
  return line ?? (signal ? `ended by ${String(signal)}` : `ended with code ${String(code)}`);
}

/** The first of some programs that tells its version. */
export async function firstThatRuns(
  commands: readonly string[],
): Promise<{ readonly command: string; readonly version: string } | undefined> {
  for (const command of commands) {
    try {
      const { stdout } = await run(command, ['--version'], { timeout: patience });
      return { command, version: stdout.trim() };
    } catch {}
  }
  return undefined;
}
