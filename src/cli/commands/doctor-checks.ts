import { execFile } from 'node:child_process';
import os from 'node:os';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { formatBytes } from '../../format.ts';
import type { Output } from '../output.ts';
import { styled, type Terminal } from '../terminal.ts';
import { padRight } from '../width.ts';

/** One thing looked at. */
export interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly found: string;
  /** What to do when it is not. */
  readonly advice: string | null;
}

/** Somewhere inside the package: from here its own packages are found. */
const inside = fileURLToPath(new URL('.', import.meta.url));

const native = 'onnxruntime-node';
const wasm = 'onnxruntime-web';

/** Looks at everything; native modules load in processes of their own, where a crash is an answer and not the end. */
export async function examine(out: Pick<Output, 'stdout' | 'stderr'>): Promise<Check[]> {
  const modules = await Promise.all([
    probe(native, nativeProbe, 'run npm ci again; without it training falls back to WebAssembly'),
    probe(wasm, wasmProbe, 'run npm ci again'),
    probe('DuckDB', duckProbe, 'run npm ci again; Parquet files cannot be read without it'),
    probe('sharp', sharpProbe, 'run npm install sharp; pictures (PNG, JPEG) cannot be read without it'),
  ]);
  return [node(), platform(), processors(), memory(), ...modules, terminal(out)];
}

/** Whether a runtime that executes programs loads. */
export function canTrain(checks: readonly Check[]): boolean {
  return checks.some(({ name, ok }) => ok && (name === native || name === wasm));
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

function node(): Check {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const ok = major > 20 || (major === 20 && minor >= 19);
  return { name: 'Node', ok, found: process.versions.node, advice: ok ? null : 'install Node 20.19 or newer' };
}

function platform(): Check {
  return { name: 'platform', ok: true, found: `${process.platform} ${process.arch}, ${os.release()}`, advice: null };
}

function processors(): Check {
  const model = os.cpus()[0]?.model.trim() ?? 'unknown model';
  return { name: 'cores', ok: true, found: `${os.availableParallelism()} (${model})`, advice: null };
}

function memory(): Check {
  const limit = process.constrainedMemory();
  const total = limit > 0 && limit < os.totalmem() ? limit : os.totalmem();
  return { name: 'memory', ok: true, found: `${formatBytes(total)}, ${formatBytes(os.freemem())} free`, advice: null };
}

function terminal({ stdout, stderr }: Pick<Output, 'stdout' | 'stderr'>): Check {
  const traits = [
    stdout.interactive ? `${stdout.columns} columns` : 'stdout is no terminal',
    stdout.unicode ? 'UTF-8' : 'ASCII only',
    stdout.colour ? 'colour' : 'no colour',
    stderr.interactive ? 'progress line' : 'progress as plain lines',
  ];
  return { name: 'terminal', ok: true, found: traits.join(', '), advice: null };
}

const nativeProbe = `
const ort = await import('onnxruntime-node');
const providers = ort.listSupportedBackends().filter(({ name }) => name === 'cpu').map(({ name }) => name);
process.stdout.write(ort.env.versions.node + ', ' + providers.join(', '));`;

const wasmProbe = `
const ort = await import('onnxruntime-web');
process.stdout.write(ort.env.versions.web + ', wasm');`;

const duckProbe = `
const duck = await import('@duckdb/node-api');
process.stdout.write(duck.version());`;

const sharpProbe = `
const { default: sharp } = await import('sharp');
process.stdout.write(sharp.versions.sharp + ', libvips ' + sharp.versions.vips);`;

async function probe(name: string, script: string, advice: string): Promise<Check> {
  try {
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], {
      cwd: inside,
      timeout: 30_000,
    });
    return { name, ok: true, found: stdout, advice: null };
  } catch (error) {
    return { name, ok: false, found: `does not load: ${reason(error)}`, advice };
  }
}

function reason(error: unknown): string {
  const { stderr, signal, killed } = error as { stderr?: unknown; signal?: unknown; killed?: unknown };
  if (killed === true) return 'no answer in 30 seconds';
  const line = String(stderr ?? '').match(/^\w*Error.*$/m)?.[0];
  return line ?? (signal ? `ended by ${String(signal)}` : 'unknown reason');
}
