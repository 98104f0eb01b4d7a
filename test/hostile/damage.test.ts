import fc from 'fast-check';
import { expect, test } from 'vitest';
import { damaged } from './damage.ts';

const made = (word: string): readonly string[] =>
  fc
    .sample(damaged(fc.constant(new Uint8Array()), [word]), { numRuns: 300, seed: 20 })
    .map(bytes => Buffer.from(bytes).toString('hex'));

test('words are bytes where they can be, as magic numbers are', () => {
  const found = made('\x1f\x8b\x08');
  expect(found.some(hex => hex.includes('1f8b08'))).toBe(true);
  expect(found.some(hex => hex.includes('c28b'))).toBe(false);
  expect(made('\u{1f642}').some(hex => hex.includes('f09f9982'))).toBe(true);
});
