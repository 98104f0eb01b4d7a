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

describe('predict', () => {
  test('takes JSON Lines on standard input as they are, and says what is wrong with a call', () => {
    const trained = run(['train', 'demo:xor', '--epochs', '1', '--hidden', '4', '--members', '1', '--out', 'xor']);
    expect(trained.code).toBe(0);
    expect(trained.stdout).toContain('network: [4] ');
    expect(trained.stdout).toContain('1 epoch in');
    const given = run(['predict', 'xor', '-'], '{"x": 0.5, "y": -0.5}\n');
    expect(given.code).toBe(0);
    expect(JSON.parse(given.stdout)).toMatchObject({ x: 0.5, y: -0.5 });
    expect(run(['predict', 'xor', '-'], 'a,b\n1,2\n').stderr).toMatch(
      /standard input has none of the columns[\s\S]*takes x, y\n/,
    );
    const empty = run(['predict', 'xor', '-'], 'x,y\n');
    expect(empty).toMatchObject({ code: 0, stdout: expect.stringMatching(/^x,y,prediction.*\n$/) });
    expect(empty.stderr).toContain('no rows');
    expect(run(['evaluate', 'xor', 'demo:xor']).stdout).toContain('seen in training');
    run(['train', 'demo:digits', '--epochs', '1', '--hidden', '4', '--out', 'digits']);
    expect(run(['predict', 'digits', 'demo:digits', '--threshold', '0.3']).code).toBe(2);
  });
});
