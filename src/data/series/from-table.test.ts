import { describe, expect, test } from 'vitest';
import { HillockError } from '../../errors.ts';
import { decodeTable } from '../decode.ts';
import { makeTable, numberColumn, type Table } from '../table.ts';
import { seriesOf } from './from-table.ts';
import { type Series, type SeriesOptions, type SeriesSet, timeAt } from './series.ts';
import { formatTime, parseStep, stepName } from './step.ts';

const csv = (text: string): Promise<Table> => decodeTable(new TextEncoder().encode(text), 'file.csv');
const lines = (header: string, rows: readonly string[]): Promise<Table> => csv([header, ...rows].join('\n'));
const y = (options: Partial<SeriesOptions> = {}): SeriesOptions => ({ target: 'y', ...options });
const only = (set: SeriesSet): Series => set.series[0]!;
const times = (set: SeriesSet, series = only(set)): string[] =>
  Array.from({ length: series.length }, (_, i) => formatTime(timeAt(series, i), set.step));
const said = (set: SeriesSet): string => set.notes.map(({ message }) => message).join('\n');
const dated = (days: readonly string[], column = 'date'): Promise<Table> =>
  lines(
    `${column},y`,
    days.map((day, i) => `${day},${i + 1}`),
  );

function refused(run: () => unknown): HillockError {
  try {
    run();
  } catch (error) {
    if (error instanceof HillockError) return error;
    throw error;
  }
  throw new Error('it was not refused');
}

