/** What runs on a person's machine stays there. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from './cli/hillock.ts';

const script = `
import { train } from 'hillock';
import { table } from 'hillock/data';
const model = await train('mlp', await table('demo:xor'), { epochs: 1, baseline: false }).result;
await model.predict([{ x1: 1, x2: 0 }]);
await model.close();`;

/** What a training and a prediction leave in the home folder of a person; nothing says that this is a test machine. */
function leftAtHome(env: Readonly<Record<string, string>>): string[] {
  const home = mkdtempSync(join(tmpdir(), 'hillock-home-'));
  try {
    const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
      cwd: root,
      encoding: 'utf8',
      env: { PATH: process.env.PATH, HOME: home, ...env },
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    return readdirSync(home, { recursive: true, encoding: 'utf8' });
  } finally {
    rmSync(home, { recursive: true });
  }
}

test('training and predicting leave no identifier and no telemetry', () => {
  expect(leftAtHome({})).toEqual([]);
});

test.runIf(process.platform === 'linux')('a person may ask for the telemetry of ONNX Runtime', () => {
  expect(leftAtHome({ ORT_DISABLE_TELEMETRY: '0' }).join()).toContain('onnxruntime');
});
