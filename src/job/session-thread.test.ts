import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encodePacked } from '../model/index.ts';
import { untrained } from '../model/testing.case.ts';
import type { Session } from '../runtime/index.ts';
import { nodeRuntime } from '../runtime/node.ts';

// The worker is one file of what is built.
const threadFile = new URL('../../dist/rooms/job/session-thread.js', import.meta.url).href;
const { sessionOnThread } = (await import(threadFile)) as typeof import('./session-thread.ts');

const { spec, parameters } = untrained('multiclass');
const model = encodePacked(spec, parameters);
const rows = (n: number) => ({
  rows: { dtype: 'float32', shape: [n, 4], data: Float32Array.from({ length: 4 * n }, (_, i) => i % 3) } as const,
});

describe('a program on a thread of its own', () => {
  let session: Session;
  beforeAll(async () => {
    session = await sessionOnThread(model, 'cpu');
  });
  afterAll(() => session.close());

  test('gives what it gives on this one, also when asked again before it answered', async () => {
    const here = await (await nodeRuntime({ threads: 1 })).open(model);
    const sizes = [1, 7, 64];
    const there = await Promise.all(sizes.map(n => session.run(rows(n))));
    for (const [i, n] of sizes.entries()) expect(there[i]).toEqual(await here.run(rows(n)));
    await here.close();
  });

  test('says what is wrong with what it is fed, and goes on', async () => {
    await expect(session.run({ rows: { ...rows(1).rows, shape: [1, 3] } })).rejects.toThrow(/rows: expected float32/);
    expect((await session.run(rows(2))).prediction!.shape).toEqual([2, 3]);
  });

  test('leaves this thread free while it runs', async () => {
    const large = session.run(rows(200_000));
    let turns = 0;
    let done = false;
    void large.then(() => {
      done = true;
    });
    while (!done) {
      await new Promise(resolve => setImmediate(resolve));
      turns++;
    }
    expect(turns).toBeGreaterThan(10);
  });
});

test('no model file is said', async () => {
  await expect(sessionOnThread(new Uint8Array([1, 2, 3]), 'cpu')).rejects.toMatchObject({ kind: 'model-file' });
});

test('flags of node for V8 do no harm', () => {
  const code = `import { sessionOnThread } from ${JSON.stringify(threadFile)}; import { readFileSync } from 'node:fs';
    const s = await sessionOnThread(readFileSync(0), 'cpu'); console.log(s.outputNames.join()); await s.close();`;
  const flags = ['--max-old-space-size=512', '--stack-size=900', '--input-type=module', '-e', code];
  expect(execFileSync(process.execPath, flags, { input: model, encoding: 'utf8' })).toBe('prediction\n');
});

test('what is closed answers no more', async () => {
  const session = await sessionOnThread(model, 'cpu');
  const last = session.run(rows(1000));
  await session.close();
  expect((await last).prediction!.shape).toEqual([1000, 3]);
  expect(session.alive()).toBe(false);
  await expect(session.run(rows(1))).rejects.toThrow('ended');
});
