import { expect, test } from 'vitest';
import { calendarFeatures } from './calendar.ts';
import { parseStep } from './step.ts';

const at = (step: string, iso: string): Record<string, number> =>
  Object.fromEntries(
    calendarFeatures(parseStep(step)).map(({ name, at }) => [
      name,
      Number(at(Date.parse(`${iso.length === 10 ? `${iso}T00:00` : iso}Z`)).toFixed(9)) + 0,
    ]),
  );
const names = (step: string): string[] => calendarFeatures(parseStep(step)).map(({ name }) => name);

test('the cycles of a step', () => {
  expect(names('minute')).toEqual(['hour', 'day', 'week', 'year'].flatMap(cycle => [`sin(${cycle})`, `cos(${cycle})`]));
  expect(names('hour')).toEqual(['day', 'week', 'year'].flatMap(cycle => [`sin(${cycle})`, `cos(${cycle})`]));
  expect(names('day')).toEqual(['sin(week)', 'cos(week)', 'sin(year)', 'cos(year)']);
  for (const step of ['week', 'month', 'quarter', '6 months']) expect(names(step)).toEqual(['sin(year)', 'cos(year)']);
  for (const step of ['year', 'row', '2 years']) expect(names(step)).toEqual([]);
});

test('quarters of a circle', () => {
  // 2020-06-01 was a Monday.
  expect(at('hour', '2020-06-01T06:00')).toMatchObject({ 'sin(day)': 1, 'cos(day)': 0 });
  expect(at('hour', '2020-06-01T00:00')).toMatchObject({ 'sin(week)': 0, 'cos(week)': 1 });
  expect(at('hour', '2020-06-02T18:00')).toMatchObject({ 'sin(week)': 1, 'cos(week)': 0 });
  expect(at('month', '1949-01-01')).toEqual({ 'sin(year)': 0, 'cos(year)': 1 });
  expect(at('month', '1949-04-01')).toEqual({ 'sin(year)': 1, 'cos(year)': 0 });
  expect(at('month', '1949-10-01')).toEqual({ 'sin(year)': -1, 'cos(year)': 0 });
  expect(at('month', '0001-07-01')).toEqual({ 'sin(year)': 0, 'cos(year)': -1 });
});
