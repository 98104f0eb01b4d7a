/** Recurrent layers in training: PyTorch’s gradients, those of use, second order; long sequences; both runtimes. */
import { describe, expect, test } from 'vitest';
import { grad } from '../grad.ts';
import { constant, f32, floats, input, type Tensor, type Value } from '../graph/index.ts';
import { encodeModel } from '../onnx/index.ts';
import { add, mul, reduceSum, reshape } from '../ops/index.ts';
import { random } from '../random.ts';
import { nodeRuntime } from '../runtime/node.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { nodeWasmRuntime } from '../runtime/wasm-node.ts';
import {
  type BuildContext,
  dense,
  dropout,
  forward,
  gru,
  inference,
  initialise,
  kindOf,
  type LayerSpec,
  lstm,
  network,
  parameterCount,
  parametersOf,
  parseNetwork,
  place,
  rnn,
} from './index.ts';
import {
  compute,
  difference,
  drawn,
  expectNear,
  type GoldenTensor,
  golden,
  goldenTensor,
  program,
} from './testing.case.ts';

const training: BuildContext = { ...inference, training: true };

interface Opened {
  readonly x: Value;
  readonly leaves: ReadonlyMap<string, Value>;
  readonly y: Value;
}

function opened(layers: readonly LayerSpec[], shape: Value['type']['shape'], context: BuildContext): Opened {
  const placed = place(network(layers), shape.slice(1) as number[]);
  const leaves = new Map(parametersOf(placed).map(({ name, shape }) => [name, input(name, shape)]));
  const x = input('x', shape);
  return { x, leaves, y: forward(placed, x, leaves, context).y };
}

/** y, and the gradients for dy. */
function everything({ x, leaves, y }: Opened): { inputs: readonly Value[]; outputs: Record<string, Value> } {
  const dy = input('dy', y.type.shape);
  const wrt = [x, ...leaves.values()];
  const gradients = Object.fromEntries(grad(y, wrt, dy).map((d, i) => [`d ${wrt[i]!.name}`, d!]));
  return { inputs: [...wrt, dy], outputs: { y, ...gradients } };
}

/** First values with biases that are not 0. */
function values(layers: readonly LayerSpec[], row: readonly number[]): Record<string, Tensor> {
  const rng = random('recurrent');
  const first = initialise(place(network(layers), row), rng);
  return Object.fromEntries(
    [...first].map(([name, { shape, data }]) => [
      name,
      name.includes('bias')
        ? f32(
            Float32Array.from(data as Float32Array, value => value + 0.3 * rng.normal()),
            shape,
          )
        : first.get(name)!,
    ]),
  );
}

interface Entry {
  readonly name: string;
  readonly network: { readonly layers: readonly { readonly kind: string }[] };
  readonly inputs: Readonly<Record<string, GoldenTensor>> & { readonly x: GoldenTensor };
  readonly outputs: { readonly y: GoldenTensor };
  readonly dy: GoldenTensor;
  readonly gradients: Readonly<Record<string, GoldenTensor>>;
}

const isRecurrent = ({ kind }: { readonly kind: string }): boolean =>
  kindOf({ kind } as LayerSpec)?.recurrence !== undefined;
const goldens = golden<{ networks: Entry[] }>('networks').networks.filter(({ network }) =>
  network.layers.some(isRecurrent),
);

test.each(goldens.map(entry => [entry.name, entry] as const))(
  '%s: in training the outputs and every gradient are PyTorch’s',
  async (_, entry) => {
    const { layers } = parseNetwork(entry.network);
    const { inputs, outputs } = everything(opened(layers, entry.inputs.x.shape, training));
    const feeds = Object.entries({ ...entry.inputs, dy: entry.dy }).map(([name, value]) => [name, goldenTensor(value)]);
    const made = await compute(inputs, outputs, Object.fromEntries(feeds));
    expectNear(made.y!, entry.outputs.y.data, 3e-6);
    for (const [name, { data }] of Object.entries(entry.gradients)) expectNear(made[`d ${name}`]!, data, 1e-5);
    expect(goldens.length).toBeGreaterThan(20);
  },
);

type Options = { returnSequences: boolean; bidirectional?: boolean; reverse?: boolean };
const cells: readonly (readonly [string, (units: number, options: Options) => LayerSpec])[] = [
  ['rnn', rnn],
  ['rnn with relu', (units, options) => rnn(units, { activation: 'relu', ...options })],
  ['gru', gru],
  ['lstm', lstm],
];

