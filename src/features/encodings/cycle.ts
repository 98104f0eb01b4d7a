import { z } from 'zod';
import { concat, cos, floor, isNan, scalar, scale, sin, sub, where } from '../../ops/index.ts';
import type { NumberStats } from '../stats.ts';
import type { EncodingKind } from './kind.ts';

/** How long a period is. */
export const days = { year: 365.2425, week: 7, day: 1 } as const;
type Period = keyof typeof days;

/** The phase of a date in a period. */
export interface CyclePart {
  readonly kind: 'cycle';
  readonly period: Period;
}

const phase = (date: number, period: Period) => {
  const turns = date / days[period];
  return turns - Math.floor(turns);
};
const firstOfMonth = (date: number) => new Date(Math.floor(date) * 86_400_000).getUTCDate() === 1;

/**
 * The periods worth a column: year when the dates span a quarter or more, week unless every date is the first
 * of a month, day when there is a time of day; none in which all dates have one phase.
 */
export function fitCycles({ sorted, min, max }: NumberStats): readonly CyclePart[] {
  const periods: Period[] = [];
  if (max - min >= 91) periods.push('year');
  if (!sorted.every(firstOfMonth)) periods.push('week');
  periods.push('day');
  return periods
    .filter(period => sorted.some(date => Math.abs(phase(date, period) - phase(min, period)) > 1e-6))
    .map(period => ({ kind: 'cycle', period }));
}

/** sin and cos of 2π · the fraction of date / period; both 0 when the date is missing. */
export const cycleKind: EncodingKind<CyclePart> = {
  kind: 'cycle',
  block: 'numeric',
  of: ['date'],
  about: ({ period }) => `sin and cos of its place in the ${period}`,
  schema: z.strictObject({ kind: z.literal('cycle'), period: z.enum(['year', 'week', 'day']) }),
  names: (column, { period }) => [`${column} sin(${period})`, `${column} cos(${period})`],
  emit(parts, inputs) {
    const columns = parts.flatMap(({ period }, i) => {
      const x = inputs[i]!;
      // x less whole periods first: float32 keeps the rest of a date exact where x / period would round it.
      const whole = scale(floor(scale(x, 1 / days[period])), days[period]);
      const angle = scale(sub(x, whole), (2 * Math.PI) / days[period]);
      return [sin(angle), cos(angle)];
    });
    const all = concat(columns, 1);
    return where(isNan(all), scalar(0), all);
  },
};
