import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { transformWithOxc } from 'vite';
import { afterAll, describe, expect, test } from 'vitest';

const run = promisify(execFile);
const root = fileURLToPath(new URL('..', import.meta.url));
// Inside the package, so that 'hillock' resolves to itself as it does for its users.
const folder = await mkdtemp(join(root, 'test', '.snippets-'));

afterAll(() => rm(folder, { recursive: true, force: true }));

/** Runs TypeScript as a user's program in a process of its own and returns what it printed. */
async function runProgram(name: string, source: string): Promise<string> {
  const { code } = await transformWithOxc(source, `${name}.ts`, { sourcemap: false });
  const file = join(folder, `${name}.mjs`);
  await writeFile(file, code);
  const { stdout } = await run(process.execPath, [file], { cwd: folder, timeout: 100_000 });
  return stdout;
}

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
  const blocks = (language: string) =>
    [...readme.matchAll(new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``, 'g'))].map(match => match[1]!);

  test.each(blocks('js').map((source, i) => [i + 1, source] as const))('code block %i runs', async (i, source) => {
    expect(await runProgram(`readme-${i}`, source)).not.toBe('');
  });

  test.each(blocks('console'))('the session shows what the command prints: %s', async session => {
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
