/** PNG files, read by a decoder that is not ours. */
import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { encodePng } from './png.ts';

const sizes = [
  [1, 1],
  [7, 3],
  [200, 190],
] as const;

describe.each([
  ['stored', undefined],
  ['compressed', deflateSync],
])('%s', (_, compress) => {
  it.each(sizes)('a picture of %i × %i pixels comes back', async (width, height) => {
    const rgb = Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * 37 + (i >> 5)) & 255);
    const { data, info } = await sharp(encodePng({ width, height, rgb }, compress))
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect(info).toMatchObject({ width, height, channels: 3 });
    expect(Buffer.from(rgb).equals(data)).toBe(true);
  });
});

it('one black pixel is the file that the specification makes', () => {
  const bytes = Buffer.from(encodePng({ width: 1, height: 1, rgb: new Uint8Array(3) }));
  expect(bytes.subarray(0, 33).toString('hex')).toBe(
    `89504e470d0a1a0a0000000d49484452000000010000000108020000${'00907753de'}`,
  );
  expect(bytes.subarray(-12).toString('hex')).toBe('0000000049454e44ae426082');
});
