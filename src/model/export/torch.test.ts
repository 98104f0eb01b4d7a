/** Exports for PyTorch, run by it where it is found. */
import { spawnSync } from 'node:child_process';
import { dirname } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Images, makeTable, numberColumn, table as readTable, select, textColumn } from '../../data/index.ts';
import { realData, temporaryFiles } from '../../data/testing.case.ts';
import { activationNames } from '../../neuron/index.ts';
import {
  activationLayer,
  averagePool,
  batchNorm,
  conv1d,
  conv2d,
  convTranspose1d,
  convTranspose2d,
  dense,
  dropout,
  embedding,
  flatten,
  globalAveragePool,
  globalMaxPool,
  gru,
  type LayerSpec,
  layerKinds,
  layerNorm,
  lstm,
  maxPool,
  network,
  permute,
  place,
  repeat,
  reshape,
  residual,
  rnn,
  upsample,
} from '../../nn/index.ts';
import { random } from '../../random.ts';
import { nodeRuntime } from '../../runtime/node.ts';
import { python, whyNoTorch } from '../import/testing.case.ts';
import { type ModelSpec, predictor } from '../index.ts';
import { mixedTable } from '../testing.case.ts';
import {
  anyParameters,
  cellsOf,
  distance,
  everyEncoding,
  type Model,
  modelOf,
  plainModel,
  truthOf,
  unitOf,
} from './testing.case.ts';
import { torchFormat } from './torch.ts';

const file = temporaryFiles();

interface Case {
  readonly name: string;
  readonly model: Model;
  /** What `predict` is given, as JSON. */
  readonly rows: unknown;
  readonly truth: readonly (readonly number[])[];
}

const runner = `
import importlib.util, json, sys
def load(path):
    spec = importlib.util.spec_from_file_location("exported", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
for path, rows in json.load(open(sys.argv[1])):
    module = load(path)
    made = module.predict(module.load(), rows)
    values = made["probabilities"] if "probabilities" in made else made["prediction"]
    print(json.dumps(values.tolist()))
`;

