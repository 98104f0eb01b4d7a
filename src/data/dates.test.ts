import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dateFormats, daysOf, formatDate, parseDate, swappedFormat } from './dates.ts';

const dates = fc.date({ min: new Date('1000-01-01'), max: new Date('2999-12-31'), noInvalidDate: true });

test('days beyond the calendar are written as numbers', () => {
  expect([formatDate(2e8), formatDate(-1e300), formatDate(1e8)]).toEqual([
    'day 200000000',
    'day -1e+300',
    '+275760-09-13',
  ]);
});

describe('dates', () => {
  test('ISO text of any moment is read back exactly to the millisecond', () => {
    fc.assert(
      fc.property(dates, date => {
        expect(Math.round(parseDate(date.toISOString(), 'yyyy-mm-dd')! * 86_400_000)).toBe(date.getTime());
      }),
    );
  });

  test('day, month and year in every order give the same day', () => {
    fc.assert(
      fc.property(dates, date => {
        const [year, month, day] = date.toISOString().slice(0, 10).split('-') as [string, string, string];
        const days = Math.floor(date.getTime() / 86_400_000);
        for (const format of dateFormats) {
          if (!format.includes('yyyy') || !format.includes('dd') || format.includes('mmm')) continue;
          const text = format.replace('yyyy', year).replace('mm', month).replace('dd', day);
          expect(parseDate(text, format), `${text} as ${format}`).toBe(days);
        }
        expect(formatDate(days)).toBe(`${year}-${month}-${day}`);
      }),
    );
  });

  test.each([
    ['2020-02-29', 'yyyy-mm-dd', '2020-02-29'],
    ['1949-01', 'yyyy-mm', '1949-01-01'],
    ['31/12/99', 'dd/mm/yy', '1999-12-31'],
    ['31-12-99', 'dd-mm-yy', '1999-12-31'],
    ['12-31-05', 'mm-dd-yy', '2005-12-31'],
    ['31-Dec-99', 'dd mmm yy', '1999-12-31'],
    ['1 Jan 05 13:30', 'dd mmm yy', '2005-01-01T13:30:00'],
    ['1/2/2020', 'mm/dd/yyyy', '2020-01-02'],
    ['2 Jan 2020', 'dd mmm yyyy', '2020-01-02'],
    ['02-January-2020', 'dd mmm yyyy', '2020-01-02'],
    ['Jan 2, 2020', 'mmm dd yyyy', '2020-01-02'],
    ['2016-07-01 13:30:00', 'yyyy-mm-dd', '2016-07-01T13:30:00'],
    ['2016-07-01T13:30+02:00', 'yyyy-mm-dd', '2016-07-01T11:30:00'],
    ['7/1/2016 1:30 PM', 'mm/dd/yyyy', '2016-07-01T13:30:00'],
  ])('%s as %s is %s', (text, format, iso) => {
    expect(formatDate(parseDate(text, format)!)).toBe(iso);
  });

  test.each([
    ['2021-02-29', 'yyyy-mm-dd'],
    ['13/13/2020', 'dd/mm/yyyy'],
    ['2020-01-01x', 'yyyy-mm-dd'],
    ['2020-01-01 25:00', 'yyyy-mm-dd'],
    ['20-01-01', 'yyyy-mm-dd'],
    ['2 Jan 2020', 'dd mmm yy'],
    ['2 Jan 20', 'dd mmm yyyy'],
    ['2 Jan 202', 'dd mmm yy'],
    ['5', 'yyyy-mm'],
  ])('%s is no %s', (text, format) => {
    expect(parseDate(text, format)).toBeUndefined();
  });

  test('missing cells are NaN', () => expect(parseDate(' NA ', 'yyyy-mm-dd')).toBeNaN());

  test('swapping day and month stays among the formats and is its own inverse', () => {
    for (const format of dateFormats) {
      const other = swappedFormat(format);
      if (other !== undefined) expect([dateFormats.includes(other), swappedFormat(other)]).toEqual([true, format]);
    }
    expect(daysOf(1970, 1, 1)).toBe(0);
  });
});
