/** Networks that PyTorch made, read from its files and compared with what it says itself. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { makeTable, numberColumn } from '../../data/index.ts';
import { temporaryFiles } from '../../data/testing.case.ts';
import {
  activationLayer,
  batchNorm,
  conv1d,
  conv2d,
  convTranspose1d,
  convTranspose2d,
  dense,
  embedding,
  flatten,
  gru,
  layerNorm,
  lstm,
  maxPool,
  reshape,
  rnn,
} from '../../nn/index.ts';
import { nodeRuntime } from '../../runtime/node.ts';
import { distance } from '../export/testing.case.ts';
import { predictor } from '../index.ts';
import { type Imported, importModel } from './index.ts';
import { python, script, type TorchCase, type TorchTruth, whyNoTorch } from './testing.case.ts';

const cases: readonly TorchCase[] = [
  {
    name: 'a perceptron as nn.Sequential',
    module: 'nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 5, bias=False), nn.Tanh(), nn.Linear(5, 1))',
    columns: 4,
    layers: [dense(8, 'relu'), dense(5, 'tanh', { bias: false }), dense(1)],
  },
  {
    name: 'more than ten numbered modules',
    module: 'nn.Sequential(*[m for _ in range(6) for m in (nn.Linear(4, 4), nn.SiLU())], nn.Linear(4, 1))',
    columns: 4,
    layers: [...Array.from({ length: 6 }, () => dense(4, 'silu')), dense(1)],
  },
  {
    name: 'modules with names of their own',
    module: 'Named()',
    columns: 4,
    layers: [dense(6, 'relu'), dense(6, 'tanh'), dense(1)],
    names: { dense1: 'input', dense2: 'hidden', dense3: 'output' },
  },
  {
    name: 'modules told apart by their shapes',
    module: 'Distinct()',
    columns: 4,
    layers: [dense(6, 'relu'), dense(5, 'tanh'), dense(1)],
  },
  {
    name: 'norms',
    module:
      'nn.Sequential(nn.Linear(4, 6), nn.BatchNorm1d(6, eps=1e-4), nn.ReLU(), nn.Linear(6, 6), nn.LayerNorm(6), nn.Linear(6, 1))',
    columns: 4,
    layers: [dense(6), batchNorm({ epsilon: 1e-4 }), activationLayer('relu'), dense(6), layerNorm(), dense(1)],
  },
  {
    name: 'convolutions of maps',
    module:
      'nn.Sequential(View(2, 6, 6), nn.Conv2d(2, 4, 3, padding=1, stride=2), nn.ReLU(), nn.Conv2d(4, 4, 2, groups=2), nn.MaxPool2d(2), nn.ConvTranspose2d(4, 3, (2, 3), stride=2), nn.Tanh(), nn.Flatten(), nn.Linear(18, 1))',
    columns: 72,
    layers: [
      reshape([2, 6, 6]),
      conv2d(4, 3, 'relu', { padding: 1, stride: 2 }),
      conv2d(4, 2, 'linear', { groups: 2 }),
      maxPool(2),
      convTranspose2d(3, [2, 3], 'tanh', { stride: 2 }),
      flatten(),
      dense(1),
    ],
  },
  {
    name: 'convolutions of sequences and their norm',
    module:
      'nn.Sequential(View(2, 8), nn.Conv1d(2, 4, 3), nn.ReLU(), nn.BatchNorm1d(4), nn.ConvTranspose1d(4, 2, 3, stride=2), nn.Flatten(), nn.Linear(26, 1))',
    columns: 16,
    layers: [
      reshape([2, 8]),
      conv1d(4, 3, 'relu'),
      batchNorm(),
      convTranspose1d(2, 3, 'linear', { stride: 2 }),
      flatten(),
      dense(1),
    ],
  },
  {
    name: 'an LSTM that reads both ways',
    module: 'nn.Sequential(View(5, 3), Last(nn.LSTM(3, 4, batch_first=True, bidirectional=True)), nn.Linear(8, 1))',
    columns: 15,
    layers: [reshape([5, 3]), lstm(4, { bidirectional: true }), dense(1)],
  },
  {
    name: 'GRU on RNN, the one without biases',
    module:
      'nn.Sequential(View(5, 3), Last(nn.RNN(3, 4, batch_first=True, bias=False), True), Last(nn.GRU(4, 3, batch_first=True)), nn.Linear(3, 1))',
    columns: 15,
    layers: [reshape([5, 3]), rnn(4, { returnSequences: true }), gru(3), dense(1)],
  },
  {
    name: 'an embedding',
    module: 'nn.Sequential(Codes(nn.Embedding(6, 3)), nn.Flatten(), nn.Linear(12, 1))',
    columns: 4,
    layers: [embedding(6, 3), flatten(), dense(1)],
  },
];

const file = temporaryFiles();
let folder = '';
let truths: readonly TorchTruth[] = [];
beforeAll(async () => {
  if (python === undefined) return;
  const path = await file('script.py', script);
  folder = dirname(path);
  const list = await file('cases.json', JSON.stringify(cases.map(({ module, columns }) => [module, columns])));
  const { stdout, stderr, status } = spawnSync(python, [path, folder, list], { encoding: 'utf8', maxBuffer: 2 ** 28 });
  if (status !== 0) throw new Error(stderr);
  truths = stdout
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line) as TorchTruth);
});

const described = ({ columns, layers, names }: TorchCase, more: object = {}): string =>
  JSON.stringify({
    input: { columns: Array.from({ length: columns }, (_, i) => `x${i}`) },
    layers,
    target: { name: 'y' },
    ...(names ? { names } : {}),
    ...more,
  });

const imported = (path: string, json: string): Imported =>
  importModel({ source: path, bytes: new Uint8Array(readFileSync(path)), spec: { source: 'network.json', json } });

async function said({ spec, parameters }: Imported, rows: readonly (readonly number[])[]): Promise<number[][]> {
  const columns = rows[0]!.map((_, i) =>
    numberColumn(
      `x${i}`,
      rows.map(row => row[i]!),
    ),
  );
  const use = await predictor(spec, parameters, await nodeRuntime({ threads: 1 }));
  const { raw } = await use.table(makeTable('rows', columns));
  await use.close();
  return [...raw].map(value => [value]);
}

describe.skipIf(python === undefined)('a network of PyTorch', () => {
  test.each(cases.map((one, i) => [one.name, one, i] as const))(
    '%s, as safetensors: the same outputs to 1e-5',
    async (_, one, i) => {
      const found = imported(join(folder, `case${i}.safetensors`), described(one));
      expect(distance(await said(found, truths[i]!.rows), truths[i]!.outputs)).toBeLessThan(1e-5);
      expect(found.notes).toEqual([]);
    },
  );

  test.each(cases.map((one, i) => [one.name, one, i] as const))(
    '%s, as ONNX: the same outputs to 1e-5',
    async (_, one, i) => {
      const path = join(folder, `case${i}.onnx`);
      expect(existsSync(path)).toBe(true);
      const found = imported(path, described(one));
      expect(distance(await said(found, truths[i]!.rows), truths[i]!.outputs)).toBeLessThan(1e-5);
    },
  );

  test.each([
    [
      'a stride',
      5,
      { stride: 2 },
      { stride: 1 },
      /conv2d1 is the node .*which has strides \[2,2\], the description \[1,1\]/,
    ],
    ['a padding', 5, { padding: 1 }, { padding: 2 }, /conv2d1 .*pads \[1,1,1,1\], the description \[2,2,2,2\]/],
    ['groups', 5, { groups: 2 }, { groups: 1 }, /conv2d2 .*group \[2\], the description \[1\]/],
    ['an epsilon', 6, { epsilon: 1e-5 }, { epsilon: 1e-3 }, /batch-norm1 .*epsilon .*, the description 0.001/],
    [
      'a direction',
      7,
      { bidirectional: true },
      { bidirectional: false },
      /lstm1 .*direction bidirectional, the description forward/,
    ],
    [
      'an activation',
      8,
      { activation: 'tanh' },
      { activation: 'relu' },
      /rnn1 .*activations \[tanh\], the description \[relu\]/,
    ],
  ] as const)('%s that the description has otherwise is told', (_, i, from, to, message) => {
    const text = described(cases[i]!);
    const [before, after] = [from, to].map(part => JSON.stringify(part).slice(1, -1));
    expect(text).toContain(before);
    expect(() => imported(join(folder, `case${i}.onnx`), text.replace(before!, after!))).toThrow(message);
  });

  test.each([
    ['f64', 1e-5, 'float64'],
    ['f16', 1e-2, 'float16'],
    ['bf16', 5e-2, 'bfloat16'],
  ] as const)('weights of %s are converted, and said so', async (type, tolerance, word) => {
    const found = imported(join(folder, `case0-${type}.safetensors`), described(cases[0]!));
    const off = distance(await said(found, truths[0]!.rows), truths[0]!.outputs);
    expect(off).toBeLessThan(tolerance);
    expect(found.notes).toEqual([
      expect.stringMatching(new RegExp(`^converted from ${word} to float32: 0.bias, .* and 2 more$`)),
    ]);
  });
});

test.runIf(python === undefined)(whyNoTorch, () => {});
