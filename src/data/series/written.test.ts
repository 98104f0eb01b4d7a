import { describe, expect, test } from 'vitest';
import { clockOf, timesOfNumbers, timesOfTexts } from './written.ts';

const iso = (times: Float64Array | undefined): string[] =>
  Array.from(times ?? [], time => new Date(time).toISOString().replace('T00:00:00.000Z', '').replace(':00.000Z', ''));

describe('times that a table reads as words', () => {
  test.each<[string[], string[]]>([
    [
      ['1949Q1', '1949-Q4'],
      ['1949-01-01', '1949-10-01'],
    ],
    [
      ['Q2 1949', 'q3/1949'],
      ['1949-04-01', '1949-07-01'],
    ],
    [
      ['1949M01', '1949m12'],
      ['1949-01-01', '1949-12-01'],
    ],
    // ISO 8601: 2008-W01 begins on Monday 31 December 2007, 2020 has 53 weeks, its last begins on 28 December.
    [
      ['2008-W01', '2020-W53', '2020-W53-7'],
      ['2007-12-31', '2020-12-28', '2021-01-03'],
    ],
    [
      ['Jan 1949', 'February-1949'],
      ['1949-01-01', '1949-02-01'],
    ],
    [
      ['Jan-70', "Dec'69"],
      ['1970-01-01', '2069-12-01'],
    ],
    [
      ['1949 Jan', '1949-feb'],
      ['1949-01-01', '1949-02-01'],
    ],
    [
      ['01/1949', '12/1949'],
      ['1949-01-01', '1949-12-01'],
    ],
    [
      ['2016-07-01 00', '2016-07-01T13h'],
      ['2016-07-01', '2016-07-01T13:00'],
    ],
    [
      ['20160701T0000', '20160701T130500Z'],
      ['2016-07-01', '2016-07-01T13:05'],
    ],
    [
      ['1-01', '1-12', '3-12'],
      ['0001-01-01', '0001-12-01', '0003-12-01'],
    ],
    [
      ['98-11', '99-12', '00-01'],
      ['1998-11-01', '1999-12-01', '2000-01-01'],
    ],
    [
      ['11-98', '12-99', '01-00'],
      ['1998-11-01', '1999-12-01', '2000-01-01'],
    ],
    [
      ['01-01', '02-01', '03-01'],
      ['0001-01-01', '0002-01-01', '0003-01-01'],
    ],
  ])('%j', (texts, expected) => {
    expect(iso(timesOfTexts(texts)?.times)).toEqual(expected);
  });

  test.each([[['1949Q5']], [['2021-W53']], [['Jan 1949', '1949-Q1']], [['Foo 1949']], [['13-13']], [['13-00']], [[]]])(
    '%j are none',
    texts => expect(timesOfTexts(texts)).toBeNull(),
  );
});

test.each<[number[], string[]]>([
  [
    [1949, 1950],
    ['1949-01-01', '1950-01-01'],
  ],
  [
    [194901, 194912],
    ['1949-01-01', '1949-12-01'],
  ],
  [
    [20160229, 20160301],
    ['2016-02-29', '2016-03-01'],
  ],
  [[1467331200], ['2016-07-01']],
  [[1467331200000], ['2016-07-01']],
])('numbers %j', (values, expected) => expect(iso(timesOfNumbers(Float64Array.from(values))?.times)).toEqual(expected));

test.each([[[1949, 194901]], [[194913]], [[20150229]], [[1.5]], [[7]], [[]]])('numbers %j are no times', values => {
  expect(timesOfNumbers(Float64Array.from(values))).toBeNull();
});

test.each<[string, number]>([
  ['13:05', 13 * 60 + 5],
  ['18.00.00', 18 * 60],
  ['12:30 am', 30],
  ['1:30 PM', 13 * 60 + 30],
  ['24:00', Number.NaN],
  ['13:00 pm', Number.NaN],
])('%s is %i minutes', (text, minutes) => expect(clockOf(text)).toEqual(minutes * 60_000));
