import { spawn } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { root } from './hillock.ts';

/** Runs a script that waits, sends it Ctrl-C at each line it prints, and tells how it ended. */
async function interrupted(script: string): Promise<{ code: number | string; stdout: string }> {
  const start = `import { interruptSignal } from './dist/rooms/cli/interrupt.js';
    const interrupt = interruptSignal(() => process.stdout.write('closed'));
    const waiting = setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', start + script], { cwd: root });
  let stdout = '';
  child.stdout.on('data', chunk => {
    stdout += String(chunk);
    if (String(chunk).endsWith('\n')) child.kill('SIGINT');
  });
  const code = await new Promise<number | string>(resolve =>
    child.once('close', (code, signal) => resolve(code ?? signal!)),
  );
  return { code, stdout };
}

describe('Ctrl-C', () => {
  test('ends a command that takes no notice with exit code 130', async () => {
    expect(await interrupted(`console.log('waiting');`)).toEqual({ code: 130, stdout: 'waiting\nclosed' });
  });

  test('lets a command that takes notice finish its work', async () => {
    const script = `interrupt.signal().addEventListener('abort', () => {
      process.stdout.write('saved');
      process.exitCode = 130;
      clearInterval(waiting);
    });
    console.log('waiting');`;
    expect(await interrupted(script)).toEqual({ code: 130, stdout: 'waiting\nsaved' });
  });

  test('that comes when the outcome is settled does not change it', async () => {
    const script = `interrupt.signal();
      interrupt.settle(0);
      console.log('done');`;
    expect(await interrupted(script)).toEqual({ code: 0, stdout: 'done\nclosed' });
  });

  test('the second time ends it at once', async () => {
    const script = `interrupt.signal().addEventListener('abort', () => console.log('saving for ever'));
      console.log('waiting');`;
    expect(await interrupted(script)).toEqual({ code: 'SIGINT', stdout: 'waiting\nsaving for ever\nclosed' });
  });
});
