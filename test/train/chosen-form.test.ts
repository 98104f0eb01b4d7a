/** Forms of convolutions that are chosen by measuring, and kept by the machine. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { plainPixels } from '../../src/features/index.ts';
import { chosenForms } from '../../src/job/chosen-form.ts';
import type { Choice, Forms } from '../../src/lower/index.ts';
import { conv2d, dense, flatten, network, place } from '../../src/nn/index.ts';
import { random } from '../../src/random.ts';
import type { Runtime } from '../../src/runtime/index.ts';
import { nodeRuntime } from '../../src/runtime/node.ts';
import { channelBlocks, type FitOptions } from '../../src/train/index.ts';
import { paces } from '../../src/train/pace.ts';
import { trainingProgram } from '../../src/train/program.ts';
import { sitesOf } from '../../src/train/race-forms.ts';
import { jobOf } from './jobs.ts';

/** Pictures whose convolutions can be computed in blocks; so many epochs that measuring is worth it, but not of single nodes. */
function pictures(more: Partial<FitOptions> = {}) {
  const rng = random('pictures');
  const rows = 64;
  const data = Uint8Array.from({ length: rows * 400 }, () => rng.below(256));
  const x = { dtype: 'uint8', shape: [rows, 1, 20, 20], data } as const;
  const truths = Float64Array.from({ length: rows }, (_, row) => row % 2);
  const job = jobOf('multiclass', x, truths, [conv2d(16, 3, 'relu'), flatten()], {
    batch: 16,
    epochs: 23_000,
    ...more,
  });
  return { ...job, pixels: plainPixels([20, 20, 1]) };
}

const native = await nodeRuntime({ threads: 1 });
const canBlock = (await channelBlocks(native)) !== null;

/** How many convolutions of a program are in blocks of channels. */
const blocked = (model: Uint8Array): number =>
  Buffer.from(model).toString('latin1').split('com.microsoft.nchwc').length - 1;

/** The runtime with training programs that take 40 ms a step longer where `isSlow`. */
function slowed(isSlow: (model: Uint8Array) => boolean): Runtime & { opened: number } {
  const runtime = {
    ...native,
    opened: 0,
    async open(model: Uint8Array) {
      const session = await native.open(model);
      const isTraining = session.inputNames.includes('steps');
      if (isTraining) runtime.opened++;
      if (!isTraining || !isSlow(model)) return session;
      const run: typeof session.run = async feeds => {
        await setTimeout(40 * Number(feeds.steps!.data[0]));
        return session.run(feeds);
      };
      return { ...session, run };
    },
  };
  return runtime;
}
const slowBlocks = () => slowed(model => blocked(model) > 0);
const slowPlain = () => slowed(model => blocked(model) === 0);

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
    const runtime = slowBlocks();
    expect((await chosenForms(pictures(), runtime)).blocks).toBeFalsy();
    const { opened } = runtime;
    expect(opened).toBeGreaterThanOrEqual(2);
    expect(JSON.parse(readFileSync(kept(), 'utf8'))).toMatchObject({ blocks: false });
    expect((await chosenForms(pictures(), runtime)).blocks).toBeFalsy();
    expect(runtime.opened).toBe(opened);
    expect((await chosenForms(pictures({ batch: 32 }), slowPlain())).blocks).toBeTruthy();
  });

  test('a node whose form is slow takes another, by itself', async () => {
    const job = pictures({ epochs: 1_000_000 });
    const modelOf = (forms: Forms) => trainingProgram(job, place(job.network, job.inputShape), { forms }).model;
    const ruled: Forms = { blocks: await channelBlocks(native) };
    const sites = sitesOf(job, ruled);
    expect(sites.map(({ taken }) => taken)).toEqual(sites.map(() => 'blocks of channels'));
    const whole = blocked(modelOf(ruled));
    // Slow with both of them in blocks, and with none.
    const runtime = slowed(model => blocked(model) === whole || blocked(model) === 0);
    const forms = await chosenForms(job, runtime);
    const { choice } = JSON.parse(readFileSync(kept(), 'utf8')) as { choice: Choice };
    expect(sites.map(({ key }) => key)).toEqual(expect.arrayContaining(Object.keys(choice)));
    expect(Object.keys(choice).length).toBeGreaterThan(0);
    expect(blocked(modelOf(forms))).toBeLessThan(whole);
    const { opened } = runtime;
    expect(blocked(modelOf(await chosenForms(job, runtime)))).toBe(blocked(modelOf(forms)));
    expect(runtime.opened).toBe(opened);
  });

  test('few single nodes are tried where training ends soon', async () => {
    const runtime = slowed(() => false);
    const job = {
      ...pictures({ batch: 32, epochs: 600 }),
      network: network([conv2d(32, 3, 'relu'), conv2d(32, 3), flatten(), dense(3)]),
    };
    expect((await chosenForms(job, runtime)).blocks).toBeTruthy();
    expect(JSON.parse(readFileSync(kept(), 'utf8'))).toMatchObject({ choice: {} });
    // All of them would take fourteen programs.
    expect(runtime.opened).toBeLessThan(8);
  });

  test('a race that is interrupted decides nothing', async () => {
    const stop = new AbortController();
    const runtime = slowed(() => false);
    const open = runtime.open.bind(runtime);
    // While the first single node is measured.
    const interrupted = {
      ...runtime,
      open(model: Uint8Array) {
        if (runtime.opened === 3) stop.abort();
        return open(model);
      },
    };
    const job = pictures({ epochs: 1_000_000 });
    await chosenForms(job, interrupted, stop.signal);
    expect(runtime.opened).toBeLessThan(6);
    expect(readdirSync(cache)).toEqual([]);
  });

  test('what was kept is what is taken; what is broken is measured anew', async () => {
    expect((await chosenForms(pictures(), slowPlain())).blocks).toBeTruthy();
    const file = kept();
    const before = JSON.parse(readFileSync(file, 'utf8')) as object;
    writeFileSync(file, JSON.stringify({ ...before, blocks: false }));
    expect((await chosenForms(pictures(), slowPlain())).blocks).toBeFalsy();
    for (const broken of ['{', '{}', JSON.stringify({ ...before, of: 'another job' })]) {
      writeFileSync(file, broken);
      expect((await chosenForms(pictures(), slowPlain())).blocks).toBeTruthy();
      expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ blocks: true });
    }
  });

  test('a network without convolutions has nothing to choose', async () => {
    const runtime = slowPlain();
    const open = vi.spyOn(runtime, 'open');
    const { network: _, ...job } = pictures();
    expect(await chosenForms({ ...job, network: network([flatten(), dense(3)]) }, runtime)).toEqual({});
    expect(open).not.toHaveBeenCalled();
  });

  test('a short training takes the form of the rule, and so does a machine that cannot keep what it measured', async () => {
    const runtime = slowBlocks();
    expect((await chosenForms(pictures({ epochs: 3 }), runtime)).blocks).toBeTruthy();
    expect([runtime.opened, readdirSync(cache)]).toEqual([0, []]);
    writeFileSync(join(cache, 'forms'), 'no folder');
    expect((await chosenForms(pictures(), runtime)).blocks).toBeTruthy();
  });
});

test('the pace of a job is that of its own steps, and told as nothing where there are too few', async () => {
  const [own] = await paces(pictures(), slowPlain(), [{}]);
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
