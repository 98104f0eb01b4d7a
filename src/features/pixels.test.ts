/** Raw pixels as rows of a network, by hand. */
import { describe, expect, test } from 'vitest';
import { input, u8 } from '../graph/index.ts';
import { compute } from '../nn/testing.case.ts';
import { fitPixels, type PixelEncoding, pixelGraph, pixelRow, pixelSchema, plainPixels } from './pixels.ts';

const shape = [2, 3, 2] as const;
/** Two images, channels first: the value tells image, channel, row and column. */
const pixels = Uint8Array.from({ length: 24 }, (_, i) => {
  const [image, channel, y, x] = [Math.floor(i / 12), Math.floor(i / 6) % 2, Math.floor(i / 3) % 2, i % 3];
  return 100 * image + 3 * channel + 40 * y + 10 * x;
});

async function encoded(encoding: PixelEncoding): Promise<Float32Array> {
  const x = input('x', ['N', ...pixelRow(encoding)], 'uint8');
  const y = pixelGraph(encoding, x);
  expect(y.type).toEqual({ dtype: 'float32', shape: ['N', 2, 2, 3] });
  return (await compute([x], { y }, { x: u8(pixels, [2, 2, 2, 3]) })).y!;
}

const near = (actual: Float32Array, expected: readonly number[]) => {
  expect(actual.length).toBe(expected.length);
  expected.forEach((value, i) => {
    expect(actual[i]).toBeCloseTo(value, 5);
  });
};

describe('pixelGraph', () => {
  test('pixels / 255', async () => {
    near(
      await encoded(plainPixels(shape)),
      Array.from(pixels, value => value / 255),
    );
  });

  test('standardised by channel', async () => {
    const encoding = { shape, mean: [0.2, 0.3], std: [0.5, 0.25] };
    near(
      await encoded(encoding),
      Array.from(pixels, (value, i) => {
        const channel = Math.floor(i / 6) % 2;
        return (value / 255 - encoding.mean[channel]!) / encoding.std[channel]!;
      }),
    );
  });
});

describe('fitPixels', () => {
  test('mean and standard deviation of each channel over the rows given', () => {
    const { mean, std } = fitPixels(pixels, shape, [1]);
    for (const channel of [0, 1]) {
      const own = Array.from(pixels.subarray(12)).slice(6 * channel, 6 * channel + 6);
      const average = own.reduce((a, b) => a + b, 0) / own.length / 255;
      const spread = Math.sqrt(own.reduce((a, b) => a + (b / 255 - average) ** 2, 0) / own.length);
      expect(mean[channel]).toBeCloseTo(average, 12);
      expect(std[channel]).toBeCloseTo(spread, 12);
    }
    expect(fitPixels(pixels, shape, [0, 1]).mean).not.toEqual(mean);
  });

  test('a channel of one value has std 1', () => {
    const { mean, std } = fitPixels(new Uint8Array(12).fill(255), shape, [0]);
    expect(mean).toEqual([1, 1]);
    expect(std).toEqual([1, 1]);
  });
});

describe('from a file', () => {
  test('what the first files leave out is pixels / 255', () => {
    expect(pixelSchema.parse({ shape: [28, 28, 1] })).toEqual(plainPixels([28, 28, 1]));
    const encoding = fitPixels(pixels, shape, [0]);
    expect(pixelSchema.parse(JSON.parse(JSON.stringify(encoding)))).toEqual(encoding);
  });

  test.each([
    [{ shape: [2, 2] }],
    [{ shape: [2, 2, 17] }],
    [{ shape: [2, 0, 1] }],
    [{ shape: [2, 2, 3], mean: [0.5] }],
    [{ shape: [2, 2, 1], std: [0] }],
  ])('%j is refused', data => {
    expect(pixelSchema.safeParse(data).success).toBe(false);
  });
});
