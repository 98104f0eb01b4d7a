import { describe, expect, test } from 'vitest';
import { output } from './output.ts';

function recorded(options: { json?: boolean; tty?: boolean; env?: Record<string, string> } = {}) {
  const written = { stdout: '', stderr: '' };
  let seconds = 0;
  const stream = (name: 'stdout' | 'stderr') => ({
    isTTY: options.tty ?? false,
    columns: 80,
    write(chunk: string | Uint8Array) {
      written[name] += typeof chunk === 'string' ? chunk : new TextDecoder().decode(chunk);
      return true;
    },
    once: () => {},
  });
  const out = output({
    stdout: stream('stdout'),
    stderr: stream('stderr'),
    env: options.env ?? {},
    json: options.json ?? false,
    now: () => seconds,
  });
  return { out, written, wait: (by: number) => (seconds += by) };
}

describe('output', () => {
  test('data goes to stdout and messages to stderr', () => {
    const { out, written } = recorded();
    out.data('a table');
    out.message('a word');
    out.event('epoch', { loss: 1 });
    out.result({ accuracy: 1 }, () => 'accuracy 1');
    expect(written).toEqual({ stdout: 'a table\naccuracy 1\n', stderr: 'a word\n' });
  });

  test('a terminal breaks long lines between words, and no command', () => {
    const { out, written } = recorded({ tty: true, env: { NO_COLOR: '1' } });
    out.data(`  ${'word '.repeat(20).trim()}`);
    out.message(`hillock ${'x'.repeat(90)}`);
    const [first, second] = written.stdout.split('\n');
    expect(first).toMatch(/^ {2}word.*word$/);
    expect(second).toMatch(/^ {4}word/);
    expect(written.stderr).toBe(`hillock ${'x'.repeat(90)}\n`);
  });

  test('with --json stdout holds events only', () => {
    const { out, written } = recorded({ json: true });
    out.data('a table');
    out.event('epoch', { loss: Number.NaN, step: 3n, weights: Float32Array.of(0.5, Infinity) });
    out.result({ accuracy: 1 }, () => {
      throw new Error('the text is not made');
    });
    expect(written.stdout).toBe(
      '{"event":"epoch","loss":null,"step":3,"weights":[0.5,null]}\n{"event":"result","accuracy":1}\n',
    );
  });

  test('text from strangers cannot move the cursor; bytes for programs stay as they are', async () => {
    const { out, written } = recorded();
    out.data('name\x1b[2J\x07 \x1b[31mred\x1b[0m');
    await out.write('\x1b[2J');
    expect(written.stdout).toBe('name[2J \x1b[31mred\x1b[0m\n\x1b[2J');
  });

  test('our symbols are ASCII where the locale is', () => {
    const { out, written } = recorded({ env: { LC_ALL: 'C' } });
    out.data('ŷ ≥ 0.5 in 日本');
    expect(written.stdout).toBe('y >= 0.5 in 日本\n');
  });

  test('write waits until there is room', async () => {
    let drain = (): void => {};
    const full = { isTTY: false, write: () => false, once: (_: 'drain', listener: () => void) => (drain = listener) };
    const out = output({ stdout: full, stderr: full, env: {}, json: false, now: () => 0 });
    let done = false;
    const writing = out.write('x').then(() => {
      done = true;
    });
    await Promise.resolve();
    expect(done).toBe(false);
    drain();
    await writing;
    expect(done).toBe(true);
  });
});

describe('progress', () => {
  test('rewrites one line on a terminal, and messages do not break it', () => {
    const { out, written, wait } = recorded({ tty: true });
    const progress = out.progress('training', 10);
    wait(1);
    progress.update(5, 'loss 0.3');
    wait(0.01);
    progress.update(6);
    out.message('checkpoint');
    out.close();
    const line = 'training  ████████████░░░░░░░░░░░░   50 %  1 s left  loss 0.3';
    expect(written.stderr).toBe(`\r${line}\x1b[K\r\x1b[Kcheckpoint\n\r${line}\x1b[K\r\x1b[K`);
  });

  test('writes a plain line every five seconds elsewhere', () => {
    const { out, written, wait } = recorded();
    const progress = out.progress('training', 100);
    for (let i = 1; i <= 12; i++) {
      wait(1);
      progress.update(i * 8);
    }
    progress.end();
    expect(written.stderr).toBe('training   40 %  8 s left\ntraining   80 %  3 s left\n');
  });

  test('tells the time passed when nobody knows the total', () => {
    const { out, written, wait } = recorded();
    const progress = out.progress('reading');
    wait(6);
    progress.update(5, '5 rows');
    expect(written.stderr).toBe('reading  6 s  5 rows\n');
  });

  test.each([
    ['where events share the screen', { json: true, tty: true }],
    ['where a program reads both streams', { json: true, tty: false }],
  ])('is quiet %s', (_, options) => {
    const { out, written, wait } = recorded(options);
    const progress = out.progress('training', 10);
    wait(10);
    progress.update(5);
    progress.end();
    expect(written.stderr).toBe('');
  });
});
