/** The file model.onnx: round trip, the same predictions everywhere, and files from strangers. */
import { describe, expect, test } from 'vitest';
import { everyRow } from '../data/index.ts';
import { packedRows, plainPixels, rawFeeds } from '../features/index.ts';
import { f32, floats, input, type Tensor } from '../graph/index.ts';
import { batchNorm, dense, flatten, layerNorm, network, place } from '../nn/index.ts';
import { expectNear } from '../nn/testing.case.ts';
import { encodeModel } from '../onnx/index.ts';
import { relu } from '../ops/index.ts';
import { random } from '../random.ts';
import { nodeRuntime } from '../runtime/node.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { nodeWasmRuntime } from '../runtime/wasm-node.ts';
import { decodeArtifact, encodeArtifact, inputShapeOf, modelGraph, parseModelSpec, predictor } from './index.ts';
import { mixedTable, type Untrained, untrained } from './testing.case.ts';

const names = ['binary', 'multiclass', 'regression'] as const;
const runtimes: readonly (readonly [string, () => Promise<Runtime>])[] = [
  ['native', () => nodeRuntime()],
  ['WebAssembly', () => nodeWasmRuntime()],
];

const plain = (spec: unknown): unknown => JSON.parse(JSON.stringify(spec));

describe.each(names)('%s', task => {
  const models: Readonly<Record<string, Untrained>> = {
    single: untrained(task),
    ensemble: untrained(task, { members: 3 }),
    normalised: untrained(task, { hidden: [dense(5, 'gelu'), batchNorm(), layerNorm()] }),
  };

  test.each(Object.keys(models))('%s: what is written is read back', name => {
    const { spec, parameters } = models[name]!;
    const report = { anything: [1, null, 'ä'] };
    const back = decodeArtifact(encodeArtifact(spec, parameters, report), 'model.onnx');
    expect(plain(back.spec)).toEqual(plain(spec));
    expect(back.parameters).toEqual(parameters);
    expect(back.report).toEqual(report);
    const again = encodeArtifact(back.spec, back.parameters, back.report);
    const third = decodeArtifact(again, 'model.onnx');
    expect(Buffer.from(again).equals(encodeArtifact(third.spec, third.parameters, third.report))).toBe(true);
  });

  test.each(Object.keys(models))('%s: both runtimes predict the same', async name => {
    const { spec, parameters } = models[name]!;
    const bytes = encodeArtifact(spec, parameters);
    // Other rows than those of the encoder, with a word and a column that it has not seen.
    const table = mixedTable(50, random('other rows'));
    const strange = { ...table.columns[2]!, levels: ['red', 'never seen', 'dark blue'] };
    const rows = { ...table, columns: [table.columns[0]!, strange, table.columns[3]!] } as typeof table;
    if (spec.input.kind !== 'table') throw new Error('it takes a table');
    const { feeds } = rawFeeds(spec.input.encoder, rows, [...Array(50).keys()]);
    const results: Readonly<Record<string, Tensor>>[] = [];
    for (const [, make] of runtimes) results.push(await (await (await make()).open(bytes)).run(feeds));
    const [native, web] = results;
    const numbers = task === 'regression' ? 'prediction' : 'probabilities';
    expectNear(floats(web![numbers]), floats(native![numbers]), 1e-5);
    expect(web!.label?.data).toEqual(native!.label?.data);
    const used = await predictor(spec, parameters, await nodeRuntime());
    const { raw, rows: read } = await used.table(rows);
    const outputs = floats(native![numbers]);
    const expected = task === 'binary' ? outputs.filter((_, i) => i % 2 === 1) : outputs;
    expectNear(raw, expected, 0);
    const { encoder } = spec.input;
    const { values } = packedRows(encoder, rows, everyRow(50));
    const [packed] = Object.values(await used.packed({ rows: f32(values, [50, encoder.columns.length]) }));
    expectNear(floats(packed), expected, 0);
    if (task !== 'regression') expect(read.map(({ value }) => value)).toEqual([...native!.label!.data]);
    else
      expectNear(
        read.map(({ value }) => value as number),
        expected,
        0,
      );
    for (const { probabilities } of read)
      if (probabilities) expectNear([probabilities.reduce((a, b) => a + b)], [1], 1e-6);
    await used.close();
  });

  test('columns may be named like outputs, parameters and values inside', async () => {
    const given = untrained(task);
    const named = untrained(task, { names: ['prediction', 'label', 'probabilities', 'dense1.weight'] });
    const back = decodeArtifact(encodeArtifact(named.spec, named.parameters), 'model.onnx');
    expect(back.parameters).toEqual(named.parameters);
    const session = await (await nodeRuntime()).open(encodeArtifact(named.spec, named.parameters));
    expect(session.outputNames).toEqual(task === 'regression' ? ['prediction'] : ['label', 'probabilities']);
    for (const [, make] of runtimes) {
      const [a, b] = [
        await predictor(given.spec, given.parameters, await make()),
        await predictor(back.spec, back.parameters, await make()),
      ];
      expectNear((await b.table(named.table)).raw, (await a.table(given.table)).raw, 0);
    }
  });
});