/** The largest distance of what PyTorch says, of each case. */
async function distances(cases: readonly Case[]): Promise<Record<string, number>> {
  const list = await Promise.all(
    cases.map(async ({ model, rows }, i) => {
      const [code, weights] = torchFormat.write(model);
      await file(`case${i}.safetensors`, weights!.data);
      return [await file(`case${i}.py`, code!.data), rows];
    }),
  );
  const script = await file('run.py', runner);
  const { stdout, stderr } = spawnSync(python!, [script, await file('cases.json', JSON.stringify(list))], {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  const lines = stdout.trimEnd().split('\n');
  if (lines.length !== cases.length) throw new Error(`${cases[lines.length]?.name ?? 'Python'}: ${stderr}`);
  return Object.fromEntries(
    cases.map(({ name, truth, model }, i) => [name, distance(JSON.parse(lines[i]!), truth, unitOf(model))]),
  );
}

/** A flat list as lists of lists of a shape. */
function nested(flat: readonly number[], shape: readonly number[]): unknown {
  const [size, ...rest] = shape.toReversed();
  if (size === undefined) return flat;
  const parts = Array.from({ length: flat.length / size }, (_, i) => flat.slice(i * size, (i + 1) * size));
  return rest.reduce<unknown[]>(
    (all, count) => Array.from({ length: all.length / count }, (_, i) => all.slice(i * count, (i + 1) * count)),
    parts,
  );
}

/** Rows as columns, as Python takes them. */
function columnsOf(cells: readonly Record<string, unknown>[]): Record<string, unknown[]> {
  const names = Object.keys(cells[0]!);
  return Object.fromEntries(names.map(name => [name, cells.map(cell => cell[name])]));
}

const table = mixedTable(120, random('export'));
const all = Array.from({ length: table.rows }, (_, row) => row);

async function tableCase(name: string, model: Model, own = table, rows: readonly number[] = all): Promise<Case> {
  return { name, model, rows: columnsOf(cellsOf(own, rows)), truth: await truthOf(model, own, rows) };
}

const map = reshape([1, 4, -1]);
const sequence = reshape([-1, 2]);
const even = [dense(24, 'tanh')];
const chains: readonly (readonly [string, readonly LayerSpec[]])[] = [
  ['dense layers', [dense(7, 'relu'), dropout(0.3), dense(5, 'tanh', { bias: false })]],
  ['norms', [dense(6), batchNorm(), activationLayer('relu'), dense(6), layerNorm()]],
  [
    'residual layers',
    [
      dense(6),
      residual([dense(4, 'tanh'), residual([dense(4)], 'relu'), dense(6)], 'relu'),
      residual([dense(3)], 'linear', { shortcut: [dense(3, 'elu')] }),
    ],
  ],
  [
    'convolutions',
    [
      ...even,
      map,
      conv2d(4, 3, 'relu', { padding: 'same' }),
      conv2d(4, [2, 3], 'silu', { stride: [1, 2], padding: [1, 1], groups: 2, bias: false }),
      batchNorm(),
      maxPool(2, { stride: 1, padding: 'same' }),
      flatten(),
    ],
  ],
  [
    'uneven paddings',
    [
      ...even,
      map,
      conv2d(3, [2, 3], 'linear', { padding: 'same' }),
      averagePool(2, { stride: 1, padding: 'same' }),
      averagePool(2, { stride: 1, padding: 1, countPadding: true }),
      conv2d(2, 3, 'linear', { padding: 'same', dilation: 2 }),
      globalAveragePool(),
    ],
  ],
  [
    'transposed convolutions',
    [
      ...even,
      map,
      convTranspose2d(2, [2, 3], 'tanh', { stride: [1, 2], padding: 'same' }),
      convTranspose2d(2, 3, 'linear', { stride: 2, padding: 1, outputPadding: 1, groups: 2 }),
      upsample([1, 2]),
      globalMaxPool(),
    ],
  ],
  [
    'one axis',
    [
      ...even,
      reshape([2, -1]),
      conv1d(4, 3, 'relu', { padding: 'same', stride: 2 }),
      convTranspose1d(2, 3, 'tanh', { stride: 2, padding: 1, outputPadding: 1 }),
      batchNorm(),
      convTranspose1d(2, 2, 'tanh', { stride: 3, padding: 'same' }),
      averagePool(2),
      maxPool(2, { padding: 1 }),
      flatten(),
    ],
  ],
  [
    'recurrent layers',
    [
      ...even,
      sequence,
      lstm(4, { returnSequences: true, bidirectional: true }),
      gru(3, { returnSequences: true, reverse: true }),
      batchNorm({ axis: -1 }),
      rnn(3, { bidirectional: true }),
    ],
  ],
  [
    'last states',
    [
      ...even,
      sequence,
      gru(4, { returnSequences: true, bidirectional: true }),
      rnn(3, { activation: 'relu', returnSequences: true }),
      lstm(3, { reverse: true }),
    ],
  ],
  ['three axes turned', [dense(12), reshape([2, 2, 3]), permute([1, 2, 0]), flatten()]],
  ['codes and places', [embedding(6, 3), permute([1, 0]), flatten(), dense(3), repeat(4), gru(2)]],
  ...activationNames.map(name => [`activation ${name}`, [dense(5, name)]] as const),
];

describe.skipIf(python === undefined)('PyTorch says what the network says, to 1e-5', () => {
  test('every kind of layer', async () => {
    const cases = await Promise.all(chains.map(([name, hidden]) => tableCase(name, modelOf(table, 'y', hidden))));
    const seen = new Set(JSON.stringify(chains).match(/"kind":"[^"]*"/g));
    for (const { kind } of layerKinds) expect(seen).toContain(`"kind":"${kind}"`);
    for (const [name, found] of Object.entries(await distances(cases))) expect(found, name).toBeLessThan(1e-5);
  });

  test('what are no columns is refused in words', async () => {
    const [code, weights] = torchFormat.write(modelOf(table, 'y', [dense(2)]));
    await file('refusing.safetensors', weights!.data);
    const module = await file('refusing.py', code!.data);
    const given = [
      'None',
      '[{"size": [1]}]',
      '{"Size": [1]}',
      '{"size": 1}',
      '{"colour": "red"}',
      '{"size": [1, 2], "count": [1]}',
      '{"colour": [True]}',
      '{"size": [1]}',
    ];
    const script = `import sys
sys.path.insert(0, sys.argv[1])
import refusing
model = refusing.load()
for columns in [${given.join(', ')}]:
    try:
        refusing.predict(model, columns)
        print("taken")
    except (TypeError, ValueError) as error:
        print(error)
`;
    const { stdout } = spawnSync(python!, [await file('refused.py', script), dirname(module)], { encoding: 'utf8' });
    const whole = 'expected a dict of lists or a DataFrame with the columns size, count, colour, built';
    expect(stdout.trim().split('\n')).toEqual([
      whole,
      whole,
      whole,
      'size: expected a list of values, one for each row, got 1',
      "colour: expected a list of values, one for each row, got 'red'",
      "expected as many values in every column, got {'size': 2, 'count': 1}",
      'colour: expected words, got True',
      'taken',
    ]);
  });

  test('every task, ensembles, columns whose names are code, images', async () => {
    const two = textColumn(
      'two',
      Array.from(all, row => (row % 3 === 0 ? 'no' : 'yes')),
    );
    const three = textColumn(
      'three',
      Array.from(all, row => ['red', '"""', '\\\n'][row % 3]!),
    );
    const of = (target: typeof two) => makeTable('t', [...table.columns, target]);
    const odd = mixedTable(120, random('odd'), ['"); raise 1 #', 'columns', '"""\\', 'class\u2028\n']);
    const positive = makeTable('t', [
      ...table.columns.slice(0, 4),
      { ...table.columns[4]!, values: Float64Array.from(all, row => 1 + row ** 2) } as never,
    ]);
    const spec: ModelSpec = {
      ...modelOf(table, 'y', []).spec,
      input: { kind: 'images', shape: [4, 3, 2], mean: [0.4, 0.1], std: [0.5, 0.2] },
      network: network([conv2d(3, 2, 'relu'), flatten(), dense(3)]),
      target: { version: 1, name: 'label', task: 'multiclass', classes: ['a', 'b', 'c'] },
    };
    const images: Model = { spec, parameters: anyParameters(place(spec.network, [2, 4, 3])), report: null };
    const rng = random('pixels');
    const pixels = Uint8Array.from({ length: 5 * 24 }, () => rng.below(256));
    const use = await predictor(spec, images.parameters, await nodeRuntime({ threads: 1 }));
    const { rows } = await use.images({
      kind: 'images',
      source: '',
      rows: 5,
      shape: [4, 3, 2],
      pixels,
    } as unknown as Images);
    await use.close();
    const hidden = [dense(6, 'silu')];
    const every = everyEncoding(1500);
    const ends = [1e39, -1e39, 1e300, 3e38, -3e38, 1e30, null];
    const wide = makeTable('wide', [numberColumn('size', ends), numberColumn('count', ends.toReversed())]);
    const found = await distances([
      await tableCase('two classes', modelOf(of(two), 'two', hidden), of(two)),
      await tableCase('three classes', modelOf(of(three), 'three', hidden), of(three)),
      await tableCase('two classes by an ensemble', modelOf(of(two), 'two', hidden, { members: 3 }), of(two)),
      await tableCase('three classes by an ensemble', modelOf(of(three), 'three', hidden, { members: 3 }), of(three)),
      await tableCase(
        'an ensemble with residual layers',
        modelOf(table, 'y', [dense(6), residual([dense(6, 'relu')])], { members: 2 }),
      ),
      await tableCase('logarithms', modelOf(positive, 'y', hidden, { log: true }), positive),
      await tableCase('every encoding', modelOf(every, 'y', hidden), every, [...Array(1500).keys()]),
      await tableCase('columns as they are', plainModel(hidden), every, [...Array(300).keys()]),
      await tableCase('numbers beyond float32', plainModel([dense(4, 'tanh')]), wide, [...ends.keys()]),
      await tableCase('odd names', modelOf(odd, 'y', hidden), odd),
      {
        name: 'images',
        model: images,
        rows: nested([...pixels], [4, 3, 2]),
        truth: rows.map(({ probabilities }) => [...probabilities!]),
      },
    ]);
    for (const [name, distance] of Object.entries(found)) expect(distance, name).toBeLessThan(1e-5);
  });

  test.skipIf(realData === undefined)('real tables', async () => {
    const sets = [
      ['titanic/titanic-kaggle-train.csv', 'Survived'],
      ['california-housing/housing.csv', 'median_house_value'],
      ['penguins/penguins_raw.csv', 'Species'],
      ['bike-sharing/hour.csv', 'cnt'],
    ] as const;
    const cases = await Promise.all(
      sets.map(async ([path, target]) => {
        const whole = await readTable(`${realData}/${path}`);
        const sample = select(
          whole,
          Array.from({ length: 300 }, (_, i) => Math.floor((i * whole.rows) / 300)),
        );
        return tableCase(path, modelOf(sample, target, [dense(16, 'silu')]), sample, [...Array(300).keys()]);
      }),
    );
    for (const [name, found] of Object.entries(await distances(cases))) expect(found, name).toBeLessThan(1e-5);
  });
});

test.runIf(python === undefined)(whyNoTorch, () => {});
