import { expect, test } from 'vitest';
import { formatBytes, formatCount, formatDuration, formatNumber, formatPercent } from './format.ts';

test.each([
  [1.8008, '1.8008'],
  [0.8 + 0.0008, '0.8008'],
  [0.00001, '0.00001'],
  [0.8582463279, '0.858246'],
  [1e-12, '1e-12'],
  [-0, '0'],
  [1234567.89, '1234568'],
  [123456789, '123456789'],
  [1e20, '100000000000000000000'],
  [1.5e300, '1.5e+300'],
  [Number.NaN, '-'],
  [-Infinity, '-inf'],
  [null, '-'],
])('formatNumber(%d) = %s', (value, text) => {
  expect(formatNumber(value)).toBe(text);
});

test.each([
  [0, '0'],
  [999, '999'],
  [1000, '1,000'],
  [1234567, '1,234,567'],
])('formatCount(%d) = %s', (value, text) => {
  expect(formatCount(value)).toBe(text);
});

test.each([
  [0.0421, '0.042 s'],
  [3.149, '3.1 s'],
  [59.7, '1 min 0 s'],
  [200, '3 min 20 s'],
  [7505, '2 h 5 min'],
  [Number.NaN, '-'],
])('formatDuration(%d) = %s', (value, text) => {
  expect(formatDuration(value)).toBe(text);
});

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1500, '1.5 kB'],
  [999_900, '1 MB'],
  [25.3e9, '25.3 GB'],
])('formatBytes(%d) = %s', (value, text) => {
  expect(formatBytes(value)).toBe(text);
});

test('formatPercent', () => {
  expect([0.8582, 1, Number.NaN].map(formatPercent)).toEqual(['85.8 %', '100.0 %', '-']);
});
