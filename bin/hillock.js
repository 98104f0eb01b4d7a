#!/usr/bin/env node
import module from 'node:module';

module.enableCompileCache?.();

const main = new URL('../dist/cli.js', import.meta.url);

/** Builds a fresh clone; a package that was installed is built. */
async function build(failure) {
  const { existsSync } = await import('node:fs');
  if (existsSync(main)) throw failure;
  process.stderr.write('hillock: first run of a fresh clone, building…\n');
  const { spawnSync } = await import('node:child_process');
  const root = new URL('..', import.meta.url);
  const built = spawnSync(process.execPath, ['scripts/build.mjs'], { cwd: root, stdio: ['ignore', 2, 2] });
  if (!existsSync(main)) {
    process.stderr.write(
      `error: the build failed (exit code ${built.status})\n  hint: run npm ci first, in ${root.pathname}\n`,
    );
    process.exit(1);
  }
  return import(main.href);
}

const { main: run } = await import(main.href).catch(build);
process.exitCode = await run(process.argv.slice(2));
