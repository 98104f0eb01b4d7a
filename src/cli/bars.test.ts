import { describe, expect, test } from 'vitest';
import { bars, histogram, sparkline } from './bars.ts';

const braille = { unicode: true };
const ascii = { unicode: false };

describe('bars', () => {
  const importance = [
    { label: 'age', value: 0.33 },
    { label: '職業', value: 0.1 },
    { label: 'noise', value: -0.05 },
    { label: 'constant', value: 0 },
  ];

  test('are as long as their values, negative ones to the left', () => {
    expect(bars(importance, braille, 20)).toMatchInlineSnapshot(`
      "age          █████████████████▍ 0.33
      職業         █████▎ 0.1
      noise     ███ -0.05
      constant      0"
    `);
    expect(bars(importance, ascii, 20)).toMatchInlineSnapshot(`
      "age          ################# 0.33
      職業         ##### 0.1
      noise     ### -0.05
      constant      0"
    `);
  });

  test('of nothing are nothing, of zeros are empty, of NaN say so', () => {
    expect(bars([], braille)).toBe('');
    expect(bars([{ label: 'a', value: 0 }], braille)).toBe('a   0');
    expect(bars([{ label: 'a', value: Number.NaN }], braille)).toBe('a   -');
  });
});

test('sparkline', () => {
  expect(sparkline([1, 2, 3, Number.NaN, 5, 8], braille)).toBe('▁▂▃ ▅█');
  expect(sparkline([1, 2, 3, Number.NaN, 5, 8], ascii)).toBe('_.- =#');
  expect(sparkline([2, 2], braille)).toBe('▄▄');
});

describe('histogram', () => {
  const values = Array.from({ length: 400 }, (_, i) => Math.sin(i * 12.9898) * 3 + Math.cos(i * 78.2) * 2);

  test('counts every finite value once, in bins with round limits', () => {
    const drawn = histogram([...values, Number.NaN], braille, { width: 20 });
    expect(drawn).toMatchInlineSnapshot(`
      "-6 to -4  ██████▎ 35
      -4 to -2  █████████▍ 53
      -2 to  0  ███████████████████▌ 110
       0 to  2  ████████████████████ 113
       2 to  4  █████████▍ 53
       4 to  6  ██████▍ 36"
    `);
    const counts = drawn.split('\n').map(line => Number(line.split(' ').at(-1)));
    expect(counts.reduce((a, b) => a + b)).toBe(400);
  });

  test.each([[[]], [[7]], [[0, 0, 0]], [[-1e300, 1e300]], [[1e-300, 2e-300]]])('of %j does not fail', values => {
    expect(histogram(values, ascii)).toEqual(expect.any(String));
  });
});
