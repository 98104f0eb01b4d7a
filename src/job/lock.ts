/** Keeps two trainings out of one folder. Node only. */
import { mkdir, open, readFile, rm, rmdir, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { cannotWrite, HillockError } from '../errors.ts';
import { runFiles } from '../model/index.ts';

const lockFile = join('checkpoint', 'lock');

/** Makes a folder and those above it; one at a time, because some file systems (/proc) send a recursive call in circles. */
export async function makeFolder(path: string): Promise<void> {
  const parent = dirname(resolve(path));
  try {
    await mkdir(path);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' && parent !== resolve(path) && !(await isFolder(parent))) {
      await makeFolder(parent);
      await mkdir(path).catch((again: unknown) => {
        throw cannotWrite(path, again);
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
  await rmdir(join(folder, dirname(lockFile))).catch(() => undefined);
  await rmdir(folder).catch(() => undefined);
}

const isFile = async (path: string): Promise<boolean> => (await stat(path).catch(() => undefined))?.isFile() ?? false;

/** Takes a run folder for this process and gives the way to release it; refuses while another process has it. */
export async function lockRun(folder: string): Promise<() => Promise<void>> {
  const path = join(folder, lockFile);
  await makeFolder(dirname(path));
  for (let attempt = 1; ; attempt++) {
    try {
      const file = await open(path, 'wx');
      try {
        await file.writeFile(`${process.pid} ${hostname()}\n`);
      } finally {
        await file.close();
      }
      return () => rm(path, { force: true });
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cannotWrite(path, cause);
      if (attempt > 3 || (await isHeld(path))) {
        throw new HillockError(
          'usage',
          `another run is training in ${folder} at this moment`,
          `wait for it, or choose another folder with --out; if there is none, delete ${path}`,
        );
      }
      await rm(path, { force: true });
    }
  }
}

/** Whether a process that is alive trains in this folder. */
export const isTraining = (folder: string): Promise<boolean> => isHeld(join(folder, lockFile));

async function isHeld(path: string): Promise<boolean> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return false;
  const [pid = '', host = ''] = text.trim().split(' ');
  if (host !== hostname()) return host !== '';
  return isAlive(Number(pid));
}

/** Whether a process lives; where the system tells what it runs, it must be Node. */
async function isAlive(pid: number): Promise<boolean> {
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => undefined);
  return command === undefined || /node|hillock/.test(command);
}
