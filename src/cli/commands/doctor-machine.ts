/** What doctor sees of the machine itself. */
import { constants } from 'node:fs';
import { access, mkdir, readFile, rm, statfs, writeFile } from 'node:fs/promises';
import os from 'node:os';
import { dirname, join } from 'node:path';
import { cacheFolder } from '../../data/downloads.ts';
import { formatBytes } from '../../format.ts';
import type { Output } from '../output.ts';
import type { Check } from './doctor-check.ts';

const seen = (name: string, found: string): Check => ({ name, ok: true, found, advice: null });

export function node(): Check {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const ok = major > 20 || (major === 20 && minor >= 19);
  return { name: 'Node', ok, found: process.versions.node, advice: ok ? null : 'install Node 20.19 or newer' };
}

export const platform = (): Check => seen('platform', `${process.platform} ${process.arch}, ${os.release()}`);

/** What makes products quick, newest last. */
const telling = ['avx', 'avx2', 'fma', 'avx512f', 'avx512_vnni', 'avx512_bf16', 'amx_tile', 'asimd', 'bf16', 'sve'];

export async function processors(): Promise<Check> {
  const model = os.cpus()[0]?.model.trim() ?? 'unknown model';
  const told = await readFile('/proc/cpuinfo', 'utf8').catch(() => '');
  const flags = new Set(
    told
      .match(/^(?:flags|Features)\s*:(.*)$/m)?.[1]
      ?.trim()
      .split(/\s+/),
  );
  const has = telling.filter(name => flags.has(name));
  return seen(
    'cores',
    [`${os.availableParallelism()} (${model})`, ...(has.length > 0 ? [has.join(' ')] : [])].join(', '),
  );
}

export function memory(): Check {
  const limit = process.constrainedMemory();
  const total = limit > 0 && limit < os.totalmem() ? limit : os.totalmem();
  return seen('memory', `${formatBytes(total)}, ${formatBytes(os.freemem())} free`);
}

/** Below this a run folder with its checkpoints may not fit. */
const littleDisk = 1e9;

export async function disk(): Promise<Check> {
  const folder = process.cwd();
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  const writable = await access(folder, constants.W_OK).then(
    () => true,
    () => false,
  );
  const found = `${formatBytes(free)} free, ${folder} ${writable ? 'can' : 'cannot'} be written`;
  const advice = !writable
    ? 'run in a folder of yours, or name one with --out'
    : free < littleDisk
      ? 'make room, or name a folder on another disk with --out'
      : null;
  return { name: 'disk', ok: advice === null, found, advice };
}

/** Whether fetched data sets can be kept. */
export async function cache(): Promise<Check> {
  const folder = cacheFolder();
  const trace = join(folder, `.doctor-${process.pid}`);
  try {
    const made = await mkdir(folder, { recursive: true });
    await writeFile(trace, '');
    await rm(trace);
    if (made !== undefined) await rm(made, { recursive: true });
    return seen('cache', folder);
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code ?? String(error);
    return {
      name: 'cache',
      ok: false,
      found: `${folder} cannot be written (${why})`,
      advice: `make ${dirname(folder)} writable, or name another folder in HILLOCK_CACHE; data sets cannot be fetched without it`,
    };
  }
}

export function terminal({ stdout, stderr }: Pick<Output, 'stdout' | 'stderr'>): Check {
  const traits = [
    stdout.interactive ? `${stdout.columns} columns` : 'stdout is no terminal',
    stdout.unicode ? 'UTF-8' : 'ASCII only',
    stdout.colour ? 'colour' : 'no colour',
    stderr.interactive ? 'progress line' : 'progress as plain lines',
  ];
  return seen('terminal', traits.join(', '));
}
