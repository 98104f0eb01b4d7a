/** Without any network: a namespace of its own in which loopback is all there is. */
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { root } from '../cli/hillock.ts';
import { browserPath, patience } from '../web/browser.ts';
import { emptyFolder } from './studio.ts';

const cut = (script: string, ...args: readonly string[]) =>
  spawnSync('unshare', ['-rn', 'sh', '-c', `ip link set lo up && ${script}`, 'sh', ...args], {
    encoding: 'utf8',
    timeout: 170_000,
  });
const can = process.platform === 'linux' && cut('true').status === 0;

let chromium = '';
beforeAll(async () => {
  if (can) chromium = await browserPath();
}, patience);

test.skipIf(!can)(
  'cut from the network (Linux with unshare and ip): learns in the page and on the machine',
  () => {
    const folder = emptyFolder();
    try {
      const script = join(root, 'test/studio/offline.case.mjs');
      const { stdout, stderr, status } = cut('exec "$@"', process.execPath, script, folder, chromium);
      expect(status, stderr).toBe(0);
      const told = JSON.parse(stdout) as { outside: string; state: string; wrong: string[]; hosts: string[] };
      expect(told.outside).toBe('ENETUNREACH');
      expect(told.state).toBe('finished');
      expect(told.wrong).toEqual([]);
      expect(told.hosts.every(host => host === '127.0.0.1' || host === 'localhost' || host === '')).toBe(true);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
  180_000,
);
