import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { blocks, programs } from '../snippets.ts';
import { peopleCsv, workFolder } from './files.ts';
import { hillock, root } from './hillock.ts';

const work = workFolder();
const snippets = await programs();
afterAll(async () => {
  work.remove();
  await snippets.remove();
});

interface Found {
  readonly terms: { readonly parameters: number; readonly bits: Record<string, number> };
  readonly strategies: readonly {
    readonly name: string;
    readonly fits: boolean;
    readonly seconds: { total: number };
  }[];
  readonly recommended: string | null;
  readonly links: { readonly nic: { readonly bytes: number } };
  readonly tokensPerSecond: number | null;
}

const planned = (...args: string[]): Found => {
  const { code, events, stderr } = hillock(['plan', ...args, '--json']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return events.at(-1) as unknown as Found;
};

describe('hillock plan', () => {
  test('the neuron of four connections is 128 + 32 = 160 bits', () => {
    const { code, stdout } = hillock(['plan', 'neuron']);
    expect(code).toBe(0);
    expect(stdout).toContain('128 + 32 = 160 bits = 20 B');
    expect(planned('neuron').terms.bits).toEqual({ weights: 128, biases: 32, parameters: 160 });
  });

  test('for a person: terms, cluster, strategies, the one to take and why, memory, time, traffic', () => {
    const { stdout } = hillock(['plan', 'gpt2-large', '--nodes', '2', '--precision', 'bf16']);
    for (const words of [
      '774,030,080',
      'rail-optimized',
      'Rail Switch',
      'elephant flows',
      'none \\(one GPU\\)',
      'Recommended: ',
      'gradient synchronization',
      'forward pass \\(computation\\)',
      'AllReduce|ReduceScatter',
      'Through one NIC',
      'more: --all',
    ])
      expect(stdout).toMatch(new RegExp(words));
    expect(hillock(['plan', 'gpt2-large', '--nodes', '2', '--precision', 'bf16', '--all']).stdout).not.toContain(
      '--all.',
    );
  });

  test('a network of one’s own, a run, a GPU of one’s own, a picture', () => {
    const net = work.file(
      'net.json',
      '{"layers":[{"kind":"dense","units":64,"activation":"relu"},{"kind":"dense","units":3}]}',
    );
    const gpu = work.file(
      'gpu.json',
      '{"name":"mine","memoryGB":24,"bandwidthGBs":1000,"tflops":{"fp32":80},"nvlinkGBs":30}',
    );
    const svg = join(work.path, 'plan.svg');
    const own = planned(net, '--input', '20', '--gpu', gpu, '--gpus', '4', '--nodes', '2', '--zero', '1', '--svg', svg);
    expect(own.terms.parameters).toBe(20 * 64 + 64 + 64 * 3 + 3);
    expect(own.strategies.every(({ name }) => name.includes('ZeRO-1'))).toBe(true);
    expect(own.links.nic.bytes).toBeGreaterThan(0);
    expect(readFileSync(svg, 'utf8')).toContain('8 × 4 mine'.replace('8', '2'));

    const people = work.file('people.csv', peopleCsv(60));
    const run = join(work.path, 'run');
    const quick = ['--epochs', '1', '--hidden', '4', '--members', '1', '--no-baseline'];
    const trained = hillock(['train', people, '--target', 'tall', ...quick, '--out', run, '--json']);
    expect(planned(run).terms.parameters).toBe(trained.events.at(-1)!.parameters);
  });

  test('what does not fit is said, with what to do', () => {
    const { code, stdout } = hillock(['plan', 'gpt3-175b', '--batch', '8']);
    expect(code).toBe(0);
    expect(stdout).toContain('Nothing fits');
    expect(stdout).toMatch(/Try --precision bf16, more GPUs/);
    expect(planned('gpt3-175b', '--batch', '8').recommended).toBeNull();
  });

  test.each([
    [['gpt9'], /no preset and no file or run 'gpt9'/],
    [['gpt3-175'], /did you mean gpt3-175b\?/],
    [['neuron', '--input', '3'], /--input goes with a network as JSON/],
    [['missing.json', '--input', '3'], /there is no file missing.json/],
    [['neuron', '--gpu', 'h10'], /no GPU 'h10'/],
    [['neuron', '--gpu', 'none.json'], /--gpu: there is no file none.json/],
    [['neuron', '--fabric', 'star'], /is not one of rail-optimized, ecmp/],
    [['neuron', '--nics', '3'], /3 NICs cannot serve 8 GPUs equally/],
    [['gpt2', '--batch', '3', '--tensor', '5'], /no strategy divides a batch of 3 sequences over 8 GPUs/],
    [['neuron', '--nodes', '0'], /--nodes must be/],
  ])('%j is refused in words', (args, words) => {
    const { code, stderr } = hillock(['plan', ...args]);
    expect(code).toBe(2);
    expect(stderr).toMatch(words);
    expect(stderr).not.toContain('    at ');
  });

  test('a network without --input, and one that cannot take it', () => {
    const net = work.file('conv.json', '{"layers":[{"kind":"conv2d","filters":4,"kernel":3}]}');
    expect(hillock(['plan', net]).stderr).toMatch(/what goes into the network\?/);
    expect(hillock(['plan', net, '--input', '7']).stderr).toMatch(/conv2d1: .*got rows of shape \[7\]/);
  });
});

test('the program of the page runs', async () => {
  const [source] = blocks(readFileSync(join(root, 'docs/scale.md'), 'utf8'), 'ts');
  expect(await snippets.run('scale', `${source}\nconsole.log(recommended.fits, why.length > 0);`)).toBe('true true\n');
});
