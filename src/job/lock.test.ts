import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { isTraining, lockRun } from './lock.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hillock-lock-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const built = new URL('../../dist/rooms/job/lock.js', import.meta.url).href;

/** A claim as a process leaves it that was killed. */
function leave(run: string, pid: number, made = 0, host = hostname()): string {
  const claim = join(run, 'checkpoint', `lock-${pid}-${made}-${encodeURIComponent(host)}-abc123`);
  mkdirSync(claim, { recursive: true });
  return claim;
}

/** The number of a process that has ended. */
const dead = (): number => spawnSync(process.execPath, ['-e', '0']).pid;

test('one at a time in one process; free again after it, without a trace', async () => {
  const run = join(folder, 'run');
  expect(await isTraining(run)).toBe(false);
  const release = await lockRun(run);
  expect(await isTraining(run)).toBe(true);
  await expect(lockRun(run)).rejects.toMatchObject({ kind: 'usage', message: expect.stringContaining(run) });
  await release();
  expect(existsSync(run)).toBe(false);
  await (await lockRun(run))();
});

test.each([-1, 1])('a clock that is set %i days off does not free what is taken', async days => {
  const release = await lockRun(folder);
  const real = Date.now();
  vi.spyOn(Date, 'now').mockReturnValue(real + days * 86_400_000);
  try {
    expect(await isTraining(folder)).toBe(true);
    await expect(lockRun(folder)).rejects.toMatchObject({ kind: 'usage' });
  } finally {
    vi.restoreAllMocks();
    await release();
  }
});

test('what a dead process left is taken away; what may live on is not', async () => {
  leave(folder, dead());
  leave(folder, process.pid, 1000);
  await (await lockRun(folder))();
  for (const claim of [leave(folder, process.pid, Date.now()), leave(folder, dead(), 0, 'another-machine')]) {
    await expect(lockRun(folder)).rejects.toMatchObject({ hint: expect.stringContaining(claim) });
    rmSync(claim, { recursive: true });
  }
});

test('of many that come at once over what dead processes left, never two have it at a time', async () => {
  const rounds = 30;
  const gone = dead();
  for (let round = 0; round < rounds; round++) leave(join(folder, `run${round}`), gone);
  const script = `
    import { mkdir, rmdir } from 'node:fs/promises';
    import { setTimeout } from 'node:timers/promises';
    const { lockRun } = await import(${JSON.stringify(built)});
    const begin = Number(process.argv[1]);
    let had = 0;
    await setTimeout(begin - Date.now());
    for (let round = 0; round < ${rounds}; round++) {
      const run = ${JSON.stringify(folder)} + '/run' + round;
      const release = await lockRun(run).catch(() => undefined);
      if (!release) continue;
      had++;
      await mkdir(run + '/alone');
      await setTimeout(2);
      await rmdir(run + '/alone');
      await release();
    }
    console.log(had);`;
  const begin = String(Date.now() + 1500);
  const children = Array.from({ length: 4 }, () =>
    spawn(process.execPath, ['--input-type=module', '--eval', script, begin], { stdio: ['ignore', 'pipe', 'inherit'] }),
  );
  const ended = children.map(async child => {
    let had = '';
    child.stdout.on('data', chunk => (had += String(chunk)));
    expect(await new Promise(resolve => child.once('close', resolve))).toBe(0);
    return Number(had);
  });
  const had = await Promise.all(ended);
  expect(had.reduce((a, b) => a + b)).toBeGreaterThan(rounds / 2);
  expect(readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(path => path.includes('lock-'))).toEqual([]);
});
