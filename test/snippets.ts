/** Programs of the documentation, run as a user's program. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { transformWithOxc } from 'vite';

const root = fileURLToPath(new URL('..', import.meta.url));

export interface Programs {
  /** Runs TypeScript in a process of its own and returns what it printed. */
  run(name: string, source: string): Promise<string>;
  remove(): Promise<void>;
}

/** A folder for programs inside the package, so that 'hillock' resolves to itself as it does for its users. */
export async function programs(): Promise<Programs> {
  const folder = await mkdtemp(join(root, 'test', '.snippets-'));
  return {
    async run(name, source) {
      const { code } = await transformWithOxc(source, `${name}.ts`, { sourcemap: false });
      const file = join(folder, `${name}.mjs`);
      await writeFile(file, code);
      const { stdout } = await promisify(execFile)(process.execPath, [file], { cwd: folder, timeout: 100_000 });
      return stdout;
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** The code blocks of a language in a Markdown text. */
export const blocks = (markdown: string, language: string): readonly string[] =>
  [...markdown.matchAll(new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``, 'g'))].map(match => match[1]!);
