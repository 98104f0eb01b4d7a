/** Keeps two trainings out of one folder. Node only. */
import { mkdir, mkdtemp, readdir, readFile, rm, rmdir, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { cannotWrite, HillockError } from '../errors.ts';
import { runFiles } from '../model/index.ts';

/** Makes a folder and those above it; one at a time, because some file systems (/proc) send a recursive call in circles. */
export async function makeFolder(path: string): Promise<void> {
  const parent = dirname(resolve(path));
  try {
    await mkdir(path);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' && parent !== resolve(path)) {
      if (!(await isFolder(parent))) await makeFolder(parent);
      await mkdir(path).catch(async (again: unknown) => {
        if (!(await isFolder(path))) throw cannotWrite(path, again);
      });
    } else if (code !== 'EEXIST' || !(await isFolder(path))) throw cannotWrite(path, cause);
  }
}

const isFolder = async (path: string): Promise<boolean> =>
  (await stat(path).catch(() => undefined))?.isDirectory() ?? false;

/** Removes what a run left that failed before it had anything to keep; a folder with other files stays. */
export async function forgetRun(folder: string): Promise<void> {
  if (await isFile(join(folder, runFiles.state))) return;
  await rm(join(folder, runFiles.plan), { force: true });
  await rmdir(placeOf(folder)).catch(() => undefined);
  await rmdir(folder).catch(() => undefined);
}

const isFile = async (path: string): Promise<boolean> => (await stat(path).catch(() => undefined))?.isFile() ?? false;

const attempts = 5;

/**
 * Takes a run folder for one training and gives the way to release it; refuses while another has it.
 *
 * Each claim is a folder with a name of its own that tells who made it. Whoever claims looks for others afterwards and
 * goes on only alone; of those who come at the same moment all but the first by name withdraw. A claim that was left
 * behind is removed by its name, which nobody makes again.
 */
export async function lockRun(folder: string): Promise<() => Promise<void>> {
  let claim: string | undefined;
  for (let attempt = 1; ; attempt++) {
    const own = claim ?? (await claimIn(folder));
    const others = (await liveClaims(placeOf(folder))).filter(path => path !== own);
    if (others.length === 0) return () => releaseIn(folder, own);
    const last = attempt === attempts;
    claim = last || others.some(path => path < own) ? undefined : own;
    if (claim === undefined) await rmdir(own);
    if (last) {
      throw new HillockError(
        'usage',
        `another run is training in ${folder} at this moment`,
        `wait for it, or choose another folder with --out; if there is none, delete ${others[0]}`,
      );
    }
    // Who withdrew is away when the other looks again.
    await setTimeout((claim ? 20 : 50) * attempt);
  }
}

async function claimIn(folder: string): Promise<string> {
  const name = `${prefix}${process.pid}-${now()}-${encodeURIComponent(hostname())}-`;
  for (let attempt = 1; ; attempt++) {
    await makeFolder(placeOf(folder));
    try {
      return await mkdtemp(join(placeOf(folder), name));
    } catch (cause) {
      // Whoever released it just now took the empty folder away.
      if ((cause as NodeJS.ErrnoException).code !== 'ENOENT' || attempt === attempts) throw cannotWrite(folder, cause);
    }
  }
}

/** Takes a claim away, and the folders that nothing was written to. */
async function releaseIn(folder: string, claim: string): Promise<void> {
  for (const path of [claim, placeOf(folder), folder]) await rmdir(path).catch(() => undefined);
}

/** Whether a process that is alive trains in this folder. */
export const isTraining = (folder: string): Promise<boolean> =>
  liveClaims(placeOf(folder)).then(
    claims => claims.length > 0,
    () => false,
  );

/** Milliseconds on a clock that goes on evenly when someone sets the time. */
const now = (): number => Math.round(performance.timeOrigin + performance.now());

/** The process that trains in this folder; undefined where none does, or where it is one of another machine. */
export async function trainerOf(folder: string): Promise<number | undefined> {
  const claims = await liveClaims(placeOf(folder)).catch(() => []);
  const own = claims.map(path => partsOf(basename(path))).find(({ host }) => host === encodeURIComponent(hostname()));
  return own && Number(own.pid);
}

const prefix = 'lock-';

const partsOf = (name: string) => {
  const [, pid = '', made = '', host = ''] = name.match(/^lock-(\d+)-(\d+)-(.*)-[^-]*$/) ?? [];
  return { pid, made, host };
};
const placeOf = (folder: string): string => join(folder, dirname(runFiles.plan));

/** The claims on a folder whose makers live; those of the dead are removed. */
async function liveClaims(place: string): Promise<readonly string[]> {
  const names = (await readdir(place)).filter(name => name.startsWith(prefix));
  const claims = await Promise.all(names.map(async name => ({ path: join(place, name), live: await isLive(name) })));
  await Promise.all(claims.filter(({ live }) => !live).map(({ path }) => rmdir(path).catch(() => undefined)));
  return claims.filter(({ live }) => live).map(({ path }) => path);
}

/** Whether the maker of a claim lives, as far as this machine can tell. */
async function isLive(name: string): Promise<boolean> {
  const { pid, made, host } = partsOf(name);
  if (host !== encodeURIComponent(hostname())) return true;
  if (Number(pid) !== process.pid) return isAlive(Number(pid));
  // Made since this process began, by this thread or by another; or by an earlier process that had its number.
  return Number(made) >= Math.floor(now() - process.uptime() * 1000);
}

/** Whether a process lives; where the system tells what it runs, it must be Node. */
async function isAlive(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => undefined);
  return command === undefined || /node|hillock/.test(command);
}
