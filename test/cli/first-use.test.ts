import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { workFolder } from './files.ts';
import { hillockIn } from './hillock.ts';

const work = workFolder();
afterAll(() => work.remove());
const run = (args: readonly string[], input = '') => hillockIn(work.path, args, input);

describe('a goal that the task has no metric for', () => {
  test.each([['demo:xor'], ['demo:digits']])('leaves nothing behind: %s', source => {
    const { code, stderr } = run(['train', source, '--until', 'rmse<=0.9']);
    expect(code).toBe(2);
    expect(stderr).toContain('rmse');
    expect(existsSync(join(work.path, 'runs'))).toBe(false);
    expect(readdirSync(work.path)).toEqual([]);
  });
});
