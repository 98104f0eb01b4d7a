/** Training on PyTorch through the command line: interruption, resuming, exported jobs, several machines. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort } from '../../src/engines/torch/launch.ts';
import { torchVersion } from '../../src/engines/torch/python.ts';
import { countEvents, peopleCsv, signalled, workFolder } from '../cli/files.ts';
import { weightsIn } from '../cli/weights.ts';
import { found, modern, torchEnvironment } from './torch-found.ts';
import { processesOf } from './torch-jobs.ts';

/** Runs the command line while other tests of this file, which wait much, go on. */
const hillock = (args: readonly string[]) => signalled(args, 'SIGINT', () => false, { env: torchEnvironment });
const work = workFolder();
const people = work.file('people.csv', peopleCsv(200));
afterAll(() => work.remove());

const timeout = 600_000;
const network = ['--hidden', '8', '--members', '1', '--dropout', '0', '--seed', '3', '--no-baseline'];
const options = ['--target', 'tall', ...network, '--batch', '33', '--patience', '0', '--checkpoint-every', '0'];
const torch = ['--engine', 'torch', '--nproc', '2', '--threads', '1'];

/** The largest difference of the weights of two runs. */
function apart(a: string, b: string): number {
  const other = weightsIn(b);
  let worst = 0;
  for (const [name, bytes] of weightsIn(a)) {
    const [x, y] = [bytes, other.get(name)!].map(of => new Float32Array(of.buffer, of.byteOffset, of.byteLength / 4));
    x!.forEach((value, i) => {
      worst = Math.max(worst, Math.abs(value - y![i]!));
    });
  }
  return worst;
}

const local = join(work.path, 'local');
beforeAll(async () => {
  const { code, stderr } = await hillock(['train', people, ...options, '--epochs', '40', '--out', local]);
  expect(code, stderr).toBe(0);
});

describe.skipIf(found === undefined).concurrent('hillock train --engine torch', () => {
  test.each(modern ? ['ddp', 'tensor'] : ['ddp'])(
    '%s: Ctrl-C writes a checkpoint, --resume comes to the weights of training here',
    {
      timeout,
    },
    async strategy => {
      const out = join(work.path, `interrupted ${strategy}`);
      const { code, stderr, stdout } = await signalled(
        ['train', people, ...options, ...torch, '--strategy', strategy, '--epochs', '40', '--out', out, '--json'],
        'SIGINT',
        text => countEvents(text, 'epoch') >= 2,
        { env: torchEnvironment },
      );
      expect(code, stderr).toBe(130);
      expect(stderr).toContain('hillock train --resume');
      expect(stdout).toContain('"why":"interrupted"');
      expect(existsSync(join(out, 'torch'))).toBe(false);
      const again = await hillock(['train', '--resume', out, '--json']);
      expect(again.code, again.stderr).toBe(0);
      const events = again.stdout
        .trim()
        .split('\n')
        .map(line => JSON.parse(line) as Record<string, unknown>);
      expect(events.find(({ event }) => event === 'start')!.step).toBeGreaterThan(0);
      expect(events.at(-1)).toMatchObject({
        event: 'result',
        device: expect.stringContaining(`2 processes (${strategy}, gloo)`),
      });
      expect(apart(out, local)).toBeLessThan(1e-4);
    },
  );

  test('leaves no process behind when it is killed itself', { timeout }, async () => {
    const out = join(work.path, 'killed');
    await signalled(
      ['train', people, ...options, ...torch, '--epochs', '100000', '--out', out, '--json'],
      'SIGKILL',
      text => countEvents(text, 'epoch') >= 2,
      { env: torchEnvironment },
    );
    for (let waited = 0; waited < 60 && processesOf(out).length > 0; waited++) await setTimeout(1000);
    expect(processesOf(out)).toEqual([]);
  });

  const pipeline = ['pipeline', '--micro-batches', '2'];
  test.each(modern ? [['ddp'], pipeline] : [pipeline])(
    '%s: exported, made by torchrun, ended and begun again, collected',
    {
      timeout,
    },
    async (...strategy) => {
      const job = join(work.path, `job ${strategy[0]}`);
      const where = ['--nproc', '2', '--device', 'cpu', '--strategy', ...strategy];
      const collect = (out: string) => hillock(['train', '--collect', job, '--out', join(work.path, out)]);
      expect(await hillock(['export', local, '--to', 'torch-job', ...where, '--out', job])).toMatchObject({ code: 0 });
      expect(await collect(`too early ${strategy[0]}`)).toMatchObject({ code: 3 });
      const old = torchVersion(found!)[0] < 2;
      const begin = ['-m', 'torch.distributed.run', ...(old ? ['-r', '1', '-t', '1'] : []), '--nproc_per_node', '2'];
      const words = [...begin, '--master_port', String(await freePort()), join(job, 'train.py')];
      const torchrun = (): ReturnType<typeof spawn> => spawn(found!.command, words, { stdio: 'ignore', cwd: job });
      const events = (): string => {
        const path = join(job, 'out', 'events.jsonl');
        return existsSync(path) ? readFileSync(path, 'utf8') : '';
      };
      const first = torchrun();
      while (!events().includes('"epoch"') && first.exitCode === null) await setTimeout(20);
      first.kill('SIGTERM');
      await new Promise(resolve => first.once('exit', resolve));
      if (!events().includes('"end"')) {
        const second = torchrun();
        expect(await new Promise(resolve => second.once('exit', resolve))).toBe(0);
      }
      expect(await collect(`collected ${strategy[0]}`)).toMatchObject({ code: 0 });
      expect(apart(join(work.path, `collected ${strategy[0]}`), local)).toBeLessThan(1e-4);
    },
  );
});

