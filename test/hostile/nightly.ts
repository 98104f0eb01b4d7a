import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const script = fileURLToPath(new URL('../../scripts/nightly.mjs', import.meta.url));

/** What the nightly program prints about some readers, and how it ends. */
function nightly(names: readonly string[], cases: number): Promise<{ code: number | null; said: string }> {
  const args = ['--cases', String(cases), '--seed', '20', ...names.flatMap(name => ['--reader', name])];
  const child = spawn(process.execPath, [script, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', chunk => {
      said += String(chunk);
    });
  return new Promise(resolve => child.once('close', code => resolve({ code, said })));
}

/** Tests that readers stand 2,000 hostile files each. */
export function hostile(...names: readonly string[]): void {
  const timeout = 600_000;
  let ran: ReturnType<typeof nightly> | undefined;
  test.each(names)('%s: 2,000 hostile files', { timeout }, async name => {
    ran ??= nightly(names, 2000);
    const { said } = await ran;
    const [own] = said.match(new RegExp(`^${name} +[1-9]\\d* read.*\\n(?:  .*\\n)*`, 'm')) ?? [];
    expect(own, said).toBeDefined();
    expect(own).not.toContain('FAILED');
  });
  test('all of them have been tried', { timeout }, async () => {
    ran ??= nightly(names, 2000);
    const { code, said } = await ran;
    expect(said).not.toContain('FAILED');
    expect(code, said).toBe(0);
  });
}
