import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addSteps, formatTime, parseStep, type Step, stepName, stepsBetween, stepUnits } from './step.ts';

const at = (iso: string): number => Date.parse(iso.length === 10 ? `${iso}T00:00:00Z` : `${iso}Z`);
const steps = fc.record({
  unit: fc.constantFrom(...stepUnits.filter(unit => unit !== 'row')),
  count: fc.integer({ min: 1, max: 40 }),
});
const starts = fc.date({ min: new Date('1500-01-01'), max: new Date('2500-01-01'), noInvalidDate: true });

describe('addSteps', () => {
  test.each<[string, Step, number, string]>([
    ['1949-01-01', { unit: 'month', count: 1 }, 143, '1960-12-01'],
    ['1949-01-01', { unit: 'month', count: 1 }, -1, '1948-12-01'],
    ['2019-12-31', { unit: 'month', count: 1 }, 2, '2020-02-29'],
    ['2020-02-29', { unit: 'month', count: 1 }, 1, '2020-03-31'],
    ['2020-02-29', { unit: 'year', count: 1 }, 1, '2021-02-28'],
    ['2020-01-15', { unit: 'quarter', count: 1 }, 3, '2020-10-15'],
    ['2020-02-28T23:00', { unit: 'hour', count: 1 }, 25, '2020-03-01T00:00'],
    ['2020-01-01', { unit: 'week', count: 2 }, 1, '2020-01-15'],
    ['2020-01-01T00:00', { unit: 'minute', count: 15 }, 5, '2020-01-01T01:15'],
  ])('%s + %o × %i = %s', (start, step, count, end) => {
    expect(new Date(addSteps(at(start), step, count))).toEqual(new Date(at(end)));
    expect(stepsBetween(at(start), at(end), step)).toBe(count);
  });

  test('rows count in plain numbers', () => expect(addSteps(3, { unit: 'row', count: 0.5 }, 4)).toBe(5));

  test('positions rise, and stepsBetween finds them again', () => {
    fc.assert(
      fc.property(starts, steps, fc.integer({ min: -50, max: 500 }), (date, step, i) => {
        const start = date.getTime();
        const time = addSteps(start, step, i);
        expect(stepsBetween(start, time, step)).toBeCloseTo(i, 9);
        expect(addSteps(start, step, i + 1)).toBeGreaterThan(time);
      }),
    );
  });
});

test.each<[string, Step, string]>([
  ['1960-01-01', { unit: 'year', count: 1 }, '1960'],
  ['1960-07-01', { unit: 'year', count: 1 }, '1960-07'],
  ['1960-10-01', { unit: 'quarter', count: 1 }, '1960-Q4'],
  ['1960-12-01', { unit: 'month', count: 1 }, '1960-12'],
  ['1960-12-31', { unit: 'month', count: 1 }, '1960-12-31'],
  ['0001-03-01', { unit: 'month', count: 1 }, '1-03'],
  ['2016-07-01', { unit: 'day', count: 1 }, '2016-07-01'],
  ['2016-07-01', { unit: 'hour', count: 1 }, '2016-07-01 00:00'],
  ['2016-07-01T13:05', { unit: 'hour', count: 1 }, '2016-07-01 13:05'],
  ['2016-07-01T13:05:07.250', { unit: 'second', count: 1 }, '2016-07-01 13:05:07.25'],
  ['2016-07-01T13:05', { unit: 'second', count: 1 }, '2016-07-01 13:05:00'],
  ['2016-07-01T12:00', { unit: 'day', count: 1 }, '2016-07-01 12:00'],
])('%s at %o is written %s', (time, step, text) => expect(formatTime(at(time), step)).toBe(text));

test('rows are written as numbers', () => expect(formatTime(0.1 + 0.2, { unit: 'row', count: 0.1 })).toBe('0.3'));

describe('steps in words', () => {
  test.each<[string, string]>([
    ['month', 'month'],
    ['15min', '15 minutes'],
    ['2 Years', '2 years'],
    ['h', 'hour'],
    ['every 4 weeks', '4 weeks'],
    ['0.5 rows', '0.5 rows'],
  ])('%s', (text, name) => expect(stepName(parseStep(text))).toBe(name));

  test('what is written is read back', () => {
    fc.assert(
      fc.property(steps, step => {
        expect(parseStep(stepName(step))).toEqual(step);
      }),
    );
  });

  test.each(['', 'fortnight', '0 days', '1.5 months', '-1 day'])("'%s' is refused", text => {
    expect(() => parseStep(text)).toThrow(/no distance in time/);
  });
});
