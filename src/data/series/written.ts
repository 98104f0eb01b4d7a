/** Times written in ways that a table reads as words or plain numbers: 1949Q1, Jan 1949, 1-01, 194901, Unix time. */
import { dateFormats, daysOf, parseDate } from '../dates.ts';

const day = 86_400_000;
const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const dayTime = (year: number, month: number, date = 1): number => daysOf(year, month, date) * day;
const monthNamed = (name: string): number => months.indexOf(name.slice(0, 3).toLowerCase()) + 1;
const century = (text: string): number =>
  text.length > 2 ? Number(text) : Number(text) + (Number(text) < 70 ? 2000 : 1900);

interface Writing {
  readonly name: string;
  readonly pattern: RegExp;
  /** Milliseconds of the matched parts; NaN where there is no such time. */
  time(parts: readonly string[]): number;
}

const writings: readonly Writing[] = [
  {
    name: 'year and quarter',
    pattern: /^(\d{4})[ -/]?Q([1-4])$/i,
    time: ([year, quarter]) => dayTime(Number(year), Number(quarter) * 3 - 2),
  },
  {
    name: 'quarter and year',
    pattern: /^Q([1-4])[ -/]?(\d{4})$/i,
    time: ([quarter, year]) => dayTime(Number(year), Number(quarter) * 3 - 2),
  },
  {
    name: 'year and month',
    pattern: /^(\d{4})[ -]?M(\d{1,2})$/i,
    time: ([year, month]) => dayTime(Number(year), Number(month)),
  },
  {
    name: 'year and ISO week',
    pattern: /^(\d{4})-?W(\d{2})(?:-?([1-7]))?$/i,
    time: ([year, week, weekday = '1']) => isoWeek(Number(year), Number(week), Number(weekday)),
  },
  {
    name: 'month name and year',
    pattern: /^([a-z]{3,9})[ .,'-]*(\d{4}|\d{2})$/i,
    time: ([month, year]) => dayTime(century(year!), monthNamed(month!)),
  },
  {
    name: 'year and month name',
    pattern: /^(\d{4})[ -]?([a-z]{3,9})$/i,
    time: ([year, month]) => dayTime(Number(year), monthNamed(month!)),
  },
  {
    name: 'month and year',
    pattern: /^(\d{1,2})[-/.](\d{4})$/,
    time: ([month, year]) => dayTime(Number(year), Number(month)),
  },
  {
    name: 'date and hour',
    pattern: /^(\d{4})-(\d{2})-(\d{2})[ T](\d{1,2})h?$/,
    time: ([year, month, date, hour]) => clock(dayTime(Number(year), Number(month), Number(date)), hour!, '0'),
  },
  {
    name: 'date and time without marks',
    pattern: /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})?Z?$/,
    time: ([year, month, date, hour, minute, second]) =>
      clock(dayTime(Number(year), Number(month), Number(date)), hour!, minute!, second),
  },
];

function clock(date: number, hour: string, minute: string, second = '0'): number {
  const [h, m, s] = [Number(hour), Number(minute), Number(second)];
  return h < 24 && m < 60 && s < 60 ? date + h * 3_600_000 + m * 60_000 + s * 1000 : Number.NaN;
}

/** The day of an ISO week: week 1 holds 4 January, weeks begin on Monday. */
function isoWeek(year: number, week: number, weekday: number): number {
  const fourth = daysOf(year, 1, 4);
  const monday = fourth - ((((fourth + 3) % 7) + 7) % 7) + (week - 1) * 7;
  const isLast = monday >= daysOf(year + 1, 1, 4) - 6;
  return week < 1 || (week > 52 && isLast) ? Number.NaN : (monday + weekday - 1) * day;
}

/** Times read from different texts, in the order of the texts, and how they are written. */
export interface WrittenTimes {
  readonly times: Float64Array;
  readonly about: string;
}

/** Milliseconds since 1970-01-01 of different texts, when all of them are times in one writing; else null. */
export function timesOfTexts(texts: readonly string[]): WrittenTimes | null {
  if (texts.length === 0) return null;
  for (const { name, pattern, time } of writings) {
    const times = Float64Array.from(texts, text => {
      const match = pattern.exec(text);
      return match ? time(match.slice(1)) : Number.NaN;
    });
    if (!times.some(Number.isNaN)) return { times, about: name };
  }
  return shortTimes(texts) ?? dateTimes(texts);
}

