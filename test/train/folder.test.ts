/** A run folder belongs to one training at a time, whoever starts it. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { train } from 'hillock';
import { table } from 'hillock/data';
import { expect, test } from 'vitest';
import { hillock } from '../cli/hillock.ts';

test('two trainings that start at once in one folder: one is refused, and the folder is free afterwards', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hillock-folder-'));
  try {
    const out = join(folder, 'run');
    const data = await table('demo:xor');
    const options = { out, epochs: 2, baseline: false, seed: 1 };
    const long = { ...options, epochs: 100_000, patience: 0 };
    const runs = [0, 1].map(() => train('linear', data, long));
    const refused = await Promise.race(
      runs.map(({ result }, which) =>
        result.then(
          () => {
            throw new Error('a training ended before the other was refused');
          },
          (reason: unknown) => ({ which, reason }),
        ),
      ),
    );
    expect(refused.reason).toMatchObject({
      kind: 'usage',
      message: expect.stringContaining('another run is training in'),
    });
    const other = runs[1 - refused.which]!;
    other.stop();
    await expect(other.result).rejects.toMatchObject({ kind: 'interrupted' });
    await train('linear', data, options).result;
    expect(readdirSync(join(out, 'checkpoint'))).toEqual(['state.safetensors']);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('the command line is refused while the library trains there', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hillock-folder-'));
  try {
    const run = train('mlp', await table('demo:xor'), { out: folder, epochs: 100_000, patience: 0, baseline: false });
    for await (const { event } of run) if (event === 'epoch') break;
    const { code, stderr } = hillock(['train', 'demo:xor', '--epochs', '1', '--out', folder]);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('another run is training in') });
    run.stop();
    await expect(run.result).rejects.toMatchObject({ kind: 'interrupted' });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
