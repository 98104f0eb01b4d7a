/** `train()` of the built package: from a table to a model that other runtimes serve, and the ways it can end. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  dense,
  dropout,
  load,
  network,
  type Run,
  type TrainEvent,
  type TrainedModel,
  type TrainOptions,
  train,
} from 'hillock';
import { makeSynthetic, makeTable, table as readTable, select, type Table } from 'hillock/data';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { rawFeeds } from '../../src/features/index.ts';
import { floats } from '../../src/graph/index.ts';
import { expectNear } from '../../src/nn/testing.case.ts';
import { nodeRuntime } from '../../src/runtime/node.ts';
import { nodeWasmRuntime } from '../../src/runtime/wasm-node.ts';
import { bits } from './jobs.ts';

let root = '';
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'hillock-train-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

const demo = (name: string, rows?: number): Table => {
  const table = makeSynthetic(`demo:${name}`) as Table;
  return rows === undefined
    ? table
    : select(
        table,
        Int32Array.from({ length: rows }, (_, row) => row),
      );
};

/** Houses with a date of sale, sometimes missing. */
function houses(): Table {
  const table = demo('houses', 400);
  const sold = Float64Array.from({ length: table.rows }, (_, i) =>
    i % 17 === 0 ? Number.NaN : 16_000 + ((i * 37) % 1500),
  );
  return makeTable('houses', [...table.columns, { name: 'sold', type: 'date', format: 'yyyy-mm-dd', values: sold }], {
    target: 'price',
  });
}

const quick: TrainOptions = { epochs: 3, seed: 4, baseline: false, threads: 2 };

async function events(run: Run): Promise<TrainEvent[]> {
  const all: TrainEvent[] = [];
  for await (const event of run) all.push(event);
  return all;
}

const weights = ({ parameters }: TrainedModel) =>
  bits(new Map([...parameters].map(([name, tensor]) => [name, floats(tensor as never)])));

describe('the artifact', () => {
  const subjects: readonly (readonly [string, () => Table, TrainOptions])[] = [
    ['numbers, words, dates, missing cells, a regression', houses, quick],
    ['binary', () => demo('moons', 300), quick],
    ['multiclass', () => demo('spiral', 300), { ...quick, members: 1 }],
    ['words and numbers', () => demo('obesity', 300), { ...quick, activation: 'mish' }],
  ];

  test.each(subjects)('%s: written by native, it predicts the same in WebAssembly', async (title, make, options) => {
    const out = join(root, title.slice(0, 8).trim());
    const data = make();
    const model = await train('mlp', data, { ...options, out }).result;
    const { spec } = model;
    if (spec.input.kind !== 'table') throw new Error('it takes a table');
    const { feeds } = rawFeeds(spec.input.encoder as never, data as never, [...Array(data.rows).keys()]);
    const file = new Uint8Array(await readFile(join(out, 'model.onnx')));
    const name = spec.target.task === 'regression' ? 'prediction' : 'probabilities';
    const runs = await Promise.all(
      [nodeRuntime(), nodeWasmRuntime()].map(async made => (await (await made).open(file)).run(feeds)),
    );
    expectNear(floats(runs[1]![name]), floats(runs[0]![name]), 1e-5);
    const { raw, rows } = await model.predict(data);
    const values = floats(runs[0]![name]);
    expectNear(raw, spec.target.task === 'binary' ? values.filter((_, i) => i % 2 === 1) : values, 1e-6);
    expect(rows.length).toBe(data.rows);
    expect(raw.every(Number.isFinite)).toBe(true);

    const again = await load(out);
    expect(weights(again)).toEqual(weights(model));
    expectNear((await again.predict(data)).raw, raw, 0);
    expect(again.report!.metrics).toEqual(JSON.parse(JSON.stringify(model.report!.metrics)));
    expect((await readdir(out)).filter(entry => entry.endsWith('.tmp'))).toEqual([]);
    const history = (await readFile(join(out, 'history.jsonl'), 'utf8')).trim().split('\n');
    expect(history.length).toBe(model.report!.epochs);
    await Promise.all([model.close(), again.close()]);
  });
});