describe('the step and the times', () => {
  test.each<[string, string[], string, string[]]>([
    ['years as numbers', ['1949', '1950', '1952'], 'year', ['1949', '1950', '1951', '1952']],
    ['yyyymm', ['194911', '194912', '195001'], 'month', ['1949-11', '1949-12', '1950-01']],
    ['months', ['1949-01', '1949-02', '1949-04'], 'month', ['1949-01', '1949-02', '1949-03', '1949-04']],
    ['every other month', ['1949-01', '1949-03', '1949-05'], '2 months', ['1949-01', '1949-03', '1949-05']],
    ['quarters', ['1949Q1', '1949Q2', '1949Q3'], 'quarter', ['1949-Q1', '1949-Q2', '1949-Q3']],
    ['month ends', ['2020-01-31', '2020-02-29', '2020-03-31'], 'month', ['2020-01-31', '2020-02-29', '2020-03-31']],
    ['the 15th', ['2020-01-15', '2020-02-15', '2020-03-15'], 'month', ['2020-01-15', '2020-02-15', '2020-03-15']],
    [
      'the 30th',
      ['2020-01-30', '2020-02-28', '2020-03-30', '2020-04-30'],
      'month',
      ['2020-01', '2020-02', '2020-03', '2020-04'],
    ],
    [
      'first working days',
      ['2020-01-02', '2020-02-03', '2020-03-02', '2020-04-01'],
      'month',
      ['2020-01', '2020-02', '2020-03', '2020-04'],
    ],
    ['weeks', ['2020-01-06', '2020-01-13', '2020-01-20'], 'week', ['2020-01-06', '2020-01-13', '2020-01-20']],
    ['four weeks', ['2020-01-06', '2020-02-03', '2020-03-02'], '4 weeks', ['2020-01-06', '2020-02-03', '2020-03-02']],
    ['days', ['2020-02-28', '2020-02-29', '2020-03-01'], 'day', ['2020-02-28', '2020-02-29', '2020-03-01']],
    [
      'single days far apart',
      ['2020-01-01', '2020-01-03', '2020-01-05', '2020-01-06'],
      'day',
      ['2020-01-01', '2020-01-02', '2020-01-03', '2020-01-04', '2020-01-05', '2020-01-06'],
    ],
    [
      'quarters of an hour',
      ['2020-01-01 00:00', '2020-01-01 00:15', '2020-01-01 00:30'],
      '15 minutes',
      ['2020-01-01 00:00', '2020-01-01 00:15', '2020-01-01 00:30'],
    ],
    [
      'a zone that changes',
      ['2020-03-29T00:00+01:00', '2020-03-29T01:00+01:00', '2020-03-29T03:00+02:00'],
      'hour',
      ['2020-03-28 23:00', '2020-03-29 00:00', '2020-03-29 01:00'],
    ],
    [
      'midnights of a zone',
      ['2020-03-28T00:00+01:00', '2020-03-29T00:00+01:00', '2020-03-30T00:00+02:00'],
      'day',
      ['2020-03-28', '2020-03-29', '2020-03-30'],
    ],
    [
      'months of a zone',
      ['2020-03-01T00:00+01:00', '2020-04-01T00:00+02:00', '2020-05-01T00:00+02:00'],
      'month',
      ['2020-03', '2020-04', '2020-05'],
    ],
    ['a year of two digits', ['1-11', '1-12', '2-01'], 'month', ['1-11', '1-12', '2-01']],
    ['day before month', ['11-12-2019', '12-12-2019', '13-12-2019'], 'day', ['2019-12-11', '2019-12-12', '2019-12-13']],
    ['month before day', ['12-11-2019', '12-12-2019', '12-13-2019'], 'day', ['2019-12-11', '2019-12-12', '2019-12-13']],
    ['plain numbers', ['10', '10.5', '11.5'], '0.5 rows', ['10', '10.5', '11', '11.5']],
    ['a fall back to file order', ['a', 'b', 'b'], 'row', ['0', '1', '2']],
  ])('%s', async (_, days, step, expected) => {
    const set = seriesOf(await dated(days), y());
    expect([stepName(set.step), times(set)]).toEqual([step, expected]);
    expect(only(set).observed.reduce((sum, seen) => sum + seen, 0)).toBe(days.length);
  });

  test('the order of day and month is said', async () => {
    expect(said(seriesOf(await dated(['11-12-2019', '12-12-2019', '13-12-2019']), y()))).toContain(
      'dd-mm-yyyy: row 3 is 2019-12-13',
    );
    expect(said(seriesOf(await dated(['01-04-1982', '01-05-1982', '01-06-1982']), y()))).toContain(
      'read as dd-mm-yyyy',
    );
  });

  test.each<[string, string, string[], string]>([
    ['date and hour', 'dteday,hr', ['2020-01-01,22', '2020-01-01,23', '2020-01-02,0'], '2020-01-01 22:00'],
    [
      'date and time of day',
      'Date,Time',
      ['2020-01-01,22:00', '2020-01-01,22:30', '2020-01-01,23:00'],
      '2020-01-01 22:00',
    ],
    ['hours 1 to 24', 'date,hour', ['2020-01-01,23', '2020-01-01,24', '2020-01-02,1'], '2020-01-01 22:00'],
    ['year and month', 'Year,Month', ['2020,11', '2020,12', '2021,1'], '2020-11'],
    ['year and quarter', 'year,quarter', ['2020,3', '2020,4', '2021,1'], '2020-Q3'],
    ['year, month and day', 'year,month,day', ['2020,2,28', '2020,2,29', '2020,3,1'], '2020-02-28'],
  ])('%s make a time together, named or found', async (_, columns, rows, start) => {
    const table = await lines(
      `${columns},y`,
      rows.map((row, i) => `${row},${i}`),
    );
    for (const time of [undefined, columns.split(',')]) {
      const set = seriesOf(table, { target: 'y', ...(time && { time }) });
      expect(times(set)[0]).toBe(start);
      expect([set.time, only(set).length, set.features]).toEqual([columns.split(','), 3, []]);
    }
  });

  test('several date columns: one is taken and the others are named', async () => {
    const table = await lines('sent,date,y', ['2020-01-05,2020-01-01,1', '2020-01-03,2020-01-02,2']);
    const set = seriesOf(table, y());
    expect(set.time).toEqual(['date']);
    expect(said(set)).toContain("'sent' holds dates too");
    expect(seriesOf(table, y({ time: 'sent' })).time).toEqual(['sent']);
  });

  test('a column that tells no time', async () => {
    const table = await lines('a,b,y', ['2020-01-01,7,1', 'soon,8,2', 'x,9,3']);
    expect(refused(() => seriesOf(table, y({ time: 'a' }))).message).toContain("tells no time: it holds 'soon'");
    expect(refused(() => seriesOf(table, y({ time: 'when' }))).message).toContain("no column 'when'");
    expect(refused(() => seriesOf(table, y({ time: ['a', 'b'] }))).message).toContain('make no time together');
    expect(refused(() => seriesOf(table, y({ time: ['a', 'y'] }))).message).toContain("'y' cannot be its own time");
  });

  test('no common step: what was found and where', async () => {
    const table = await dated([
      '2020-01-01 00:00',
      '2020-01-01 01:00',
      '2020-01-01 02:00',
      '2020-01-01 02:07',
      '2020-01-01 03:00',
    ]);
    const { message, hint } = refused(() => seriesOf(table, y()));
    expect(message).toContain('the most frequent distance is hour (2 of 4), but 2 distances are no multiple of it');
    expect(message).toContain('the first from 2020-01-01 02:00 to 2020-01-01 02:07');
    expect(hint).toContain('--step');
  });

  test('irregular dates are no months', async () => {
    const table = await dated(['2020-01-15', '2020-03-02', '2020-08-20', '2021-02-11']);
    expect(refused(() => seriesOf(table, y())).message).toContain('no regular step');
  });

  test('a step that is asked for', async () => {
    const table = await dated(['2020-01-01 00:03', '2020-01-01 01:10', '2020-01-01 01:50', '2020-01-01 03:00']);
    expect(refused(() => seriesOf(table, y({ step: parseStep('hour') }))).message).toContain(
      'rows 2 and 3 of file.csv have one time at a step of one hour, 2020-01-01 01:00',
    );
    const mean = seriesOf(table, y({ step: parseStep('hour'), duplicates: 'mean' }));
    expect([...only(mean).values]).toEqual([1, 2.5, 3.25, 4]);
    expect([...only(mean).observed]).toEqual([1, 1, 0, 1]);
    expect([...only(seriesOf(table, y({ step: parseStep('hour'), duplicates: 'sum' }))).values].slice(0, 2)).toEqual([
      1, 5,
    ]);
    const rows = seriesOf(table, y({ step: parseStep('row') }));
    expect([rows.step, times(rows), [...only(rows).values]]).toEqual([
      { unit: 'row', count: 1 },
      ['0', '1', '2', '3'],
      [1, 2, 3, 4],
    ]);
    const monthly = seriesOf(
      await dated(['2020-01-03', '2020-01-20', '2020-03-01']),
      y({ step: parseStep('month'), duplicates: 'sum' }),
    );
    expect([times(monthly), [...only(monthly).values]]).toEqual([
      ['2020-01', '2020-02', '2020-03'],
      [3, 3, 3],
    ]);
  });
});