describe.each(cells)('%s', (title, cell) => {
  const last = { returnSequences: false };
  const all = { returnSequences: true };

  test.each([1, 2, 7, 50])('on %i steps the gradients of training are those that Scan finds by itself', async steps => {
    const ways: readonly Omit<Options, 'returnSequences'>[] = [{}, { reverse: true }, { bidirectional: true }];
    for (const way of ways) {
      for (const options of [last, all]) {
        const layers = [cell(3, { ...way, ...all }), cell(4, { ...way, ...options })];
        const shape = [3, steps, 2];
        const rng = random(`${title} ${steps}`);
        const feeds: Record<string, Tensor> = { x: drawn(shape, rng), ...values(layers, [steps, 2]) };
        const [given, found] = [training, inference].map(context => everything(opened(layers, shape, context)));
        feeds.dy = drawn(given!.outputs.y!.type.shape as number[], rng);
        const ours = await compute(given!.inputs, given!.outputs, feeds);
        const theirs = await compute(found!.inputs, found!.outputs, feeds);
        for (const [name, expected] of Object.entries(theirs)) expectNear(ours[name]!, expected, 2e-5);
      }
    }
  });

  // A kink has no second derivative.
  const smooth = title !== 'rnn with relu';
  test.runIf(smooth)('second derivatives are those of finite differences', async () => {
    const layers = [cell(3, all)];
    const shape = [2, 6, 2];
    const { x, leaves, y } = opened(layers, shape, training);
    const rng = random('second order');
    const weighed = (value: Value): Value =>
      reshape(
        reduceSum(mul(value, constant(drawn(value.type.shape as number[], rng))), [...value.type.shape.keys()]),
        [],
      );
    const wrt = [x, ...leaves.values()];
    const total = grad(weighed(mul(y, y)), wrt)
      .map(d => weighed(d!))
      .reduce(add);
    const second = Object.fromEntries(grad(total, wrt).map((d, i) => [`d ${wrt[i]!.name}`, d!]));
    const run = await program(wrt, { total, ...second });
    const feeds: Record<string, Tensor> = { x: drawn(shape, rng), ...values(layers, [6, 2]) };
    const at = await run(feeds);
    for (const { name, type } of wrt) {
      const direction = floats(drawn(type.shape as number[], rng)).map(value => 0.3 * value);
      const slope = await difference(async t => {
        const moved = floats(feeds[name!]).map((value, i) => value + t * direction[i]!);
        return (await run({ ...feeds, [name!]: f32(moved, type.shape as number[]) })).total![0]!;
      });
      const exact = at[`d ${name}`]!.reduce((sum, value, i) => sum + value * direction[i]!, 0);
      expectNear([exact], [slope], 1e-3);
    }
  });

  test('500 steps open at once, the file is as long as for 50, the numbers stay finite', async () => {
    const layers = [cell(32, all), cell(32, last), dense(1)];
    const file = (steps: number, context: BuildContext): Uint8Array => {
      const { x, leaves, y } = opened(layers, [4, steps, 3], context);
      const wrt = [...leaves.values()];
      const outputs = context.training ? grad(y, wrt, y).map(d => d!) : [y];
      return encodeModel({ inputs: [x, ...wrt], outputs }, { outputs: outputs.map((_, i) => `out ${i}`) });
    };
    for (const context of [training, inference]) {
      expect(Math.abs(file(500, context).length - file(50, context).length)).toBeLessThan(300);
    }
    const runtime = await nodeRuntime({ threads: 1 });
    const before = process.cpuUsage();
    const session = await runtime.open(file(500, training));
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1e6).toBeLessThan(1);
    const made = await session.run({ x: drawn([4, 500, 3], random(7)), ...values(layers, [500, 3]) });
    for (const gradient of Object.values(made)) expect(floats(gradient).every(Number.isFinite)).toBe(true);
    await session.close();
  });

  test('a row does not depend on the others, however many there are; both runtimes agree', async () => {
    const layers = [cell(5, { ...all, bidirectional: true }), dense(4, 'tanh'), dropout(0.5), cell(3, last)];
    const { x, leaves, y } = opened(layers, ['N', 6, 2], inference);
    const model = encodeModel({ inputs: [x, ...leaves.values()], outputs: [y] }, { outputs: ['y'] });
    const feeds = values(layers, [6, 2]);
    const rows = drawn([5, 6, 2], random(8));
    const results: Float32Array[] = [];
    for (const make of [nodeRuntime, nodeWasmRuntime] as readonly ((options: {
      threads: number;
    }) => Promise<Runtime>)[]) {
      const session = await (await make({ threads: 1 })).open(model);
      const together = floats((await session.run({ ...feeds, x: rows })).y);
      const third = f32(floats(rows).slice(24, 36), [1, 6, 2]);
      expectNear(floats((await session.run({ ...feeds, x: third })).y), together.subarray(6, 9), 1e-6);
      expect((await session.run({ ...feeds, x: f32([], [0, 6, 2]) })).y!.shape).toEqual([0, 3]);
      results.push(together);
      await session.close();
    }
    expectNear(results[0]!, results[1]!, 1e-6);
  });

  test('training runs on WebAssembly as it does natively', async () => {
    const layers = [cell(3, { ...all, bidirectional: true }), cell(2, last)];
    const { inputs, outputs } = everything(opened(layers, [3, 5, 2], training));
    const model = encodeModel({ inputs, outputs: Object.values(outputs) }, { outputs: Object.keys(outputs) });
    const rng = random(9);
    const feeds = { x: drawn([3, 5, 2], rng), dy: drawn([3, 2], rng), ...values(layers, [5, 2]) };
    const native = await (await nodeRuntime({ threads: 1 })).open(model);
    const web = await (await nodeWasmRuntime({ threads: 1 })).open(model);
    const [ours, theirs] = [await native.run(feeds), await web.run(feeds)];
    for (const name of Object.keys(ours)) expectNear(floats(theirs[name]), floats(ours[name]), 2e-6);
    await Promise.all([native.close(), web.close()]);
  });
});

