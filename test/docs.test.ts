import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

test('the printed pages agree with the records', async () => {
  const root = fileURLToPath(new URL('..', import.meta.url));
  const { stderr } = await promisify(execFile)(process.execPath, ['scripts/docs.mjs', '--check'], { cwd: root });
  expect(stderr).toBe('');
});
