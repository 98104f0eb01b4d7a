import { type Codes, codesOf } from './codes.ts';
import { isMissing } from './missing.ts';

type Order = 'ymd' | 'dmy' | 'mdy' | 'ym';

interface DateFormat {
  readonly name: string;
  readonly order: Order;
  readonly separator: number;
  readonly yearDigits: 2 | 4;
  readonly monthName?: boolean;
}

const numeric = (name: string, order: Order, separator: string, yearDigits: 2 | 4 = 4): DateFormat => ({
  name,
  order,
  separator: separator.charCodeAt(0),
  yearDigits,
});

const formats: readonly DateFormat[] = [
  numeric('yyyy-mm-dd', 'ymd', '-'),
  numeric('yyyy/mm/dd', 'ymd', '/'),
  numeric('yyyy.mm.dd', 'ymd', '.'),
  numeric('dd/mm/yyyy', 'dmy', '/'),
  numeric('mm/dd/yyyy', 'mdy', '/'),
  numeric('dd-mm-yyyy', 'dmy', '-'),
  numeric('mm-dd-yyyy', 'mdy', '-'),
  numeric('dd.mm.yyyy', 'dmy', '.'),
  numeric('dd/mm/yy', 'dmy', '/', 2),
  numeric('mm/dd/yy', 'mdy', '/', 2),
  numeric('dd.mm.yy', 'dmy', '.', 2),
  numeric('dd-mm-yy', 'dmy', '-', 2),
  numeric('mm-dd-yy', 'mdy', '-', 2),
  numeric('yyyy-mm', 'ym', '-'),
  numeric('yyyy/mm', 'ym', '/'),
  { name: 'dd mmm yyyy', order: 'dmy', separator: 32, yearDigits: 4, monthName: true },
  { name: 'mmm dd yyyy', order: 'mdy', separator: 32, yearDigits: 4, monthName: true },
  { name: 'dd mmm yy', order: 'dmy', separator: 32, yearDigits: 2, monthName: true },
];
const byName = new Map(formats.map(format => [format.name, format]));

/** The date formats that are recognised; each may be followed by a time of day. */
export const dateFormats: readonly string[] = formats.map(format => format.name);

/** The format that differs from `name` only by the order of day and month, if there is one. */
export function swappedFormat(name: string): string | undefined {
  if (!/^(dd|mm)[/-](mm|dd)[/-]/.test(name)) return undefined;
  return name.startsWith('dd') ? `mm${name[2]}dd${name.slice(5)}` : `dd${name[2]}mm${name.slice(5)}`;
}

const daysInMonth = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const monthNames = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** Days from 1970-01-01 to a day of the proleptic Gregorian calendar; NaN when there is no such day. */
export function daysOf(year: number, month: number, day: number): number {
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth[month - 1]!) return Number.NaN;
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  if (month === 2 && day === 29 && !leap) return Number.NaN;
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146097 + dayOfEra - 719468;
}

/** Days since 1970-01-01 (UTC) written in the trimmed cell text[start, end); NaN when it is no such date. */
export function scanDate(text: string, codes: Codes, start: number, end: number, format: string): number {
  const form = byName.get(format);
  if (!form || end - start < 5) return Number.NaN;
  return form.monthName ? scanNamed(text.slice(start, end), form) : scanNumeric(text, codes, start, end, form);
}

function scanNumeric(text: string, codes: Codes, start: number, end: number, form: DateFormat): number {
  const fields = form.order === 'ym' ? 2 : 3;
  let a = 0;
  let b = 0;
  let c = 0;
  let i = start;
  for (let field = 0; field < fields; field++) {
    if (field > 0) {
      if (codes[i] !== form.separator) return Number.NaN;
      i++;
    }
    const isYear = form.order.charCodeAt(field) === 121;
    const most = isYear ? form.yearDigits : 2;
    let value = 0;
    let digits = 0;
    while (i < end && digits < most) {
      const code = codes[i]!;
      if (code < 48 || code > 57) break;
      value = value * 10 + (code - 48);
      digits++;
      i++;
    }
    if (digits === 0 || (isYear && digits !== most)) return Number.NaN;
    if (field === 0) a = value;
    else if (field === 1) b = value;
    else c = value;
  }
  const year = form.order === 'ymd' || form.order === 'ym' ? a : c;
  const month = form.order === 'mdy' ? a : b;
  const day = form.order === 'ymd' ? c : form.order === 'ym' ? 1 : form.order === 'mdy' ? b : a;
  const days = daysOf(fullYear(year, form), month, day);
  return i === end ? days : days + (form.order === 'ym' ? Number.NaN : timeOfDay(text.slice(i, end)));
}

