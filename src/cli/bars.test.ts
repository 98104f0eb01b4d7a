import { describe, expect, test } from 'vitest';
import { bars } from './bars.ts';

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
