/** A machine that refuses: no room, no permission. What was there stays, and training goes on when there is room again. */
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { countEvents, peopleCsv, signalled, workFolder } from '../cli/files.ts';
import { hillock, root } from '../cli/hillock.ts';
import { steady, weightsIn } from '../cli/weights.ts';

const work = workFolder();
const people = work.file('people.csv', peopleCsv(300));
afterAll(() => work.remove());

const options = [...steady, '--hidden', '64', '--epochs', '40'];

const leftOvers = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(name => /\.tmp$|lock-/.test(name));

/** Runs the command line where files may not grow beyond 4 KB. */
const cramped = (args: readonly string[]) =>
  spawnSync(
    'bash',
    ['-c', 'trap "" XFSZ; ulimit -f 4; exec "$@"', 'bash', process.execPath, join(root, 'bin/hillock.js'), ...args],
    { encoding: 'utf8', env: { PATH: process.env.PATH, LANG: 'C.UTF-8' } },
  );

describe.skipIf(process.platform === 'win32')('no room for a checkpoint', () => {
  const says = /^error: cannot write .*state\.safetensors: the file is too large/m;

  test('is said in words; nothing is left where nothing could be kept', () => {
    const out = join(work.path, 'full');
    const { status, stderr } = cramped(['train', people, ...options, '--out', out]);
    expect(stderr).toMatch(says);
    expect(stderr).not.toMatch(/\n {4}at /);
    expect(status).toBe(3);
    expect(existsSync(out)).toBe(false);
  });

  test('leaves the last one, from which training goes on when there is room', async () => {
    const whole = join(work.path, 'whole');
    expect(hillock(['train', people, ...options, '--out', whole]).code).toBe(0);
    const out = join(work.path, 'later');
    const { signal } = await signalled(
      ['train', people, ...options, '--out', out, '--json'],
      'SIGKILL',
      stdout => countEvents(stdout, 'checkpoint') >= 2,
    );
    expect(signal).toBe('SIGKILL');
    const { status, stderr } = cramped(['train', '--resume', out]);
    expect(stderr).toMatch(says);
    expect(status).toBe(3);
    expect(leftOvers(out)).toEqual([]);
    expect(hillock(['train', '--resume', out]).code).toBe(0);
    expect(weightsIn(out)).toEqual(weightsIn(whole));
  });
});

test.skipIf(process.getuid?.() === 0)('a folder that may not be written is named before training', () => {
  const folder = join(work.path, 'closed');
  mkdirSync(folder);
  chmodSync(folder, 0o500);
  const { code, stderr, stdout } = hillock(['train', people, ...options, '--out', join(folder, 'run')]);
  chmodSync(folder, 0o700);
  expect(stderr).toContain('permission denied');
  expect(stdout).not.toContain('training');
  expect(code).toBe(3);
});
