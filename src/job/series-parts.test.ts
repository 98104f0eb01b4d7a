/** Which windows learn, validate and test, and that none is told what it may not know. */
import { expect, test } from 'vitest';
import type { SeriesSet } from '../data/index.ts';
import { exampleSeries } from '../features/series/testing.case.ts';
import { floats } from '../graph/index.ts';
import { errorScales, judges, truthsOf, windowRows } from './series-parts.ts';

const set = exampleSeries(60);
const parts = { validation: [36, 34], test: [48, 46], end: [60, 58], seasons: [12], notes: [] };
const window = 12;
const horizon = 4;
const rowsFor = (members: number, apart: boolean, from: SeriesSet = set) =>
  windowRows(from, parts, { window, horizon, members, apart });

const cases: [number, boolean][] = [
  [1, false],
  [4, false],
  [8, true],
];

test.each(cases)('%i members, apart %s: no part learns from the next', (members, apart) => {
  const rows = rowsFor(members, apart);
  const truths = truthsOf(set, rows, horizon);
  const last = (row: number): number => {
    let k = horizon - 1;
    while (k >= 0 && Number.isNaN(truths[row * horizon + k]!)) k--;
    return rows.origin[row]! + k;
  };
  const weight = (row: number, member: number): number =>
    rows.rowWeights ? floats(rows.rowWeights)[row * members + member]! : 1;
  for (const row of rows.trainRows) {
    const series = rows.series[row]!;
    for (let member = 0; member < members; member++) {
      if (weight(row, member) === 0) continue;
      const judging = member < judges(members) || judges(members) === 0;
      expect(last(row)).toBeLessThan(judging ? parts.validation[series]! : parts.test[series]!);
    }
    // What looks at a window through all that lies before the test part is not judged on validation.
    if (rows.late[row]) for (let member = 0; member < judges(members); member++) expect(weight(row, member)).toBe(0);
  }
  const within = (of: Int32Array, from: readonly number[], to: readonly number[]): void => {
    for (const row of of) {
      const series = rows.series[row]!;
      expect(rows.origin[row]).toBeGreaterThanOrEqual(from[series]!);
      expect(last(row)).toBeLessThan(to[series]!);
    }
  };
  within(rows.validationRows, parts.validation, parts.test);
  within(rows.testRows, parts.test, parts.end);
  // Every origin of a part stands in it once.
  expect(rows.validationRows).toHaveLength(24);
  expect(rows.testRows).toHaveLength(24);
  for (let member = 0; member < members; member++) {
    const seen = Array.from(rows.trainRows).filter(row => weight(row, member) === 1);
    const origins = seen.map(row => `${rows.series[row]} ${rows.origin[row]}`);
    expect(new Set(origins).size).toBe(origins.length);
    const judging = member < judges(members) || judges(members) === 0;
    expect(origins).toHaveLength(judging ? 24 + 22 : 36 + 34);
  }
});

test('no window ends with a filled value, and filled values are no truths', () => {
  const [first, second] = set.series;
  const observed = first!.observed.map((is, t) => (t === 20 || t === 40 || t === 52 ? 0 : is));
  const gappy = { ...set, series: [{ ...first!, observed }, second!] };
  const rows = rowsFor(1, false, gappy);
  const truths = truthsOf(gappy, rows, horizon);
  rows.origin.forEach((origin, row) => {
    if (rows.series[row] !== 0) return;
    expect([21, 41, 53]).not.toContain(origin);
    for (let k = 0; k < horizon; k++)
      if ([20, 40, 52].includes(origin + k)) expect(truths[row * horizon + k]).toBeNaN();
  });
});

test('errors are measured in the mean change over a season before the test part', () => {
  const rows = rowsFor(1, false);
  const { values } = set.series[1]!;
  let sum = 0;
  for (let t = 12; t < 46; t++) sum += Math.abs(values[t]! - values[t - 12]!) / 34;
  expect(errorScales(set, parts, rows)[rows.series.indexOf(1)]).toBeCloseTo(sum, 9);
});