describe('a run', () => {
  test('tells what happens, in order, and reports', async () => {
    const run = train(network([dense(16, 'relu'), dropout(0.1)]), demo('moons', 400), {
      epochs: 20,
      seed: 1,
      threads: 2,
    });
    const seen = await events(run);
    const kinds = seen.map(({ event }) => event);
    expect(kinds[0]).toBe('data');
    expect(kinds.indexOf('baseline')).toBeLessThan(kinds.indexOf('start'));
    expect(kinds.filter(kind => kind === 'epoch').length).toBe(20);
    expect(kinds.at(-1)).toBe('result');
    const { report } = await run.result;
    expect(report!.metrics.test.accuracy).toBeGreaterThan(0.85);
    expect(report!.baseline.linear!.accuracy).toBeGreaterThan(0.7);
    expect(report!.rows.train + report!.rows.validation + report!.rows.test).toBe(400);
    expect(await events(run)).toEqual(seen);
  });

  test('of the same seed gives the same weights bit for bit; of another seed others', async () => {
    const once = (seed: number) => train('mlp', demo('moons', 200), { ...quick, seed }).result;
    const [a, b, c] = [await once(1), await once(1), await once(2)];
    expect(weights(a)).toEqual(weights(b));
    expect(a.metrics).toEqual(b.metrics);
    expect(weights(a)).not.toEqual(weights(c));
  });

  test.each([2, 3, 8])(
    'with %d cross-fitted members judges every row by members that have not seen it',
    async members => {
      const { metrics } = await train('mlp', demo('xor', 200), { ...quick, members }).result;
      expect(Object.keys(metrics!.validation).sort()).toEqual(['accuracy', 'auc', 'logloss']);
    },
  );

  test('in WebAssembly agrees with native', async () => {
    const once = (device: 'cpu' | 'wasm') => train('mlp', demo('xor', 200), { ...quick, device, members: 1 }).result;
    const [native, wasm] = [await once('cpu'), await once('wasm')];
    expect(wasm.report!.device).toBe('wasm');
    for (const [name, { data }] of native.parameters)
      expectNear(wasm.parameters.get(name)!.data as Float32Array, data as Float32Array, 1e-3);
  });
});

