/** The order of rows: fair, and a function of the step alone. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { random } from '../random.ts';
import { sampler } from './sampler.ts';

const shape = fc.record({
  rows: fc.uniqueArray(fc.nat(1000), { minLength: 1, maxLength: 30 }),
  batch: fc.integer({ min: 1, max: 40 }),
  seed: fc.nat(),
  passes: fc.integer({ min: 1, max: 4 }),
});

test('every row is seen equally often: once in each pass', () => {
  fc.assert(
    fc.property(shape, ({ rows, batch, seed, passes }) => {
      const steps = Math.ceil((passes * rows.length) / batch);
      const plan = sampler(Int32Array.from(rows), batch, random(seed))(0, steps);
      expect(plan.length).toBe(steps * batch);
      for (let pass = 0; pass < passes; pass++) {
        const seen = [...plan.subarray(pass * rows.length, (pass + 1) * rows.length)];
        expect(seen.sort((a, b) => a - b)).toEqual([...rows].sort((a, b) => a - b));
      }
    }),
  );
});

test('the size of the chunks does not matter, nor where one begins', () => {
  const chunks = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(shape, chunks, ({ rows, batch, seed }, sizes) => {
      const total = sizes.reduce((a, b) => a + b, 0);
      const make = () => sampler(Int32Array.from(rows), batch, random(seed));
      const whole = make()(0, total);
      const some = make();
      let step = 0;
      for (const size of sizes) {
        const wanted = whole.subarray(step * batch, (step + size) * batch);
        expect(some(step, size)).toEqual(wanted);
        expect(make()(step, size)).toEqual(wanted);
        step += size;
      }
      // And back again.
      expect(some(0, 1)).toEqual(whole.subarray(0, batch));
    }),
  );
});

test('passes and seeds differ', () => {
  const rows = Int32Array.from({ length: 50 }, (_, i) => i);
  const plan = sampler(rows, 50, random(1))(0, 2);
  expect(plan.subarray(0, 50)).not.toEqual(plan.subarray(50));
  expect(sampler(rows, 50, random(2))(0, 1)).not.toEqual(plan.subarray(0, 50));
});
