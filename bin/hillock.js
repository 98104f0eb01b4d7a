#!/usr/bin/env node
import { existsSync } from 'node:fs';
import module from 'node:module';
import { fileURLToPath } from 'node:url';

module.enableCompileCache?.();

const root = fileURLToPath(new URL('..', import.meta.url));
const main = new URL('../dist/cli.js', import.meta.url);

if (!existsSync(main)) {
  process.stderr.write('hillock: first run of a fresh clone, building…\n');
  const { spawnSync } = await import('node:child_process');
  const built = spawnSync(process.execPath, ['scripts/build.mjs'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
  if (!existsSync(main)) {
    process.stderr.write(`error: the build failed (exit code ${built.status})\n  hint: run npm ci first, in ${root}\n`);
    process.exit(1);
  }
}

const { main: run } = await import(main.href);
process.exitCode = await run(process.argv.slice(2));
