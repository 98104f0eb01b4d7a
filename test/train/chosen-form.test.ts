/** Forms of convolutions that are chosen by measuring, and kept by the machine. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { plainPixels } from '../../src/features/index.ts';
import { chosenBlocks } from '../../src/job/chosen-form.ts';
import { conv2d, dense, flatten, network } from '../../src/nn/index.ts';
import { random } from '../../src/random.ts';
import type { Runtime } from '../../src/runtime/index.ts';
import { nodeRuntime } from '../../src/runtime/node.ts';
import { channelBlocks, type FitOptions, paces } from '../../src/train/index.ts';
import { jobOf } from './jobs.ts';

/** Pictures whose convolutions can be computed in blocks; so many epochs that measuring is worth it. */
function pictures(more: Partial<FitOptions> = {}) {
  const rng = random('pictures');
  const rows = 64;
  const data = Uint8Array.from({ length: rows * 400 }, () => rng.below(256));
  const x = { dtype: 'uint8', shape: [rows, 1, 20, 20], data } as const;
  const truths = Float64Array.from({ length: rows }, (_, row) => row % 2);
  const job = jobOf('multiclass', x, truths, [conv2d(16, 3, 'relu'), flatten()], {
    batch: 16,
    epochs: 1_000_000,
    ...more,
  });
  return { ...job, pixels: plainPixels([20, 20, 1]) };
}

const native = await nodeRuntime({ threads: 1 });
const canBlock = (await channelBlocks(native)) !== null;

/** The runtime with programs that take longer where they compute in blocks, or where they do not. */
function slowed(when: 'blocks' | 'plain'): Runtime & { opened: number } {
  const runtime = {
    ...native,
    opened: 0,
    async open(model: Uint8Array) {
      const session = await native.open(model);
      const isBlocked = Buffer.from(model).includes('com.microsoft.nchwc');
      const isTraining = session.inputNames.includes('steps');
      if (isTraining) runtime.opened++;
      if (!isTraining || isBlocked !== (when === 'blocks')) return session;
      const run: typeof session.run = async feeds => {
        await setTimeout(40 * Number(feeds.steps!.data[0]));
        return session.run(feeds);
      };
      return { ...session, run };
    },
  };
  return runtime;
}

describe.skipIf(!canBlock)('blocks of channels, where the runtime has them', () => {
  let cache: string;
  beforeEach(() => {
    cache = mkdtempSync(join(tmpdir(), 'hillock-forms-'));
    vi.stubEnv('HILLOCK_CACHE', cache);
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    rmSync(cache, { recursive: true, force: true });
  });
  const kept = (): string => join(cache, 'forms', readdirSync(join(cache, 'forms'))[0]!);

  test('the faster form is taken, and measured once', async () => {
    const runtime = slowed('blocks');
    expect(await chosenBlocks(pictures(), runtime)).toBeNull();
    expect(runtime.opened).toBe(2);
    expect(JSON.parse(readFileSync(kept(), 'utf8'))).toMatchObject({ blocks: false });
    expect(await chosenBlocks(pictures(), runtime)).toBeNull();
    expect(runtime.opened).toBe(2);
    expect(await chosenBlocks(pictures({ batch: 32 }), slowed('plain'))).not.toBeNull();
  });

  test('what was kept is what is taken; what is broken is measured anew', async () => {
    expect(await chosenBlocks(pictures(), slowed('plain'))).not.toBeNull();
    const file = kept();
    const before = JSON.parse(readFileSync(file, 'utf8')) as object;
    writeFileSync(file, JSON.stringify({ ...before, blocks: false }));
    expect(await chosenBlocks(pictures(), slowed('plain'))).toBeNull();
    for (const broken of ['{', '{}', JSON.stringify({ ...before, of: 'another job' })]) {
      writeFileSync(file, broken);
      expect(await chosenBlocks(pictures(), slowed('plain'))).not.toBeNull();
      expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ blocks: true });
    }
  });

  test('a network without convolutions has nothing to choose', async () => {
    const runtime = slowed('plain');
    const open = vi.spyOn(runtime, 'open');
    const { network: _, ...job } = pictures();
    expect(await chosenBlocks({ ...job, network: network([flatten(), dense(2)]) }, runtime)).toBeNull();
    expect(open).not.toHaveBeenCalled();
  });

  test('a short training takes the form of the rule, and so does a machine that cannot keep what it measured', async () => {
    const runtime = slowed('blocks');
    expect(await chosenBlocks(pictures({ epochs: 3 }), runtime)).not.toBeNull();
    expect([runtime.opened, readdirSync(cache)]).toEqual([0, []]);
    writeFileSync(join(cache, 'forms'), 'no folder');
    expect(await chosenBlocks(pictures(), runtime)).not.toBeNull();
  });
});

test('the pace of a job is that of its own steps, and told as nothing where there are too few', async () => {
  const [own] = await paces(pictures(), slowed('plain'), [{ blocks: null }]);
  expect(own).toBeGreaterThan(0);
  // 40 ms a step of 16 rows.
  expect(own).toBeLessThan(16 / 0.04);
  expect(await paces(pictures({ epochs: 1 }), native, [{}])).toEqual([Number.NaN]);
  const job = pictures();
  const shared = new Uint8Array(new SharedArrayBuffer(job.x.data.length));
  shared.set(job.x.data as Uint8Array);
  const [ofShared] = await paces({ ...job, x: { ...job.x, data: shared } }, native, [{}]);
  expect(ofShared).toBeGreaterThan(0);
});
