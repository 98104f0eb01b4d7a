import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('../../scripts/nightly.mjs', import.meta.url));

/** What the nightly program prints about some readers, and how it ends. */
export function hostile(names: readonly string[], cases: number): Promise<{ code: number | null; said: string }> {
  const args = ['--cases', String(cases), '--seed', '20', ...names.flatMap(name => ['--reader', name])];
  const child = spawn(process.execPath, [script, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', chunk => {
      said += String(chunk);
    });
  return new Promise(resolve => child.once('close', code => resolve({ code, said })));
}
