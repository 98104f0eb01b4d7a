/** Convolutions in blocks of channels give what the plain graph gives, where the runtime has them. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { grad } from '../grad.ts';
import { f32, floats, input, topological, type Value } from '../graph/index.ts';
import { cast, conv, greater, maxPool, relu, reshape, scalar, where } from '../ops/index.ts';
import type { Runtime } from '../runtime/index.ts';
import { nodeRuntime } from '../runtime/node.ts';
import { blockIn, formsTrial } from '../train/block-trial.ts';
import { blockOf, channelBlocks } from '../train/channel-blocks.ts';
import { chainOf, layers } from './chains.case.ts';
import { compared } from './compared.case.ts';
import { blocksOfChannels, lower } from './index.ts';

const runtime = await nodeRuntime({ threads: 2 });
const block = await blockOf(runtime);
const b = block ?? 16;
const why = block === null ? ' (left out: this runtime has no convolutions in blocks of channels)' : '';

const opNames = (values: readonly Value[]): readonly string[] =>
  topological(lower({ state: [], emit: values }, { blocks: blocksOfChannels(b) }).emit).map(({ op }) => op.name);

const chains = fc.record({
  names: fc.array(fc.constantFrom(...Object.keys(layers)), { maxLength: 4 }),
  height: fc.integer({ min: 17, max: 21 }),
  width: fc.integer({ min: 17, max: 21 }),
  batch: fc.constantFrom(4, 7, 10, 16),
  channels: fc.constantFrom(1, 3, b, 2 * b),
});

const pads = fc.tuple(...Array.from({ length: 4 }, () => fc.integer({ min: 0, max: 3 })));
const kernel = fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 }));

describe.skipIf(block === null)(`convolutions in blocks of channels${why}`, () => {
  test('are tried and found right before they are used', async () => {
    expect((await channelBlocks(runtime))?.size).toBe(block);
    expect(await channelBlocks({ ...runtime, blockedConvolutions: false })).toBe(null);
  });

  const outputs = formsTrial(b).outputs.map((_, i) => `y${i}`);
  test.each(outputs)('are left alone where one number of %s is wrong', async wrong => {
    const open: Runtime['open'] = async model => {
      const session = await runtime.open(model);
      if (!session.outputNames.includes('y1')) return session;
      return {
        ...session,
        async run(feeds) {
          const made = await session.run(feeds);
          const right = floats(made[wrong]!);
          const off = 0.01 * Math.max(...right.map(Math.abs));
          return { ...made, [wrong]: f32(right.with(-1, right.at(-1)! + off), made[wrong]!.shape) };
        },
      };
    };
    expect(await channelBlocks({ ...runtime, open })).toBe(null);
  });

  test('are tried in every form', () => {
    const { outputs: all } = formsTrial(b);
    const used = topological(all).filter(({ op, inputs }) => /nchwc/.test(op.name) && inputs.length > 1);
    const depths = used.map(({ inputs: [x] }) => x!.type.shape[1]);
    expect(depths).toEqual(expect.arrayContaining([1, 3, 2 * b]));
  });

  test('chains of layers have the same values and gradients', async () => {
    await fc.assert(
      fc.asyncProperty(chains, async ({ names, batch, channels, height, width }) => {
        const [x, w] = [input('x', [batch, channels, height, width]), input('first', [b, channels, 3, 3])];
        const first = conv(x, w, input('shift', [b]), { pads: [1, 1, 1, 1] });
        const { y, parameters } = chainOf(first, names);
        const read = [x, w, first.node.inputs[2]!, ...parameters];
        const dy = input('dy', y.type.shape);
        const gradients = grad(y, read, dy) as Value[];
        await compared([...read, dy], [y, ...gradients], { scale: 0.1, tolerance: 3e-4, block: b });
      }),
      { numRuns: 40, seed: 7 },
    );
  });

  test('kernels, padding and parts of a batch of any size', async () => {
    await fc.assert(
      fc.asyncProperty(
        kernel,
        pads,
        fc.integer({ min: 1, max: 24 }),
        fc.boolean(),
        async (size, around, batch, one) => {
          const channels = one ? 1 : b;
          const [x, w] = [input('x', [batch, channels, 18, 19]), input('w', [2 * b, channels, ...size])];
          const y = relu(conv(x, w, undefined, { pads: around }));
          const dy = input('dy', y.type.shape);
          await compared([x, w, dy], [y, ...(grad(y, [x, w], dy) as Value[])], { tolerance: 5e-5, block: b });
        },
      ),
      { numRuns: 40, seed: 9 },
    );
  });

  test('what is true of maps is read in their own order', async () => {
    const [x, w, least] = [input('x', [8, b, 18, 17]), input('w', [b, b, 3, 3]), input('least', [8, b, 18, 17])];
    const y = conv(x, w, undefined, { pads: [1, 1, 1, 1] });
    const flat = reshape(greater(y, least), [8 * b * 18 * 17]);
    const chosen = where(greater(least, scalar(0)), y, scalar(0));
    await compared([x, w, least], [cast(flat, 'float32'), chosen], { whole: true, tolerance: 1e-6, block: b });
  });

  test('equal numbers in a window: the first takes the gradient', async () => {
    const [x, w] = [input('x', [8, b, 18, 18]), input('w', [b, b, 3, 3])];
    const y = maxPool(relu(conv(x, w, undefined, { pads: [1, 1, 1, 1] })), { kernel: [2, 3] });
    const dy = input('dy', y.type.shape);
    const found = grad(y, [x, w], dy) as Value[];
    // Sums of whole numbers have no rounding.
    await compared([x, w, dy], [y, ...found], { whole: true, tolerance: 1e-6, block: b });
  });
});

test('a layer with few channels, relu and a pool: no convolution, no relu and no pool of the plain kind', () => {
  const [x, w1, w2] = [input('x', [8, 1, 28, 28]), input('w1', [b, 1, 3, 3]), input('w2', [2 * b, b, 3, 3])];
  const h = relu(conv(x, w1, undefined));
  const y = maxPool(relu(conv(h, w2, undefined)), { kernel: [2, 2] });
  const dy = input('dy', y.type.shape);
  const names = opNames([y, ...(grad(y, [w1, w2], dy) as Value[])]);
  for (const name of ['Conv', 'ConvTranspose', 'MaxPool', 'Relu', 'ScatterElements']) expect(names).not.toContain(name);
  expect(names.filter(name => name.endsWith('.ReorderInput'))).toHaveLength(1);
  expect(names.filter(name => name.endsWith('.ReorderOutput'))).toHaveLength(1);
});

test('channels that fill no block, groups, strides and small maps are left to the other forms', () => {
  const used = (x: readonly number[], w: readonly number[], options: object = {}): boolean =>
    opNames([conv(input('x', x), input('w', w), undefined, options)]).some(name => name.includes('nchwc'));
  expect(used([8, b, 20, 20], [b, b, 3, 3])).toBe(true);
  expect(used([8, b + 1, 20, 20], [b, b + 1, 3, 3])).toBe(false);
  expect(used([8, b, 20, 20], [b + 4, b, 3, 3])).toBe(false);
  expect(used([8, b, 20, 20], [b, b, 3, 3], { strides: [2, 2] })).toBe(false);
  expect(used([8, b, 20, 20], [b, b, 3, 3], { dilations: [2, 2] })).toBe(false);
  expect(used([8, 2 * b, 20, 20], [2 * b, b, 3, 3], { group: 2 })).toBe(false);
  expect(used([8, 1, 8, 8], [b, 1, 3, 3])).toBe(false);
});

test('an order of blocks is told from what is none', () => {
  const ordered = (size: number): readonly number[] =>
    Array.from({ length: 64 }, (_, at) => {
      const [group, place, lane] = [Math.floor(at / (2 * size)), Math.floor(at / size) % 2, at % size];
      return (group * size + lane) * 2 + place;
    });
  for (const size of [4, 8, 16, 32]) expect(blockIn(ordered(size))).toBe(size);
  expect(blockIn([...Array(64).keys()])).toBe(null);
  expect(blockIn(ordered(16).with(40, 7))).toBe(null);
});
