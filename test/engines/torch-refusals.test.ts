/** What training on PyTorch refuses or ends before any process starts. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { fitOnTorch, torchDefaults, writeJob } from '../../src/engines/torch/index.ts';
import { place } from '../../src/nn/index.ts';
import { type FitControl, freshState } from '../../src/train/index.ts';
import { follow } from '../train/jobs.ts';
import { jobs, onTorch } from './torch-jobs.ts';

const work = mkdtempSync(join(tmpdir(), 'hillock-torch-refusals-'));
afterAll(() => rmSync(work, { recursive: true }));
const job = jobs.FNN({ optimizer: 'sgd', epochs: 2 });

test('states of epochs are not kept, and that is said', async () => {
  const { error } = await follow(job, { fit: onTorch({}), keepEvery: 2 });
  expect(error).toMatchObject({ kind: 'usage', hint: expect.stringContaining('--keep-epochs') });
});

test('a monitor that is not defined is refused as it is here', async () => {
  const truths = job.truths.map(() => 0);
  const zeros = { ...job, truths, options: { ...job.options, monitor: 'mape' } };
  const { error } = await follow(zeros, { fit: onTorch({}) });
  expect(error).toMatchObject({ kind: 'usage', message: expect.stringContaining('mape cannot choose') });
});

describe('a job that other machines have made', () => {
  const options = { ...torchDefaults, device: 'cpu' } as const;
  const layers = place(job.network, job.inputShape);
  const collect = (folder: string, control: FitControl = {}) =>
    follow(job, {
      ...control,
      fit: (given, runtime, more = {}) => fitOnTorch(given, runtime, { ...more, options, folder, made: true }),
    });
  const written = async (name: string): Promise<string> => {
    const folder = join(work, name);
    await writeJob(folder, { job, layers, state: freshState(job, layers), options, checkpointEvery: 0 }, 1);
    mkdirSync(join(folder, 'out'));
    return folder;
  };

  test.each(['', '{', '[]', 'null', '{"digest":"another"}'])(
    'is not that of these data: job.json holds %j',
    async text => {
      const folder = await written(`damaged ${text.length}`);
      writeFileSync(join(folder, 'job.json'), text);
      expect((await collect(folder)).error).toMatchObject({ kind: 'data', message: expect.stringContaining(folder) });
      rmSync(folder, { recursive: true });
    },
  );

  test('Ctrl-C ends its collection with a checkpoint', async () => {
    const folder = await written('interrupted');
    const about = { world: 1, backend: 'gloo', device: 'cpu', torch: '2', threads: 1 };
    writeFileSync(join(folder, 'out', 'events.jsonl'), `${JSON.stringify({ event: 'start', step: 0, ...about })}\n`);
    const { events, result } = await collect(folder, { signal: AbortSignal.abort() });
    expect(result).toMatchObject({ stopped: 'interrupted', steps: 0 });
    expect(events).toMatchObject([{ event: 'checkpoint', why: 'interrupted' }]);
    expect((await collect(folder)).error).toMatchObject({ message: expect.stringContaining('has not finished') });
  });
});