test('a missing value at the end of a sequence does not reach the states before it', async () => {
  const { x, leaves, y } = opened([lstm(2, { returnSequences: true })], ['N', 3, 1], inference);
  const { y: made } = await compute(
    [x, ...leaves.values()],
    { y },
    { x: f32([1, 2, Number.NaN], [1, 3, 1]), ...values([lstm(2)], [3, 1]) },
  );
  expect([...made!].map(Number.isNaN)).toEqual([false, false, false, false, true, true]);
});

test('numbers of parameters and multiply-adds', () => {
  const count = (spec: LayerSpec): number => parameterCount(place(network([spec]), [10, 7]));
  expect(count(rnn(5))).toBe(5 * (7 + 5) + 5);
  expect(count(gru(5))).toBe(3 * (5 * (7 + 5) + 5) + 5);
  expect(count(lstm(5))).toBe(4 * (5 * (7 + 5) + 5));
  expect(count(lstm(5, { bidirectional: true }))).toBe(2 * 4 * (5 * (7 + 5) + 5));
  expect(place(network([lstm(5)]), [10, 7])[0]!.macs).toBe(10 * 4 * 5 * (7 + 5));
  expect(place(network([gru(5, { bidirectional: true })]), [10, 7])[0]!.macs).toBe(2 * 10 * 3 * 5 * (7 + 5));
});

test('first values: the forget gate begins open, the others do not; recurrent weights may be orthogonal', () => {
  const first = (spec: LayerSpec): Record<string, Tensor> =>
    Object.fromEntries(initialise(place(network([spec]), [4, 2]), random(1)));
  const bias = (spec: LayerSpec): number[] => [...floats(first(spec)['lstm1.bias'])];
  expect(bias(lstm(2))).toEqual([0, 0, 1, 1, 0, 0, 0, 0]);
  expect(bias(lstm(2, { forgetBias: 0 }))).toEqual(Array(8).fill(0));
  const weights = floats(first(gru(3, { initialRecurrent: 'orthogonal' }))['gru1.recurrent']);
  for (let row = 0; row < 3; row++) {
    const own = weights.subarray(9 * row, 9 * row + 9);
    expect(own.reduce((sum, value) => sum + value * value, 0)).toBeCloseTo(1, 5);
  }
});

describe('what is refused', () => {
  test('rows that are no sequences', () => {
    expect(() => place(network([gru(3)]), [4])).toThrow(
      /gru1: a gru layer takes rows of \[time, features\], got rows of shape \[4\]/,
    );
  });

  test('both directions, and from the end', () => {
    const spec = parseNetwork({ layers: [{ kind: 'lstm', units: 3, bidirectional: true, reverse: true }] });
    expect(() => place(spec, [4, 2])).toThrow(/lstm1: a bidirectional layer reads both ways/);
  });

  test('an ensemble', () => {
    expect(() => place(network([rnn(3)], { members: 2 }), [4, 2])).toThrow(/a rnn layer cannot be part of an ensemble/);
  });

  test.each([
    [{ kind: 'lstm', units: 0 }, /lstm.*units/],
    [{ kind: 'gru', units: 3, return_sequences: true }, /return_sequences/],
    [{ kind: 'rnn', units: 3, activation: 'tan' }, /activation/],
    [{ kind: 'lstm', units: 3, forgetBias: 'one' }, /forgetBias/],
  ])('%j', (layer, message) => {
    expect(() => parseNetwork({ layers: [layer] })).toThrow(message);
  });
});