describe('how a run ends', () => {
  test('stopped: kind interrupted, a checkpoint, and the resumed run is the uninterrupted one', async () => {
    const out = join(root, 'interrupted');
    const data = demo('moons', 300);
    const options: TrainOptions = { ...quick, hidden: [8], batch: 32, epochs: 12, patience: 10 };
    const whole = await train('mlp', data, options).result;
    const run = train('mlp', data, { ...options, out });
    const seen: TrainEvent[] = [];
    const following = (async () => {
      for await (const event of run) {
        seen.push(event);
        if (event.event === 'epoch' && event.epoch === 3) run.stop();
      }
    })();
    await expect(run.result).rejects.toMatchObject({ kind: 'interrupted', hint: expect.stringContaining('--resume') });
    await expect(following).rejects.toMatchObject({ kind: 'interrupted' });
    expect(seen.at(-1)).toMatchObject({ event: 'checkpoint', why: 'interrupted' });
    const resumed = await train('mlp', data, { ...options, out, resume: true }).result;
    expect(weights(resumed)).toEqual(weights(whole));
    expect(resumed.metrics).toEqual(whole.metrics);
  });

  test('diverged: says so, and the last good state is there', async () => {
    const out = join(root, 'diverged');
    const run = train('mlp', demo('moons', 300), { ...quick, epochs: 40, learningRate: 1e6, out });
    const seen: TrainEvent[] = [];
    await expect(
      (async () => {
        for await (const event of run) seen.push(event);
      })(),
    ).rejects.toMatchObject({ kind: 'diverged' });
    await expect(run.result).rejects.toMatchObject({
      name: 'HillockError',
      kind: 'diverged',
      hint: expect.stringMatching(/try 0\.1,/),
    });
    expect(seen.at(-1)).toMatchObject({ event: 'checkpoint', why: 'diverged' });
    expect(await readdir(join(out, 'checkpoint'))).toContain('state.safetensors');
  });

  test('goal reached: stops early and says so; a metric that does not exist is a slip', async () => {
    const { report } = await train('mlp', demo('xor', 400), {
      epochs: 200,
      seed: 1,
      baseline: false,
      until: { accuracy: 0.9 },
    }).result;
    expect(report!.stopped).toBe('goal');
    expect(report!.epochs).toBeLessThan(200);
    // @ts-expect-error no metric has this name
    await expect(train('mlp', demo('xor'), { until: { acuracy: 1 } }).result).rejects.toMatchObject({
      kind: 'usage',
      hint: expect.stringContaining('accuracy'),
    });
  });

  test('an abort signal that fired before, and a target that is not there', async () => {
    await expect(
      train('mlp', demo('xor', 100), { ...quick, signal: AbortSignal.abort() }).result,
    ).rejects.toMatchObject({ kind: 'interrupted' });
    await expect(train('mlp', demo('xor', 100), { target: 'clas' }).result).rejects.toMatchObject({
      name: 'HillockError',
      hint: expect.stringContaining("'class'"),
    });
  });

  test('a masked network exports synapses that are exactly 0', async () => {
    const data = demo('xor', 200);
    const { spec } = await train(network([dense(4)]), data, quick).result;
    if (spec.input.kind !== 'table') throw new Error('it takes a table');
    const mask = Array.from({ length: spec.input.encoder.width }, (_, i) =>
      Array.from({ length: 4 }, (_, j): 0 | 1 => ((i + j) % 2 === 0 ? 1 : 0)),
    );
    const out = join(root, 'masked');
    await train(network([dense(4, 'tanh', { mask })]), data, { ...quick, weightDecay: 0.5, out }).result;
    const { parameters } = await load(out);
    const found = [...(parameters.get('dense1.weight')!.data as Float32Array)].map(value => Number(value !== 0));
    expect(found).toEqual(mask.flat());
  });
});

test('the promised example of the library works', async () => {
  expect(typeof readTable).toBe('function');
  const model = await train(network([dense(8, 'relu'), dense(4, 'relu')]), demo('xor', 200), {
    epochs: 5,
    until: { accuracy: 0.86 },
    seed: 1,
  }).result;
  const { rows } = await model.predict([{ x: 0, y: 1 }, { x: '0', y: null }, {}]);
  expect(rows.map(({ value }) => value).every(value => ['same', 'different'].includes(value as string))).toBe(true);
});

describe('options that JavaScript may hand over', () => {
  const asked = (options: object) => train('auto', demo('obesity', 40), options as TrainOptions).result;

  test.each([
    [{ epochs: -1 }, 'epochs must be a whole number of at least 1, not -1'],
    [{ epochs: Number.NaN }, 'epochs must be a whole number of at least 1, not NaN'],
    [{ epochs: '3' }, 'epochs must be a whole number of at least 1, not 3'],
    [{ batch: 0 }, 'batch must be a whole number of at least 1, not 0'],
    [{ members: 2.5 }, 'members must be a whole number of at least 1, not 2.5'],
    [{ learningRate: 0 }, 'learningRate must be a number above 0, not 0'],
  ])('%j is refused', async (options, message) => {
    await expect(asked(options)).rejects.toMatchObject({ kind: 'usage', message });
  });

  test('an option that there is none of is not dropped', () => {
    expect(() => asked({ epoch: 3 })).toThrow(
      expect.objectContaining({ message: "training has no option 'epoch'", hint: "did you mean 'epochs'?" }),
    );
    expect(() => asked({ drop: ['a'] })).toThrow(expect.objectContaining({ hint: expect.stringContaining('ignore') }));
  });
});
