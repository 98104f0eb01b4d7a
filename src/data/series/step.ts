import { HillockError } from '../../errors.ts';

/** From short to long; `row` = the rows of the file, one after the other, or a time that is a plain number. */
export const stepUnits = ['second', 'minute', 'hour', 'day', 'week', 'month', 'quarter', 'year', 'row'] as const;
export type StepUnit = (typeof stepUnits)[number];

/** The distance between two time stamps of a series: `count` of a unit. */
export interface Step {
  readonly unit: StepUnit;
  readonly count: number;
}

/** Milliseconds of the units that are always equally long. */
export const unitLength: Readonly<Partial<Record<StepUnit, number>>> = {
  second: 1000,
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
  week: 604_800_000,
};

/** Months of the units that follow the calendar. */
const unitMonths: Readonly<Partial<Record<StepUnit, number>>> = { month: 1, quarter: 3, year: 12 };

/** Months of a step by the calendar; undefined for other steps. */
export function monthsOf({ unit, count }: Step): number | undefined {
  const months = unitMonths[unit];
  return months && months * count;
}

/** Milliseconds of a step that is always equally long (`row`: its count); undefined for steps by the calendar. */
export function lengthOf({ unit, count }: Step): number | undefined {
  if (unit === 'row') return count;
  const length = unitLength[unit];
  return length && length * count;
}

/** Days of one step: the mean of months, quarters and years (30.436875 days a month); 1 for a row. */
export function stepDays(step: Step): number {
  if (step.unit === 'row') return step.count;
  const length = lengthOf(step);
  return length === undefined ? monthsOf(step)! * 30.436875 : length / 86_400_000;
}

/**
 * The time `steps` steps after `start` (ms since 1970-01-01 UTC). Months are counted by the calendar: the day of
 * the month is that of `start`, or the last day of a shorter month; from the last day of a month, always the last.
 */
export function addSteps(start: number, step: Step, steps: number): number {
  const months = monthsOf(step);
  return months === undefined ? start + lengthOf(step)! * steps : addMonths(start, months * steps);
}

/** Months since year 0 of a time. */
export function monthIndex(time: number): number {
  const date = new Date(time);
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
}

function addMonths(start: number, months: number): number {
  const date = new Date(start);
  const index = monthIndex(start) + months;
  const from = monthStart(index);
  const last = (monthStart(index + 1) - from) / 86_400_000;
  const day = isMonthEnd(start) ? last : Math.min(date.getUTCDate(), last);
  const clock = start - Math.floor(start / 86_400_000) * 86_400_000;
  return from + (day - 1) * 86_400_000 + clock;
}

/** The first moment of a month counted from year 0. */
export function monthStart(index: number): number {
  const date = new Date(0);
  date.setUTCFullYear(Math.floor(index / 12), index - Math.floor(index / 12) * 12, 1);
  return date.getTime();
}

/** Whether a time lies on the last day of its month. */
export function isMonthEnd(time: number): boolean {
  return new Date(time + 86_400_000).getUTCDate() === 1;
}

/** Steps from `start` to `time`, a fraction where `time` lies between two of them. */
export function stepsBetween(start: number, time: number, step: Step): number {
  const months = monthsOf(step);
  if (months === undefined) return (time - start) / lengthOf(step)!;
  const whole = Math.floor((monthIndex(time) - monthIndex(start)) / months);
  const from = addSteps(start, step, whole);
  const low = from > time ? whole - 1 : whole;
  const begin = addSteps(start, step, low);
  return low + (time - begin) / (addSteps(start, step, low + 1) - begin);
}

/** A step in words: `month`, `15 minutes`, `2 years`. */
export function stepName({ unit, count }: Step): string {
  return count === 1 ? unit : `${count} ${unit}s`;
}

const written = /^(?:every )?(\d+(?:\.\d+)?)? ?([a-z]+?)s?$/i;
const short: Readonly<Record<string, StepUnit>> = {
  s: 'second',
  sec: 'second',
  min: 'minute',
  h: 'hour',
  d: 'day',
  w: 'week',
  m: 'month',
  q: 'quarter',
  y: 'year',
};

/** A step as a person writes it: `month`, `15 minutes`, `15min`, `h`. */
export function parseStep(text: string): Step {
  const match = written.exec(text.trim());
  const word = match?.[2]?.toLowerCase() ?? '';
  const unit = stepUnits.find(name => name === word) ?? short[word];
  const count = Number(match?.[1] ?? 1);
  if (unit && count > 0 && (unit === 'row' || Number.isInteger(count))) return { unit, count };
  throw new HillockError(
    'usage',
    `'${text}' is no distance in time`,
    `write a unit (${stepUnits.join(', ')}), with a whole number before it where it is not 1: month, 15 minutes`,
  );
}

const two = (value: number): string => String(value).padStart(2, '0');

/**
 * A time as a person writes it at this step: 1960, 1960-Q4, 1960-12, 1960-12-31, 2016-07-01 13:00 (UTC); a month that
 * does not begin on its first day shows the day, years below 100 are written without zeros (1-01), `row` is a number.
 */
export function formatTime(time: number, step: Step): string {
  if (step.unit === 'row' || !Number.isFinite(time)) return String(Number(time.toPrecision(15)));
  const date = new Date(time);
  if (Number.isNaN(date.getTime())) return `day ${time / 86_400_000}`;
  const year = date.getUTCFullYear();
  const month = date.getUTCMonth();
  const years = year >= 0 && year < 100 ? String(year) : date.toISOString().slice(0, year < 0 || year > 9999 ? 7 : 4);
  const day = `${years}-${two(month + 1)}-${two(date.getUTCDate())}`;
  const clock = time - Math.floor(time / 86_400_000) * 86_400_000;
  if (clock !== 0 || unitLength[step.unit]! < unitLength.day!) {
    const seconds = (clock / 1000) % 60;
    const exact = step.unit === 'second' || seconds !== 0;
    const tail = exact ? `:${seconds < 10 ? '0' : ''}${Number(seconds.toFixed(3))}` : '';
    return `${day} ${two(date.getUTCHours())}:${two(date.getUTCMinutes())}${tail}`;
  }
  if (monthsOf(step) === undefined || date.getUTCDate() !== 1) return day;
  if (step.unit === 'year' && month === 0) return years;
  if (step.unit === 'quarter' && month % 3 === 0) return `${years}-Q${month / 3 + 1}`;
  return `${years}-${two(month + 1)}`;
}
