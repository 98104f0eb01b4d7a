import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';
import { blocks, programs } from './snippets.ts';

const run = promisify(execFile);
const root = fileURLToPath(new URL('..', import.meta.url));
const snippets = await programs();
const runProgram = snippets.run;
afterAll(() => snippets.remove());

describe('examples keep what they promise', async () => {
  const names = (await readdir(join(root, 'examples'))).filter(name => name.endsWith('.ts')).sort();
  test.each(names)('%s', async name => {
    const source = await readFile(join(root, 'examples', name), 'utf8');
    expect(source.split('\n').length).toBeLessThan(60);
    expect(await runProgram(name.replace('.ts', ''), source)).not.toBe('');
  });
});

describe('the README', async () => {
  const readme = await readFile(join(root, 'README.md'), 'utf8');
  test.each(blocks(readme, 'js').map((source, i) => [i + 1, source] as const))(
    'code block %i runs',
    async (i, source) => {
      expect(await runProgram(`readme-${i}`, source)).not.toBe('');
    },
  );

  test.each(blocks(readme, 'console'))('the session shows what the command prints: %s', async session => {
    const [first, ...shown] = session.trimEnd().split('\n');
    const args = first!.replace(/^\$ npx hillock /, '').split(' ');
    const { stdout } = await run(process.execPath, [join(root, 'bin', 'hillock.js'), ...args], {
      env: { ...process.env, LANG: 'C.UTF-8', NO_COLOR: '1' },
    });
    expect(stdout).toContain(shown.join('\n'));
  });

  test('every link to a file of the repository leads somewhere', async () => {
    const links = [...readme.matchAll(/\]\((?!https?:)([^)#]+)/g)].map(match => match[1]!);
    expect(links.length).toBeGreaterThan(3);
    for (const link of links) await expect(readFile(join(root, link)), link).resolves.toBeDefined();
  });
});
