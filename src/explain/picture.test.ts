import { expect, it } from 'vitest';
import { colourOf, tiles } from './picture.ts';

it('colours go from vermilion over near-white to blue', () => {
  expect(colourOf(-2, 2)).toEqual([0xd5, 0x5e, 0x00]);
  expect(colourOf(0, 2)).toEqual([0xf7, 0xf7, 0xf7]);
  expect(colourOf(9, 2)).toEqual([0x00, 0x72, 0xb2]);
  expect(colourOf(1, 2)).toEqual([0x7c, 0xb5, 0xd5]);
  expect(colourOf(Number.NaN, 2)).toEqual([0xf7, 0xf7, 0xf7]);
});

it('three tiles of 2×1 numbers, 2 pixels each, lie in a grid with lines around them', () => {
  const plane = (...values: number[]) => ({ values, height: 1, width: 2 });
  const { width, height, rgb } = tiles([plane(1, -1), plane(0, 0), plane(0.5, 0)], 2);
  expect([width, height]).toEqual([2 * 5 + 1, 2 * 3 + 1]);
  const at = (x: number, y: number): readonly number[] => [
    ...rgb.subarray((y * width + x) * 3, (y * width + x) * 3 + 3),
  ];
  expect(at(0, 0)).toEqual([0x80, 0x80, 0x80]);
  expect(at(1, 1)).toEqual([0x00, 0x72, 0xb2]);
  expect(at(2, 2)).toEqual([0x00, 0x72, 0xb2]);
  expect(at(3, 1)).toEqual([0xd5, 0x5e, 0x00]);
  expect(at(5, 1)).toEqual([0x80, 0x80, 0x80]);
  expect(at(6, 1)).toEqual([0xf7, 0xf7, 0xf7]);
  expect(at(1, 4)).toEqual([0x7c, 0xb5, 0xd5]);
});
