import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { pictureDecoder } from './picture.ts';

const rgb = [255, 0, 0, 0, 255, 0, 0, 0, 255, 100, 100, 100, 10, 20, 30, 200, 200, 200];
const grey = [0, 10, 100, 200, 250, 255];
const colour = (values: readonly number[] = rgb, channels: 3 | 4 = 3) =>
  sharp(Uint8Array.from(values), { raw: { width: 3, height: 2, channels } });
const shades = (values: readonly number[] = grey) =>
  sharp(Uint8Array.from(values), { raw: { width: 3, height: 2, channels: 1 } }).toColourspace('b-w');
const sixteen = (values: readonly number[], channels: 1 | 3) =>
  sharp(
    Uint16Array.from(values, value => value * 257),
    { raw: { width: 3, height: 2, channels } },
  ).toColourspace(channels === 1 ? 'grey16' : 'rgb16');

/** Grey of a colour: the luminance of sRGB (IEC 61966-2-1), Y = 0.2126 R + 0.7152 G + 0.0722 B on linear values. */
function luminance(r: number, g: number, b: number): number {
  const linear = (v: number): number => (v <= 10.31475 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4);
  const y = 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
  return 255 * (y <= 0.0031308 ? 12.92 * y : 1.055 * y ** (1 / 2.4) - 0.055);
}

const near = (found: ArrayLike<number>, wanted: readonly number[], most: number): void => {
  expect(found.length).toBe(wanted.length);
  for (const [i, value] of wanted.entries()) expect(Math.abs(found[i]! - value)).toBeLessThanOrEqual(most);
};

describe('what a picture is', () => {
  test.each([
    ['colour', () => colour().png(), 3, false],
    ['a palette', () => colour().png({ palette: true }), 3, false],
    ['grey', () => shades().png(), 1, false],
    ['grey JPEG', () => shades().jpeg(), 1, false],
    ['grey of 16 bits', () => sixteen(grey, 1).png(), 1, false],
    ['colour of 16 bits', () => sixteen(rgb, 3).png(), 3, false],
    ['transparent', () => colour([...rgb, 0, 0, 0, 0, 0, 0], 4).png(), 3, true],
    ['CMYK', () => colour().toColourspace('cmyk').jpeg(), 3, false],
  ] as const)('%s', async (_, make, channels, transparent) => {
    const decoder = await pictureDecoder();
    expect(await decoder.header(await make().toBuffer())).toEqual({ height: 2, width: 3, channels, transparent });
  });
});