test('records predict what the rows of the table do', async () => {
  const { spec, parameters } = untrained('multiclass');
  const used = await predictor(spec, parameters, await nodeRuntime());
  const records = [
    { size: 12.5, count: 2, colour: 'Grün', built: '2015-06-01' },
    { size: '12.5', count: '2', colour: ' Grün ', built: '2015-06-01' },
    { size: null, count: Number.NaN, colour: '', built: null },
    {},
    new Map([['colour', 'never seen']]),
  ];
  const { raw } = await used.records(records);
  expectNear(raw.subarray(3, 6), raw.subarray(0, 3), 0);
  expectNear(raw.subarray(9, 12), raw.subarray(6, 9), 0);
  expect(raw.length).toBe(15);
  expect((await used.records([])).rows).toEqual([]);
});

describe('images', () => {
  const { spec, parameters } = untrained('multiclass', { hidden: [] });
  const layers = network([flatten(), dense(3)]);
  const images: typeof spec = { ...spec, input: { kind: 'images', ...plainPixels([2, 2, 1]) }, network: layers };
  const weights = new Map([
    ['dense1.weight', f32([1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0], [4, 3])],
    ['dense1.bias', f32([0, 0, 0])],
  ]);
  const digits = {
    kind: 'images',
    source: 'x',
    rows: 2,
    shape: [2, 2, 1],
    pixels: Uint8Array.of(255, 0, 0, 0, 0, 0, 255, 9),
    labels: null,
    classNames: [],
    notes: [],
    fingerprint: '',
  } as const;

  test('pixels are scaled to [0, 1]', async () => {
    const used = await predictor(images, weights, await nodeRuntime());
    const e = Math.E;
    const { raw, rows } = await used.images(digits as never);
    expectNear(raw, [e / (e + 2), 1 / (e + 2), 1 / (e + 2), 1 / (e + 2), 1 / (e + 2), e / (e + 2)], 1e-6);
    expect(rows.map(({ value }) => value)).toEqual(['red', '"🙂"']);
  });

  test('the channels of a row come first, those of a pixel last', async () => {
    const coloured: typeof spec = { ...images, input: { kind: 'images', ...plainPixels([1, 2, 2]) } };
    const used = await predictor(coloured, weights, await nodeRuntime());
    const { rows } = await used.images({
      ...digits,
      shape: [1, 2, 2],
      pixels: Uint8Array.of(0, 0, 255, 0, 0, 255, 0, 0),
    });
    expect(rows.map(({ value }) => value)).toEqual(['gre en', '"🙂"']);
  });

  test('a file of the first version, whose dense layers take the pixels as a list', () => {
    const { version, hillock, created, threshold, target } = images;
    const old = { version, hillock, created, threshold, target };
    const json = { ...old, input: { kind: 'images', shape: [2, 2, 1] }, network: { layers: [dense(3)] } };
    const read = parseModelSpec(JSON.stringify(json));
    expect(read).toEqual(images);
    expect(place(read.network, inputShapeOf(read.input)).map(({ name }) => name)).toEqual(['flatten1', 'dense1']);
  });

  test('what is not of their kind or size is refused', async () => {
    const used = await predictor(images, weights, await nodeRuntime());
    const table = await predictor(spec, parameters, await nodeRuntime());
    await expect(used.table(mixedTable(3, random(1)))).rejects.toMatchObject({ kind: 'usage' });
    await expect(used.records([{}])).rejects.toMatchObject({ kind: 'usage' });
    await expect(table.images(digits as never)).rejects.toMatchObject({ kind: 'usage' });
    await expect(used.images({ ...digits, shape: [1, 4, 1] } as never)).rejects.toMatchObject({
      kind: 'data',
      message: expect.stringMatching(/2×2×1.*1×4×1/),
    });
  });
});

