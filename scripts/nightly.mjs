/**
 * Hostile bytes for every reader, in greater numbers than a test run takes; prints counts, exits 1 when a reader fails.
 * Usage: node scripts/nightly.mjs [--cases 100000] [--reader NAME]… [--seed N]
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const root = fileURLToPath(new URL('..', import.meta.url));
const out = mkdtempSync(join(root, 'node_modules', '.hostile-'));
try {
  const build = await rolldown({
    input: { run: join(root, 'test/hostile/run.ts'), child: join(root, 'test/hostile/child.ts') },
    platform: 'node',
    external: id => /^[^./\0]/.test(id) && !id.includes(':\\'),
    checks: { ineffectiveDynamicImport: false },
  });
  await build.write({ dir: out, format: 'esm', entryFileNames: '[name].js' });
  await build.close();
  const args = [join(out, 'run.js'), '--corpus', join(root, 'test/corpus'), ...process.argv.slice(2)];
  process.exitCode = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' }).status ?? 1;
} finally {
  rmSync(out, { recursive: true, force: true });
}
