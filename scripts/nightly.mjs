/**
 * What a test run has no time for: hostile bytes for every reader, then trainings that are killed at random moments.
 * Prints counts, exits 1 when something fails. Build first.
 * Usage: node scripts/nightly.mjs [--cases 100000] [--reader NAME]… [--seed N] [--kills 200]
 * With --reader only readers are tried, with --cases 0 none of them.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { rolldown } from 'rolldown';

const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: '100000' },
    reader: { type: 'string', multiple: true },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
    kills: { type: 'string' },
  },
});
const kills = values.kills ?? (values.reader ? '0' : '200');

const root = fileURLToPath(new URL('..', import.meta.url));
const out = mkdtempSync(join(root, 'node_modules', '.hostile-'));
try {
  const build = await rolldown({
    input: {
      run: join(root, 'test/hostile/run.ts'),
      child: join(root, 'test/hostile/child.ts'),
      kills: join(root, 'test/hostile/kills.ts'),
    },
    platform: 'node',
    external: id => /^[^./\0]/.test(id) && !id.includes(':\\'),
    checks: { ineffectiveDynamicImport: false },
  });
  await build.write({ dir: out, format: 'esm', entryFileNames: '[name].js' });
  await build.close();
  /** @param {string[]} args */
  const run = args => spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' }).status ?? 1;
  const seed = ['--seed', values.seed];
  const readers = (values.reader ?? []).flatMap(name => ['--reader', name]);
  const codes = [
    values.cases === '0'
      ? 0
      : run([join(out, 'run.js'), '--corpus', join(root, 'test/corpus'), '--cases', values.cases, ...seed, ...readers]),
    kills === '0' ? 0 : run([join(out, 'kills.js'), '--kills', kills, ...seed]),
  ];
  process.exitCode = Math.max(...codes);
} finally {
  rmSync(out, { recursive: true, force: true });
}