/** Dates as tables read them: words where a table was not read from a file. */
function dateTimes(texts: readonly string[]): WrittenTimes | null {
  for (const format of dateFormats) {
    const times = Float64Array.from(texts, text => Math.round(86_400_000 * (parseDate(text, format) ?? Number.NaN)));
    if (!times.some(Number.isNaN)) return { times, about: format };
  }
  return null;
}

/**
 * Two short numbers, such as 1-01: the year is the one beside a month in every text. A year of two digits is put in its
 * century only where one of them is 70 or more; otherwise it is a count of years (the first, the second …).
 */
function shortTimes(texts: readonly string[]): WrittenTimes | null {
  const parts = texts.map(text => /^(\d{1,3})[-/](\d{1,3})$/.exec(text)?.slice(1));
  if (!parts.every(part => part !== undefined)) return null;
  const read = (yearAt: 0 | 1): WrittenTimes | null => {
    const years = parts.map(part => part[yearAt]!);
    const monthsOf = parts.map(part => part[1 - yearAt]!);
    if (!monthsOf.every(month => month.length <= 2 && Number(month) >= 1 && Number(month) <= 12)) return null;
    const inCentury = years.every(year => year.length === 2) && years.some(year => Number(year) >= 70);
    const times = Float64Array.from(years, (year, i) =>
      dayTime(inCentury ? century(year) : Number(year), Number(monthsOf[i])),
    );
    return { times, about: yearAt === 0 ? 'year and month' : 'month and year' };
  };
  const [yearFirst, monthFirst] = [read(0), read(1)];
  if (!yearFirst || !monthFirst) return yearFirst ?? monthFirst;
  return falls(monthFirst.times) < falls(yearFirst.times) ? monthFirst : yearFirst;
}

const falls = (times: Float64Array): number => times.filter((time, i) => i > 0 && time < times[i - 1]!).length;

/** Milliseconds of a time of day such as 13:00, 13.00.00 or 1:00 pm; NaN when it is none. */
export function clockOf(text: string): number {
  const match = /^(\d{1,2})[:.](\d{2})(?:[:.](\d{2}))? ?(am|pm)?$/i.exec(text);
  if (!match) return Number.NaN;
  const half = match[4]?.toLowerCase();
  const hour = Number(match[1]);
  if (half && (hour < 1 || hour > 12)) return Number.NaN;
  return clock(0, String(half ? (hour % 12) + (half === 'pm' ? 12 : 0) : hour), match[2]!, match[3]);
}

/** How a column of plain numbers tells the time. */
const numberings: readonly { readonly about: string; test(value: number): boolean; time(value: number): number }[] = [
  {
    about: 'years',
    test: value => value >= 1000 && value < 3000,
    time: value => dayTime(value, 1),
  },
  {
    about: 'Excel dates (days since 1899-12-30)',
    test: value => value >= 20_000 && value < 80_000,
    time: value => (value - 25_569) * day,
  },
  {
    about: 'year and month (yyyymm)',
    test: value => value >= 100_001 && value < 300_000,
    time: value => dayTime(Math.floor(value / 100), value % 100),
  },
  {
    about: 'dates (yyyymmdd)',
    test: value => value >= 10_000_101 && value < 30_000_000,
    time: value => dayTime(Math.floor(value / 10_000), Math.floor(value / 100) % 100, value % 100),
  },
  {
    about: 'Unix seconds',
    test: value => value >= 1e8 && value < 1e10,
    time: value => value * 1000,
  },
  {
    about: 'Unix milliseconds',
    test: value => value >= 1e11 && value < 1e13,
    time: value => value,
  },
];

/** Milliseconds since 1970-01-01 of whole numbers that all tell the time in one way (NaN stays); else null. */
export function timesOfNumbers(values: Float64Array): WrittenTimes | null {
  const known = values.filter(value => !Number.isNaN(value));
  if (known.length === 0 || !known.every(Number.isInteger)) return null;
  for (const { about, test, time } of numberings) {
    if (!known.every(value => test(value) && !Number.isNaN(time(value)))) continue;
    return { times: values.map(value => (Number.isNaN(value) ? value : time(value))), about };
  }
  return null;
}
