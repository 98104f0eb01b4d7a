import { expect, test } from 'vitest';
import { checkMemory } from './memory.ts';

test('a table that does not fit into memory is refused with the rows that would', () => {
  expect(() => checkMemory('a.csv', 1000, 10, 1e6)).not.toThrow();
  expect(() => checkMemory('a.csv', 9_000_000, 714, 24e9)).toThrow(/a\.csv is too large.*77\.1 GB.*24\.0 GB/);
});
