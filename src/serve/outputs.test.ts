import fc from 'fast-check';
import { expect, test } from 'vitest';
import { number } from './outputs.ts';

test('numbers are written in the seven digits of toPrecision, whatever their size', () => {
  const value = fc.oneof(
    fc.float({ noNaN: true }),
    fc.float({ min: -10, max: 10, noNaN: true }),
    fc.float({ min: 0, max: 1 }),
  );
  fc.assert(
    fc.property(value, drawn => {
      const wanted = Number.isFinite(drawn) ? String(Number(drawn.toPrecision(7))) : 'null';
      expect(number(drawn)).toBe(wanted === '-0' ? '0' : wanted);
    }),
    { numRuns: 5000 },
  );
  // A tie, and one that rounds up to another power of ten.
  for (const tie of [-1.0000005 as number, 0.99999997])
    expect(number(Math.fround(tie))).toBe(String(Number(Math.fround(tie).toPrecision(7))));
});
