/** The files of a job folder by themselves, without other processes. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type TorchStrategyName, torchDefaults, torchStrategies, writeJob } from '../../src/engines/torch/index.ts';
import { freePort } from '../../src/engines/torch/launch.ts';
import { place } from '../../src/nn/index.ts';
import { freshState } from '../../src/train/index.ts';
import { found } from './torch-found.ts';
import { jobs } from './torch-jobs.ts';

const timeout = 600_000;
const work = mkdtempSync(join(tmpdir(), 'hillock-torch-program-'));
const folderOf = (strategy: TorchStrategyName): string => join(work, strategy);

beforeAll(async () => {
  const job = jobs.FNN({ optimizer: 'sgd' });
  const layers = place(job.network, job.inputShape);
  for (const { name: strategy } of torchStrategies) {
    const options = { ...torchDefaults, device: 'cpu', strategy } as const;
    const parts = { job, layers, state: freshState(job, layers), options, checkpointEvery: 60 };
    await writeJob(folderOf(strategy), parts, 2);
  }
});
afterAll(() => rmSync(work, { recursive: true }));

function python(strategy: TorchStrategyName, words: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const all = { ...process.env, OMP_NUM_THREADS: '1', PYTHONDONTWRITEBYTECODE: '1', ...env };
  return spawnSync(found!.command, words, { cwd: folderOf(strategy), encoding: 'utf8', env: all });
}

describe.skipIf(found === undefined)('the files of a job', () => {
  const strategies = torchStrategies.map(({ name }) => name);
  test.each(strategies)('are Python, %s', { timeout }, strategy => {
    const files = readdirSync(folderOf(strategy)).filter(file => file.endsWith('.py'));
    const parse = 'import ast, sys\nfor path in sys.argv[1:]: ast.parse(open(path).read(), path)';
    expect(python(strategy, ['-c', parse, ...files])).toMatchObject({ status: 0, stderr: '' });
    expect(files).toContain('parallel.py');
  });

  test('a pipeline of two stages is not started with one process', { timeout }, () => {
    const alone = { RANK: '0', LOCAL_RANK: '0', WORLD_SIZE: '1', MASTER_ADDR: '127.0.0.1', MASTER_PORT: '0' };
    const { status, stderr } = python('pipeline', ['train.py'], alone);
    expect(status).toBe(1);
    expect(stderr).toContain('the job was written for 2 processes, one a stage; it was started with 1');
  });

  test('a file out/stop ends one start alone: the next goes on to the end', { timeout }, async () => {
    const alone = { RANK: '0', LOCAL_RANK: '0', WORLD_SIZE: '1', MASTER_ADDR: '127.0.0.1' };
    const start = (port: number) => python('ddp', ['train.py'], { ...alone, MASTER_PORT: String(port) });
    const out = join(folderOf('ddp'), 'out');
    const last = (): { readonly event: string; readonly step: number } =>
      JSON.parse(readFileSync(join(out, 'events.jsonl'), 'utf8').trim().split('\n').at(-1)!);
    mkdirSync(out);
    writeFileSync(join(out, 'stop'), '');
    expect(start(await freePort())).toMatchObject({ status: 0 });
    expect(last().event).toBe('stopped');
    expect(existsSync(join(out, 'stop'))).toBe(false);
    const { step } = last();
    expect(start(await freePort())).toMatchObject({ status: 0 });
    expect(last().event).toBe('end');
    expect(last().step).toBeGreaterThan(step);
  });

  test('noise of divided outputs keeps their mean, and is another one on each process', { timeout }, () => {
    const look = `
import torch
from parallel import OwnNoise
a, b = (OwnNoise(0.25, seed, "cpu")(torch.ones(40000)) for seed in (1, 2))
print(a.mean().item(), a.std().item(), (a * b).mean().item())`;
    const { stdout, stderr } = python('tensor', ['-c', look]);
    expect(stderr).toBe('');
    const [mean, deviation, product] = stdout.trim().split(' ').map(Number);
    expect(mean).toBeCloseTo(1, 1.5);
    expect(deviation).toBeCloseTo(Math.sqrt(1 / 3), 1.5);
    expect(product).toBeCloseTo(1, 1.5);
  });
});