const named: Record<string, RegExp> = {
  dmy: /^(\d{1,2})[ .-]*([a-z]{3,9})[ ,.-]*(\d{4}|\d{2})(?!\d)(.*)$/i,
  mdy: /^([a-z]{3,9})[ .-]*(\d{1,2})[ ,.-]+(\d{4}|\d{2})(?!\d)(.*)$/i,
};

function scanNamed(cell: string, form: DateFormat): number {
  const match = named[form.order]!.exec(cell);
  if (!match || match[3]!.length !== form.yearDigits) return Number.NaN;
  const [day, name] = form.order === 'dmy' ? [match[1]!, match[2]!] : [match[2]!, match[1]!];
  const month = monthNames.indexOf(name.slice(0, 3).toLowerCase()) + 1;
  const days = daysOf(fullYear(Number(match[3]), form), month, Number(day));
  return match[4] ? days + timeOfDay(match[4]) : days;
}

function fullYear(year: number, form: DateFormat): number {
  if (form.yearDigits === 4) return year;
  return year < 70 ? 2000 + year : 1900 + year;
}

const clock = /^(?:T|,? +)(\d{1,2}):(\d{2})(?::(\d{2})([.,]\d+)?)? ?(am|pm)? ?(Z|UTC|[+-]\d{2}(?::?\d{2})?)?$/i;

function timeOfDay(rest: string): number {
  const match = clock.exec(rest);
  if (!match) return Number.NaN;
  let hour = Number(match[1]);
  if (match[5]) {
    if (hour < 1 || hour > 12) return Number.NaN;
    hour = (hour % 12) + (match[5].toLowerCase() === 'pm' ? 12 : 0);
  }
  const minute = Number(match[2]);
  const second = Number(match[3] ?? 0);
  if (hour > 23 || minute > 59 || second > 59) return Number.NaN;
  const fraction = match[4] ? Number(`0.${match[4].slice(1)}`) : 0;
  const seconds = hour * 3600 + minute * 60 + second + fraction;
  return (seconds - offsetSeconds(match[6])) / 86400;
}

function offsetSeconds(zone: string | undefined): number {
  if (!zone || !/^[+-]/.test(zone)) return 0;
  const digits = zone.replace(/\D/g, '');
  const seconds = Number(digits.slice(0, 2)) * 3600 + Number(digits.slice(2) || 0) * 60;
  return zone.startsWith('-') ? -seconds : seconds;
}

/** Days since 1970-01-01 (UTC) written in a trimmed cell; NaN when it is no date of this format. */
export function dateIn(cell: string, format: string): number {
  return scanDate(cell, codesOf(cell), 0, cell.length, format);
}

/** Days since 1970-01-01 (UTC) in a cell: NaN when the cell is missing, undefined when it is no date of this format. */
export function parseDate(text: string, format: string): number | undefined {
  const cell = text.trim();
  const value = dateIn(cell, format);
  if (!Number.isNaN(value)) return value;
  return isMissing(cell) ? Number.NaN : undefined;
}

/** The farthest day from 1970-01-01 that has a calendar date in JavaScript. */
const lastDay = 1e8;

/** A date as ISO text: the day, with the time where there is one; days beyond the calendar as `day N`. */
export function formatDate(days: number): string {
  if (!Number.isFinite(days)) return '';
  if (Math.abs(days) > lastDay) return `day ${days}`;
  const iso = new Date(Math.round(days * 86_400_000)).toISOString();
  return iso.endsWith('T00:00:00.000Z') ? iso.slice(0, -14) : iso.replace('.000Z', '').replace('Z', '');
}