describe('a step that a model learned with is read alike from another file', () => {
  test.each<[string, string[]]>([
    ['months from their ends', ['2020-01-31', '2020-02-29', '2020-04-30']],
    ['months from the 15th', ['2020-01-15', '2020-02-15', '2020-04-15']],
    ['first working days', ['2020-01-02', '2020-02-03', '2020-03-02', '2020-05-01']],
    ['every other month', ['2020-02-01', '2020-04-01', '2020-08-01']],
    ['months of a zone', ['2020-03-01T00:00+01:00', '2020-04-01T00:00+02:00', '2020-05-01T00:00+02:00']],
    ['midnights of a zone', ['2020-03-28T00:00+01:00', '2020-03-29T00:00+01:00', '2020-03-30T00:00+02:00']],
    ['noons', ['2020-03-28 12:00', '2020-03-29 12:00', '2020-03-31 12:00']],
    ['times around noon', ['2020-03-28 11:30', '2020-03-29 12:00', '2020-03-30 12:30', '2020-04-01 11:30']],
    ['Mondays', ['2020-01-06', '2020-01-13', '2020-01-27']],
    ['plain numbers', ['1', '2', '4']],
    ['plain numbers of half a step', ['10', '10.5', '11.5']],
  ])('%s', async (_, days) => {
    const table = await dated(days);
    const { step, fingerprint, series } = seriesOf(table, y());
    expect(seriesOf(table, y({ step })).fingerprint).toBe(fingerprint);
    expect(series[0]!.length).toBeGreaterThan(days.length - 1);
  });

  test('fewer rows than tell the step: times that lie on it stay', async () => {
    const month = parseStep('month');
    expect(times(seriesOf(await dated(['2020-01-31', '2020-03-31']), y({ step: month })))).toEqual([
      '2020-01-31',
      '2020-02-29',
      '2020-03-31',
    ]);
    expect(times(seriesOf(await dated(['2020-01-31']), y({ step: month })))).toEqual(['2020-01-31']);
    expect(times(seriesOf(await dated(['2020-02-29T23:00Z', '2020-04-30T22:00Z']), y({ step: month })))).toEqual([
      '2020-03',
      '2020-04',
      '2020-05',
    ]);
  });
});

