/** A machine that waits for others which do not come. */
import { describe, type ExpectStatic, test } from 'vitest';
import { freePort } from '../../src/engines/torch/launch.ts';
import { follow } from '../train/jobs.ts';
import { found } from './torch-found.ts';
import { jobs, onTorch, processesOf } from './torch-jobs.ts';

const timeout = 300_000;
const job = jobs.FNN({ optimizer: 'sgd', epochs: 2 });

/** The second of two machines, of which the first is not there. */
async function alone() {
  let folder = '';
  const master = `127.0.0.1:${await freePort()}`;
  const fit = onTorch({ nproc: 1, nodes: 2, nodeRank: 1, master, timeout: 1 }, path => {
    folder = path;
  });
  return { fit, master, processes: () => processesOf(folder) };
}

const gone = async (expect: ExpectStatic, processes: () => readonly object[]): Promise<void> => {
  await expect.poll(() => processes(), { timeout: 20_000 }).toEqual([]);
};

describe.skipIf(found === undefined).concurrent('a machine whose others do not come', () => {
  test('says so after the time that it waits', { timeout }, async ({ expect }) => {
    const { fit, master, processes } = await alone();
    const { error, events } = await follow(job, { fit });
    expect(events).toEqual([]);
    expect(error).toMatchObject({
      kind: 'device',
      message: `machine 1 of 2 found no other at ${master} within 20 seconds`,
      hint: expect.stringContaining('--node-rank'),
    });
    await gone(expect, processes);
  });

  test('ends at the first Ctrl-C, and leaves no process', { timeout }, async ({ expect }) => {
    const { fit, processes } = await alone();
    const stop = new AbortController();
    const followed = follow(job, { fit, signal: stop.signal });
    await expect.poll(() => processes().length, { timeout: 60_000 }).toBeGreaterThan(0);
    stop.abort();
    const { result, events } = await followed;
    expect(result).toMatchObject({ stopped: 'interrupted', steps: 0 });
    expect(events).toMatchObject([{ event: 'checkpoint', why: 'interrupted' }]);
    await gone(expect, processes);
  });
});