describe('pixels', () => {
  test.each([
    ['PNG', () => colour().png(), 0],
    ['PNG with a palette', () => colour().png({ palette: true }), 0],
    ['PNG, interlaced', () => colour().png({ progressive: true }), 0],
    ['PNG of 16 bits', () => sixteen(rgb, 3).png(), 0],
    ['GIF', () => colour().gif(), 0],
    ['WebP', () => colour().webp({ lossless: true }), 0],
    ['TIFF', () => colour().tiff({ compression: 'lzw' }), 0],
  ] as const)('%s', async (_, make, most) => {
    const decoder = await pictureDecoder();
    const file = await make().toBuffer();
    near(await decoder.decode(file, [2, 3, 3]), rgb, most);
    const luminances = Array.from({ length: 6 }, (_, i) => luminance(rgb[3 * i]!, rgb[3 * i + 1]!, rgb[3 * i + 2]!));
    near(await decoder.decode(file, [2, 3, 1]), luminances, 1);
  });

  test('grey of 8 and 16 bits, as grey and as colour', async () => {
    const decoder = await pictureDecoder();
    for (const make of [shades().png(), sixteen(grey, 1).png(), shades().jpeg({ quality: 100 })]) {
      const file = await make.toBuffer();
      near(await decoder.decode(file, [2, 3, 1]), grey, 1);
      near(
        await decoder.decode(file, [2, 3, 3]),
        grey.flatMap(value => [value, value, value]),
        1,
      );
    }
  });

  test('what is transparent is laid on white', async () => {
    const decoder = await pictureDecoder();
    const alpha = [255, 0, 128, 255, 51, 255];
    const file = await colour(
      alpha.flatMap((a, i) => [...rgb.slice(3 * i, 3 * i + 3), a]),
      4,
    )
      .png()
      .toBuffer();
    const onWhite = alpha.flatMap((a, i) => rgb.slice(3 * i, 3 * i + 3).map(v => (v * a + 255 * (255 - a)) / 255));
    near(await decoder.decode(file, [2, 3, 3]), onWhite, 1);
  });

  test('a CMYK JPEG is seen in colour', async () => {
    const decoder = await pictureDecoder();
    const flat = (r: number, g: number, b: number) =>
      sharp({ create: { width: 8, height: 8, channels: 3, background: { r, g, b } } });
    for (const [r, g, b] of [
      [200, 30, 30],
      [30, 120, 40],
      [128, 128, 128],
    ] as const) {
      const file = await flat(r, g, b).toColourspace('cmyk').jpeg({ quality: 100 }).toBuffer();
      near(await decoder.decode(file, [1, 1, 3]), [r, g, b], 40);
    }
  });

  // Upright, the picture is the six blocks 0 10 100 / 200 250 255; how each orientation stores it, by the EXIF standard.
  test.each([
    [1, [0, 10, 100, 200, 250, 255], 3],
    [2, [100, 10, 0, 255, 250, 200], 3],
    [3, [255, 250, 200, 100, 10, 0], 3],
    [4, [200, 250, 255, 0, 10, 100], 3],
    [5, [0, 200, 10, 250, 100, 255], 2],
    [6, [100, 255, 10, 250, 0, 200], 2],
    [7, [255, 100, 250, 10, 200, 0], 2],
    [8, [200, 0, 250, 10, 255, 100], 2],
  ] as const)('EXIF orientation %i', async (orientation, stored, wide) => {
    const high = stored.length / wide;
    const blocks = Uint8Array.from(
      { length: 64 * stored.length },
      (_, i) => stored[Math.floor(i / (64 * wide)) * wide + (Math.floor(i / 8) % wide)]!,
    );
    const file = await sharp(blocks, { raw: { width: 8 * wide, height: 8 * high, channels: 1 } })
      .withMetadata({ orientation })
      .jpeg({ quality: 100 })
      .toBuffer();
    const decoder = await pictureDecoder();
    expect(await decoder.header(file)).toMatchObject({ height: 16, width: 24 });
    const upright = await decoder.decode(file, [16, 24, 1]);
    const middles = [0, 1, 2, 3, 4, 5].map(i => upright[(8 * Math.floor(i / 3) + 4) * 24 + 8 * (i % 3) + 4]!);
    near(middles, grey, 2);
  });

  test('another size: flat pictures stay flat, the mean stays, proportions do not', async () => {
    const decoder = await pictureDecoder();
    const flat = await sharp({ create: { width: 50, height: 20, channels: 3, background: '#0a1e64' } })
      .png()
      .toBuffer();
    near(await decoder.decode(flat, [7, 7, 3]), Array.from({ length: 49 }, () => [10, 30, 100]).flat(), 0);
    const ramp = Uint8Array.from({ length: 40 * 10 }, (_, i) => 40 + 4 * (i % 40));
    const file = await sharp(ramp, { raw: { width: 40, height: 10, channels: 1 } })
      .png()
      .toBuffer();
    const small = await decoder.decode(file, [10, 20, 1]);
    // Two columns become one between them.
    near(
      small,
      Array.from({ length: 200 }, (_, i) => 42 + 8 * (i % 20)),
      3,
    );
    expect([...(await decoder.convert(ramp, [10, 40, 1], [10, 20, 1]))]).toEqual([...small]);
  });
});

test.each([
  ['text', async () => Buffer.from('no picture'), /^not a picture that can be decoded$/],
  ['nothing', async () => Buffer.alloc(0), /^the file is empty$/],
  ['a PNG cut off', async () => (await colour().png().toBuffer()).subarray(0, 70), /^damaged or cut off/],
  [
    'a JPEG cut off',
    async () => (await colour().resize(40, 40).jpeg().toBuffer()).subarray(0, -40),
    /^damaged or cut off/,
  ],
  ['a PNG with a broken byte', async () => broken(await colour().png().toBuffer()), /^damaged or cut off/],
] as const)('%s is an error in one line', async (_, make, message) => {
  const decoder = await pictureDecoder();
  const error = await decoder.decode(await make(), [2, 3, 3]).then(
    () => new Error('it did not fail'),
    (reason: Error) => reason,
  );
  expect(error.message).toMatch(message);
  expect(error.message).not.toContain('\n');
});

function broken(file: Uint8Array): Uint8Array {
  const at = Buffer.from(file).indexOf('IDAT') + 8;
  return Uint8Array.from(file, (byte, i) => (i === at ? byte ^ 0xff : byte));
}
