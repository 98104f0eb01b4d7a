/** A filter at one place: the numbers of a calculation by hand, and those of the network. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plainPixels } from '../features/index.ts';
import { floats } from '../graph/index.ts';
import { conv1d, conv2d, dense, flatten, type LayerSpec, maxPool, network, reshape } from '../nn/index.ts';
import { nodeRuntime } from '../runtime/node.ts';
import { explainFilter } from './filter.ts';
import { modelOf, pictures } from './testing.case.ts';
import { type Trace, type Tracer, tracer } from './trace.ts';

const images = pictures();
const shape = plainPixels(images.shape);

const opened: Tracer[] = [];
async function traced(layers: readonly LayerSpec[], row = 4): Promise<Trace> {
  const { spec, parameters } = modelOf({ kind: 'images', ...shape }, network([...layers, flatten(), dense(1)]));
  const found = await tracer(spec, parameters, await nodeRuntime({ threads: 1 }));
  opened.push(found);
  return found.trace(images, [row]);
}
afterAll(() => Promise.all(opened.map(one => one.close())));

describe('patch × kernel + bias by hand', () => {
  it('with padding: 3×2 pixels, kernel 3×3, the corner', async () => {
    const trace = await traced([conv2d(2, 3, 'tanh', { padding: 'same' })]);
    const found = explainFilter(trace, { layer: 'conv2d1', filter: 2, at: [1, 2] });
    const pixel = (y: number, x: number): number => images.pixels[4 * 6 + y * 2 + x]! / 255;
    const w = floats(trace.subject.parameters.get('conv2d1.weight')).subarray(9, 18);
    const b = floats(trace.subject.parameters.get('conv2d1.bias'))[1]!;
    const z = pixel(0, 0) * w[3]! + pixel(0, 1) * w[4]! + pixel(1, 0) * w[6]! + pixel(1, 1) * w[7]! + b;
    expect(found.z).toBeCloseTo(z, 6);
    expect(found.y).toBeCloseTo(Math.tanh(z), 6);
    expect(found.terms.map(({ padding }) => padding)).toEqual([
      true,
      true,
      true,
      false,
      false,
      true,
      false,
      false,
      true,
    ]);
    expect(found.terms[3]).toMatchObject({ channel: 1, at: [1, 1], w: w[3] });
    expect(found.terms[0]).toMatchObject({ at: [0, 1], x: 0, product: 0 });
  });
});

describe('every place of every filter is what the network computed', () => {
  const families: readonly (readonly [string, readonly LayerSpec[], string])[] = [
    ['plain', [conv2d(3, 2, 'relu')], 'conv2d1'],
    ['stride 2, uneven padding', [conv2d(3, 2, 'sigmoid', { stride: 2, padding: 'same' })], 'conv2d1'],
    ['dilation', [conv2d(2, 2, 'linear', { dilation: 2, padding: 2, bias: false })], 'conv2d1'],
    [
      'groups of the channels before',
      [conv2d(4, 1), conv2d(6, [3, 2], 'silu', { groups: 2, padding: 'same' })],
      'conv2d2',
    ],
    ['depthwise', [conv2d(3, 1, 'relu'), conv2d(3, 2, 'tanh', { groups: 3 })], 'conv2d2'],
    ['one axis', [reshape([2, 3]), conv1d(3, 2, 'tanh', { padding: 1 })], 'conv1d1'],
  ];
  it.each(families)('%s', async (_, layers, name) => {
    const trace = await traced(layers);
    const layer = trace.subject.layers.find(one => one.name === name)!;
    const [filters, ...sizes] = layer.outputShape as [number, ...number[]];
    const places = sizes.reduce<number[][]>(
      (all, size) => all.flatMap(at => Array.from({ length: size }, (_, i) => [...at, i + 1])),
      [[]],
    );
    let checked = 0;
    for (let filter = 1; filter <= filters; filter++) {
      for (const at of places) {
        const { difference, network } = explainFilter(trace, { layer: name, filter, at });
        expect(Math.abs(difference.z)).toBeLessThan(1e-5 * Math.max(1, Math.abs(network.z)));
        expect(Math.abs(difference.y)).toBeLessThan(1e-5 * Math.max(1, Math.abs(network.y)));
        checked++;
      }
    }
    expect(checked).toBe(filters * places.length);
  });
});

describe('what is not there is told', () => {
  let trace: Trace;
  beforeAll(async () => {
    trace = await traced([conv2d(2, 2, 'relu'), maxPool(1)]);
  });
  const choose = (layer: string, filter: number, at: readonly number[]) => () =>
    explainFilter(trace, { layer, filter, at });
  it('a filter outside', () => expect(choose('conv2d1', 3, [1, 1])).toThrow(/conv2d1 has no filter 3/));
  it('a place outside', () => expect(choose('conv2d1', 1, [3, 1])).toThrow(/no place 3,1: its maps are 2×1/));
  it('a place with one number', () => expect(choose('conv2d1', 1, [1])).toThrow(/no place 1: its maps are 2×1/));
  it('a layer without filters', () => expect(choose('max-pool1', 1, [1, 1])).toThrow(/max-pool1 has no filters/));
  it('a layer that is not there', () => expect(choose('conv2d9', 1, [1, 1])).toThrow(/no layer 'conv2d9'/));
});