describe('rows and gaps', () => {
  test('unsorted rows are sorted, rows without a time are left out, both are said', async () => {
    const set = seriesOf(await lines('date,y', ['2020-01-03,3', '2020-01-01,1', ',9', '2020-01-02,2']), y());
    expect([...only(set).values]).toEqual([1, 2, 3]);
    expect(said(set)).toContain(
      'the rows were sorted by time: 1 row was earlier than the row before, the first is row 2',
    );
    expect(said(set)).toContain("1 row without a time in 'date' left out, the first is row 3");
  });

  test('short gaps by a line, long ones by the season before, all marked and said', async () => {
    const week = (i: number) => `2020-01-${String(i + 1).padStart(2, '0')},${[10, 20, 30, 40, 50, 60, 70][i % 7]}`;
    const rows = Array.from({ length: 21 }, (_, i) => week(i)).filter((_, i) => i !== 3 && !(i >= 10 && i < 14));
    const set = seriesOf(await lines('date,y', rows), y());
    const { values, observed } = only(set);
    expect([...values.subarray(0, 10)]).toEqual([10, 20, 30, 40, 50, 60, 70, 10, 20, 30]);
    expect([...values.subarray(10, 14)]).toEqual([40, 50, 60, 70]);
    expect(
      Array.from(observed.entries())
        .filter(([, seen]) => !seen)
        .map(([i]) => i),
    ).toEqual([3, 10, 11, 12, 13]);
    expect(said(set)).toContain(
      '5 values missing in 2 gaps, the first at 2020-01-04: filled by a straight line, 4 of them',
    );
  });

  test('missing targets: left out before the first, gaps between, the future after the last', async () => {
    const rows = [
      '2020-01-01,,1',
      '2020-01-02,5,2',
      '2020-01-03,,3',
      '2020-01-04,7,4',
      '2020-01-05,,6',
      '2020-01-06,NA,7',
    ];
    const set = seriesOf(await lines('date,y,x', rows), y({ known: ['x'] }));
    const { history, length, values, observed, features } = only(set);
    expect([history, length, times(set)[0]]).toEqual([3, 5, '2020-01-02']);
    expect([...values]).toEqual([5, 6, 7, Number.NaN, Number.NaN]);
    expect([...observed]).toEqual([1, 0, 1, 0, 0]);
    expect([...features.get('x')!]).toEqual([2, 3, 4, 6, 7]);
    expect(said(set)).toContain('1 row before the first target left out');
    expect(said(set)).toContain('no target from 2020-01-05 on: 2 steps of future');
  });

  test('one time twice: the rows, and the column that explains them', async () => {
    const shops = ['2020-01-01,a,1', '2020-01-01,b,10', '2020-01-02,a,2', '2020-01-02,b,20', '2020-01-03,b,30'];
    const table = await lines('date,shop,y', shops);
    const error = refused(() => seriesOf(table, y()));
    expect(error.message).toBe(
      'rows 1 and 2 of file.csv have one time at a step of one day, 2020-01-01; 2 such rows in all',
    );
    expect(error.hint).toContain('--group shop');
    const set = seriesOf(table, y({ group: 'shop' }));
    expect(set.series.map(({ key, values }) => [key, ...values])).toEqual([
      ['a', 1, 2],
      ['b', 10, 20, 30],
    ]);
    const twice = await lines('date,y', ['2020-01-01,1', '2020-01-02,2', '2020-01-02,4', '2020-01-03,3']);
    expect(refused(() => seriesOf(twice, y())).hint).toContain('--duplicates mean');
    const mean = seriesOf(twice, y({ duplicates: 'mean' }));
    expect([...only(mean).values]).toEqual([1, 3, 3]);
    expect(said(mean)).toContain(
      '1 row stands at the time of a row before (row 3 at that of row 2): their mean is taken',
    );
  });

  test('two columns explain rows of one time', async () => {
    const rows = ['a,u', 'a,v', 'b,u', 'b,v'].flatMap((shop, i) => [
      `2020-01-01,${shop},${i}`,
      `2020-01-02,${shop},${i + 9}`,
    ]);
    const table = await lines('date,shop,item,y', rows);
    expect(refused(() => seriesOf(table, y())).hint).toContain('--group shop,item');
    const set = seriesOf(table, y({ group: ['shop', 'item'] }));
    expect(set.series.map(({ key }) => key)).toEqual(['a · u', 'a · v', 'b · u', 'b · v']);
  });

  test('clocks set back and forward', async () => {
    const hours = (day: string, list: number[]) => list.map(hour => `${day} ${String(hour).padStart(2, '0')}:00`);
    const back = await dated(hours('2020-10-25', [0, 1, 2, 2, 3, 4]));
    const tuesday = await dated(hours('2020-10-27', [0, 1, 2, 2, 3]));
    const set = seriesOf(back, y());
    expect([...only(set).values]).toEqual([1, 2, 3.5, 5, 6]);
    expect(said(set)).toContain('occurs twice when daylight saving ends (2020-10-25 02:00): the mean is taken');
    expect(said(seriesOf(await dated(hours('2020-03-29', [0, 1, 3, 4])), y()))).toContain('clocks set forward');
    expect(refused(() => seriesOf(tuesday, y())).message).toContain('rows 3 and 4');
  });

  test('weekends that are missing', async () => {
    const days = Array.from({ length: 60 }, (_, i) => new Date(Date.UTC(2020, 0, 1 + i)));
    const working = days.filter(day => day.getUTCDay() % 6 !== 0).map(day => day.toISOString().slice(0, 10));
    expect(said(seriesOf(await dated(working), y()))).toContain('most missing days are Saturdays and Sundays');
  });

  test('a time that is a slip: too wide a gap', async () => {
    const table = await dated(['2016-01-01', '2016-01-02', '2106-01-03', '2106-01-04']);
    expect(refused(() => seriesOf(table, y())).message).toContain(
      'the widest gap is from 2016-01-02 (row 2) to 2106-01-03 (row 3)',
    );
  });
});

