import { HillockError } from '../../errors.ts';
import { type Device, devices } from '../../job/device.ts';
import { deviceRecords } from '../../runtime/index.ts';
import { version } from '../../version.ts';
import type { Output } from '../output.ts';
import { styled, type Terminal } from '../terminal.ts';
import { padRight } from '../width.ts';
import type { Check } from './doctor-check.ts';
import { cache, disk, memory, node, platform, processors, terminal } from './doctor-machine.ts';
import { deviceCheck, firstThatRuns, packageCheck } from './doctor-processes.ts';

/** What of ONNX Runtime was built in, whether or not this machine has what it needs. */
const native = `
process.env.ORT_DISABLE_TELEMETRY ??= '1';
const ort = await import('onnxruntime-node');
const providers = ort.listSupportedBackends().map(({ name, bundled }) => (bundled ? name : name + ' (not bundled)'));
process.stdout.write(ort.env.versions.node + ', providers ' + providers.join(', '));`;

const wasm = `
const ort = await import('onnxruntime-web');
process.stdout.write(ort.env.versions.web + ', wasm');`;

const duck = `
const duck = await import('@duckdb/node-api');
process.stdout.write(duck.version());`;

const pictures = `
const { default: sharp } = await import('sharp');
process.stdout.write(sharp.versions.sharp + ', libvips ' + sharp.versions.vips);`;

/** Looks at everything; native modules load in processes of their own, where a crash is an answer and not the end. */
export async function examine(out: Pick<Output, 'stdout' | 'stderr'>): Promise<Check[]> {
  const beside = await Promise.all([
    packageCheck('onnxruntime-node', native, deviceRecords.cpu.advice),
    packageCheck('onnxruntime-web', wasm, deviceRecords.wasm.advice),
    ...devices.map(deviceCheck),
    packageCheck('DuckDB', duck, 'run npm ci again; Parquet files cannot be read without it'),
    packageCheck('sharp', pictures, 'run npm install sharp; pictures (PNG, JPEG) cannot be read without it'),
    pytorch(),
    browser(),
  ]);
  const machine = [node(), platform(), await processors(), memory(), await disk(), await cache()];
  return [{ name: 'hillock', ok: true, found: version, advice: null }, ...machine, ...beside, terminal(out)];
}

/** Whether a processor executes programs here, natively or by WebAssembly. */
export function canTrain(checks: readonly Check[]): boolean {
  const able: readonly Device[] = ['cpu', 'wasm'];
  return checks.some(({ name, ok }) => ok && able.some(device => device === name));
}

/** The checks, one a line, with advice under what is missing. */
export function checkupText(checks: readonly Check[], screen: Terminal): string {
  const width = Math.max(...checks.map(({ name }) => name.length));
  return checks
    .map(({ name, ok, found, advice }) => {
      const verdict = ok ? styled('ok     ', 'green', screen) : styled('missing', 'red', screen);
      const line = `${verdict}  ${padRight(name, width)}  ${found}`;
      return ok || !advice ? line : `${line}\n${' '.repeat(width + 11)}${advice}`;
    })
    .join('\n');
}

/** Where `--engine torch` would train. */
async function pytorch(): Promise<Check> {
  const { atLeast, findTorch, torchStrategies, torchVersion } = await import('../../engines/torch/index.ts');
  try {
    const found = await findTorch();
    const able = torchStrategies.filter(({ since }) => atLeast(torchVersion(found), since));
    const traits = [
      `${found.torch} of ${found.command}`,
      found.gpus > 0 ? `${found.gpus} GPUs` : 'no GPU',
      `strategies ${able.map(({ name }) => name).join(', ')}`,
    ];
    return { name: 'PyTorch', ok: true, found: traits.join(', '), advice: null };
  } catch (error) {
    if (!(error instanceof HillockError)) throw error;
    return { name: 'PyTorch', ok: false, found: error.message, advice: error.hint ?? null };
  }
}

const browsers = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

async function browser(): Promise<Check> {
  const { CHROME_PATH } = process.env;
  const found = await firstThatRuns(CHROME_PATH ? [CHROME_PATH] : browsers);
  return found
    ? { name: 'Chromium', ok: true, found: `${found.version} (${found.command})`, advice: null }
    : {
        name: 'Chromium',
        ok: false,
        found: `none at ${(CHROME_PATH ? [CHROME_PATH] : browsers).join(', ')}`,
        advice:
          'install it (apt-get install chromium), or name it in CHROME_PATH; only tests and benches of pages drive it',
      };
}