const root = process.getuid?.() === 0;
const canSplit = root && spawnSync('ip', ['netns', 'list']).status === 0;
const why = 'skipped: two hosts need root and `ip netns`';

describe.skipIf(found === undefined || !canSplit).concurrent('two hosts that a cable connects', () => {
  const ip = (...words: string[]): number | null => spawnSync('ip', words).status;
  const names = ['a', 'b'].map(end => `hk${process.pid % 10000}${end}`);
  const link = (up: 'up' | 'down'): number | null => ip('-n', names[0]!, 'link', 'set', `${names[0]}v`, up);
  beforeAll(() => {
    const [a, b] = names as [string, string];
    for (const name of names) expect(ip('netns', 'add', name)).toBe(0);
    expect(ip('link', 'add', `${a}v`, 'netns', a, 'type', 'veth', 'peer', 'name', `${b}v`, 'netns', b)).toBe(0);
    names.forEach((name, i) => {
      ip('-n', name, 'addr', 'add', `10.98.7.${i + 1}/24`, 'dev', `${name}v`);
      ip('-n', name, 'link', 'set', 'lo', 'up');
      ip('-n', name, 'link', 'set', `${name}v`, 'up');
    });
  });
  afterAll(() => {
    for (const name of names) ip('netns', 'del', name);
  });

  const bin = join(import.meta.dirname, '../../bin/hillock.js');
  /** Trains on both hosts; `each` sees what the first has printed so far. */
  async function both(name: string, more: string[], each: (stdout: string) => void = () => undefined) {
    mkdirSync(join(work.path, name));
    const hosts = names.map((host, rank) => {
      const out = join(work.path, name, String(rank));
      const machines = ['--nodes', '2', '--node-rank', String(rank), '--master', '10.98.7.1:29500'];
      const words = [
        'train',
        people,
        ...options,
        '--engine',
        'torch',
        '--threads',
        '1',
        ...machines,
        ...more,
        '--json',
      ];
      const child = spawn('ip', ['netns', 'exec', host, process.execPath, bin, ...words, '--out', out], {
        env: { ...process.env, ...torchEnvironment },
      });
      let [stdout, stderr] = ['', ''];
      child.stdout.on('data', chunk => {
        stdout += String(chunk);
        if (rank === 0) each(stdout);
      });
      child.stderr.on('data', chunk => {
        stderr += String(chunk);
      });
      return new Promise<{ code: number | null; stderr: string; out: string }>(resolve => {
        child.once('close', code => resolve({ code, stderr, out }));
      });
    });
    return Promise.all(hosts);
  }

  test.sequential('come to the weights of one, also when it is cut and healed', { timeout }, async () => {
    let cut = false;
    const ended = await both('healed', ['--epochs', '40', '--timeout', '60'], stdout => {
      if (cut || countEvents(stdout, 'epoch') < 3) return;
      cut = true;
      expect(link('down')).toBe(0);
      globalThis.setTimeout(() => link('up'), 4000);
    });
    for (const { code, stderr, out } of ended) {
      expect(code, stderr).toBe(0);
      expect(apart(out, local)).toBeLessThan(1e-4);
    }
    expect(cut).toBe(true);
  });

  test.sequential('both say so when it stays cut, and keep their checkpoints', { timeout }, async () => {
    let cut = false;
    const ended = await both('cut', ['--epochs', '100000', '--timeout', '8'], stdout => {
      if (cut || countEvents(stdout, 'epoch') < 3) return;
      cut = true;
      link('down');
    });
    link('up');
    for (const { code, stderr, out } of ended) {
      expect(code, stderr).toBe(6);
      expect(stderr).toMatch(/lost the others, or waited 8 seconds for them/);
      expect(existsSync(join(out, 'checkpoint', 'state.safetensors'))).toBe(true);
      expect(processesOf(out)).toEqual([]);
    }
  });
});
test.runIf(!canSplit)(why, () => {});
