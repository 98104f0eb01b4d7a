import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseNumber } from './numbers.ts';

describe('parseNumber', () => {
  test('reads every number as JavaScript writes it, bit for bit', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), value => {
        expect(parseNumber(String(value))).toBe(Object.is(value, -0) ? 0 : value);
      }),
    );
  });

  test('reads fixed decimals as Number does', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -1e15, max: 1e15, noNaN: true }),
        fc.integer({ min: 0, max: 20 }),
        (value, places) => {
          const text = value.toFixed(places);
          expect(parseNumber(text)).toBe(Number(text));
          expect(parseNumber(text.replace('.', ','), ',')).toBe(Number(text));
        },
      ),
    );
  });

  test('takes thousands separators away', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1000, max: 2 ** 40 }), value => {
        const grouped = value.toLocaleString('en');
        expect(parseNumber(grouped)).toBe(value);
        expect(parseNumber(grouped.replaceAll(',', '.'), ',')).toBe(value);
        expect(parseNumber(grouped.replaceAll(',', ' '))).toBe(value);
      }),
    );
  });

  test.each([
    ['  12.5 ', 12.5],
    ['+3', 3],
    ['.5', 0.5],
    ['5.', 5],
    ['1e3', 1000],
    ['\u22122', -2],
    ['Infinity', Number.POSITIVE_INFINITY],
    ['-inf', Number.NEGATIVE_INFINITY],
    ['', Number.NaN],
    ['NA', Number.NaN],
    ['?', Number.NaN],
    ['-', Number.NaN],
  ])('%j → %d', (text, value) => {
    expect(parseNumber(text)).toBe(value);
  });

  test.each([
    'n/a!',
    '1.2.3',
    '12 kg',
    '0x10',
    '1,5',
    '0,123',
    '12,34',
    '--1',
    '1e',
    'e5',
    'Iowa',
    '1 2',
    '2020-01-01',
  ])('%j is no number', text => {
    expect(parseNumber(text)).toBeUndefined();
  });
});