describe('targets and features', () => {
  test('targets that cannot be forecast', async () => {
    const table = await lines('date,word,none,y', ['2020-01-01,a,,1', '2020-01-02,b,,2']);
    expect(refused(() => seriesOf(table, { target: 'word' })).message).toContain("words such as 'a', 'b'");
    expect(refused(() => seriesOf(table, { target: 'date' })).message).toContain('holds dates (yyyy-mm-dd)');
    expect(refused(() => seriesOf(table, { target: 'none' })).message).toContain('has no value in 2 rows');
    const once = await lines('date,y', ['2020-01-01,1']);
    expect(refused(() => seriesOf(once, y())).message).toContain('one time only');
  });

  test('what is used: numbers, words as codes; what is not, with the reason', async () => {
    const rows = ['2020-01-01,1,1,5,a,0.5', '2020-01-02,2,2,5,b,', '2020-01-04,3,4,5,a,1.5'];
    const set = seriesOf(await lines('date,nr,y,same,kind,x', rows), y());
    expect([set.features, set.levels.get('kind')]).toEqual([
      ['kind', 'x'],
      ['a', 'b'],
    ]);
    expect([...only(set).features.get('kind')!]).toEqual([0, 1, 1, 0]);
    expect([...only(set).features.get('x')!]).toEqual([0.5, 0.5, 0.5, 1.5]);
    expect(said(set)).toContain('it numbers the rows');
    expect(said(set)).toContain('it has one value');
    const chosen = seriesOf(await lines('date,nr,y,same,kind,x', rows), y({ features: ['x'], known: ['same'] }));
    expect([chosen.features, chosen.known]).toEqual([['x', 'same'], ['same']]);
    const without = seriesOf(await lines('date,nr,y,same,kind,x', rows), y({ ignore: ['kind'] }));
    expect(without.features).toEqual(['x']);
    expect(refused(() => seriesOf(makeTable('t', [numberColumn('y', [1, 2])]), y({ known: ['y'] }))).message).toContain(
      'cannot be a feature',
    );
  });

  test('the fingerprint tells data apart', async () => {
    const of = async (last: string) =>
      seriesOf(await lines('date,y', ['2020-01-01,1', '2020-01-02,2', last]), y()).fingerprint;
    expect(await of('2020-01-03,3')).toBe(await of('2020-01-03,3'));
    expect(await of('2020-01-03,3')).not.toBe(await of('2020-01-03,4'));
    expect(await of('2020-01-03,3')).not.toBe(await of('2020-01-04,3'));
  });
});