describe('files from strangers', () => {
  const { spec, parameters } = untrained('multiclass');
  const bytes = encodeArtifact(spec, parameters, { ok: true });

  const refusal = (data: Uint8Array): unknown => {
    try {
      decodeArtifact(data, 'model.onnx');
    } catch (error) {
      return error;
    }
    return 'accepted';
  };

  test('cut anywhere', () => {
    for (let length = 0; length < bytes.length; length += length < 200 ? 1 : 37)
      expect(refusal(bytes.subarray(0, length)), `${length} bytes`).toMatchObject({
        name: 'HillockError',
        kind: 'model-file',
      });
  });

  test('with any bytes changed: read or refused, never another error', () => {
    const rng = random('flips');
    let refused = 0;
    for (let i = 0; i < 1500; i++) {
      const changed = bytes.slice();
      for (let k = rng.below(4); k >= 0; k--) changed[rng.below(changed.length)] = rng.below(256);
      const error = refusal(changed);
      if (error === 'accepted') continue;
      expect(error).toMatchObject({ name: 'HillockError', kind: 'model-file' });
      refused++;
    }
    expect(refused).toBeGreaterThan(100);
  });

  test('text, pictures and another ONNX model', () => {
    const x = input('x', ['N']);
    const foreign = encodeModel({ inputs: [x], outputs: [relu(x)] }, { outputs: ['y'] });
    expect(refusal(foreign)).toMatchObject({
      kind: 'model-file',
      message: expect.stringMatching(/not one that Hillock wrote/),
    });
    for (const data of ['age,salary\n1,2\n', '\u0089PNG\r\n', '{"layers":[]}'])
      expect(refusal(new TextEncoder().encode(data))).toMatchObject({ kind: 'model-file' });
  });

  /** The model with another description. */
  const described = (text: string | undefined): Uint8Array => {
    const { graph, outputs } = modelGraph(spec, parameters);
    return encodeModel(graph, { outputs, metadata: { report: '{', ...(text === undefined ? {} : { hillock: text }) } });
  };

  test('one that has lost its checksum', () => {
    expect(refusal(described(JSON.stringify(spec)))).toMatchObject({
      kind: 'model-file',
      message: expect.stringMatching(/is damaged/),
    });
  });

  const edited = (change: (draft: Draft) => void): string => {
    const draft = plain(spec) as Draft;
    change(draft);
    return JSON.stringify(draft);
  };
  type Draft = Record<string, Record<string, unknown>> & {
    network: { layers: Record<string, unknown>[]; members?: unknown };
  };
  const edits: readonly (readonly [string, (draft: Draft) => void])[] = [
    ['another version', draft => Object.assign(draft, { version: 2 })],
    ['no network', draft => Object.assign(draft, { network: null })],
    ['a layer of another kind', draft => Object.assign(draft.network.layers[0]!, { kind: 'lstm' })],
    ['a wider layer', draft => Object.assign(draft.network.layers[0]!, { units: 7 })],
    ['a huge layer', draft => Object.assign(draft.network.layers[0]!, { units: 1_000_000 })],
    ['a layer without bias', draft => Object.assign(draft.network.layers[2]!, { bias: false, units: 4 })],
    ['a mask that does not fit', draft => Object.assign(draft.network.layers[0]!, { mask: [[1]] })],
    [
      'layers that do not fit one another',
      draft => draft.network.layers.unshift({ kind: 'batch-norm' }, { kind: 'flatten' }),
    ],
    ['no layers', draft => Object.assign(draft.network, { layers: [] })],
    ['members that are not there', draft => Object.assign(draft.network, { members: 2 })],
    ['0 members', draft => Object.assign(draft.network, { members: 0 })],
    ['more classes than outputs', draft => Object.assign(draft.target!, { classes: ['a', 'b', 'c', 'd'] })],
    [
      'another task',
      draft => Object.assign(draft, { target: { version: 1, name: 'y', task: 'binary', classes: ['a', 'b'] } }),
    ],
    ['a task that does not exist', draft => Object.assign(draft.target!, { task: 'magic' })],
    ['a threshold of 2', draft => Object.assign(draft, { threshold: 2 })],
    [
      'images instead of a table',
      draft => Object.assign(draft, { input: { kind: 'images', ...plainPixels([28, 28, 1]) } }),
    ],
    [
      'images of a negative size',
      draft => Object.assign(draft, { input: { kind: 'images', ...plainPixels([-1, 28, 1]) } }),
    ],
    ['an encoder that is nothing', draft => Object.assign(draft.input!, { encoder: null })],
    ['a column less', draft => (draft.input!.encoder as { columns: unknown[] }).columns.pop()],
  ];
  test.each(edits)('a description with %s', (_, change) => {
    expect(refusal(described(edited(change)))).toMatchObject({
      name: 'HillockError',
      kind: 'model-file',
    });
  });

  test.each(['', '{', 'null', '3', '[]', '{}', '"x"', '{"version":1}', '['.repeat(50_000)])(
    'the description %j',
    text => {
      expect(refusal(described(text.slice(0, 50_000)))).toMatchObject({ name: 'HillockError', kind: 'model-file' });
    },
  );

  test('weights of another shape', () => {
    const changed = new Map(parameters).set('dense1.bias', f32([1, 2]));
    expect(() => encodeArtifact(spec, changed)).toThrow(/dense1\.bias as float32 \[6\], found float32 \[2\]/);
    const missing = new Map(parameters);
    missing.delete('dense2.weight');
    expect(() => encodeArtifact(spec, missing)).toThrow(/dense2\.weight.*found none/);
  });
});
