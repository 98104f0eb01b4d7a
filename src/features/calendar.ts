/** What a calendar says of a date: year, month, day of the week, hour; as numbers, and as ONNX nodes. */
import type { Value } from '../graph/index.ts';
import { add, floor, less, mul, scalar, scale, sub, where } from '../ops/index.ts';

/** Year; month 1 … 12; day of the week 1 = Monday … 7; hour 0 … 23. */
export const calendarFields = ['year', 'month', 'weekday', 'hour'] as const;
export type CalendarField = (typeof calendarFields)[number];

/** The few operations that both ways of calculating share. */
interface Arithmetic<T> {
  floor(x: T): T;
  /** x + y·c. */
  plus(x: T, y: T, c: number): T;
  /** x·a + b. */
  affine(x: T, a: number, b: number): T;
  /** b where x < limit, else c. */
  below(x: T, limit: number, b: T, c: T): T;
}

const ofNumbers: Arithmetic<number> = {
  floor: Math.floor,
  plus: (x, y, c) => x + y * c,
  affine: (x, a, b) => x * a + b,
  below: (x, limit, b, c) => (x < limit ? b : c),
};

const ofValues: Arithmetic<Value> = {
  floor,
  plus: (x, y, c) => (c === 1 ? add(x, y) : c === -1 ? sub(x, y) : add(x, scale(y, c))),
  affine: (x, a, b) => add(a === 1 ? x : mul(x, scalar(a)), scalar(b)),
  below: (x, limit, b, c) => where(less(x, scalar(limit)), b, c),
};

/**
 * Days since 1970-01-01 to a field, by counting years from March (Hinnant, "chrono-compatible low-level date
 * algorithms", civil_from_days). Whole numbers are divided as ⌊(x + ½) / d⌋, which float32 cannot get wrong within
 * 10,000 years; an hour begins two minutes early, since float32 keeps a time of day to three.
 */
function calculate<T>(field: CalendarField, date: T, { floor, plus, affine, below }: Arithmetic<T>): T {
  const whole = (x: T, d: number): T => floor(affine(x, 1 / d, 0.5 / d));
  const day = floor(date);
  if (field === 'hour') {
    const hour = floor(affine(plus(date, day, -1), 24, 0.04));
    return below(hour, 23, hour, affine(hour, 0, 23));
  }
  if (field === 'weekday') {
    const sinceMonday = affine(day, 1, 3);
    return affine(plus(sinceMonday, whole(sinceMonday, 7), -7), 1, 1);
  }
  const sinceEpoch = affine(day, 1, 719_468);
  const era = whole(sinceEpoch, 146_097);
  const dayOfEra = plus(sinceEpoch, era, -146_097);
  const leap = plus(plus(whole(dayOfEra, 36_524), whole(dayOfEra, 1460), -1), whole(dayOfEra, 146_096), -1);
  const yearOfEra = whole(plus(dayOfEra, leap, 1), 365);
  const yearDays = plus(plus(affine(yearOfEra, 365, 0), whole(yearOfEra, 4), 1), whole(yearOfEra, 100), -1);
  const fromMarch = whole(affine(plus(dayOfEra, yearDays, -1), 5, 2), 153);
  if (field === 'month') return below(fromMarch, 10, affine(fromMarch, 1, 3), affine(fromMarch, 1, -9));
  const year = plus(yearOfEra, era, 400);
  return below(fromMarch, 10, year, affine(year, 1, 1));
}

/** A field of a date as a number; NaN of NaN. */
export const calendarNumber = (field: CalendarField, date: number): number => calculate(field, date, ofNumbers);

/** A field of dates [N, 1]; NaN of NaN. */
export const calendarValue = (field: CalendarField, dates: Value): Value => calculate(field, dates, ofValues);
