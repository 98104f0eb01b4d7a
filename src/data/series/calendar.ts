/** What the calendar says of a time at a step: its place in the hour, day, week and year as sine and cosine. */
import { lengthOf, monthIndex, monthStart, monthsOf, type Step } from './step.ts';

interface Cycle {
  readonly name: string;
  /** Milliseconds; of a year, about. */
  readonly length: number;
  /** The place in the cycle, 0 ≤ phase < 1. */
  phase(time: number): number;
}

const hour = 3_600_000;
const day = 24 * hour;
const year = 365.2425 * day;
const within = (time: number, length: number): number => time / length - Math.floor(time / length);

const cycles: readonly Cycle[] = [
  { name: 'hour', length: hour, phase: time => within(time, hour) },
  { name: 'day', length: day, phase: time => within(time, day) },
  // 1970-01-05 was a Monday.
  { name: 'week', length: 7 * day, phase: time => within(time - 4 * day, 7 * day) },
  { name: 'year', length: year, phase: yearPhase },
];

/** Months count alike, so that a season of twelve months is a circle of twelve equal steps. */
function yearPhase(time: number): number {
  const index = monthIndex(time);
  const from = monthStart(index);
  return (index - Math.floor(index / 12) * 12 + (time - from) / (monthStart(index + 1) - from)) / 12;
}

/** A number that is known of every time, past and future. */
export interface CalendarFeature {
  readonly name: string;
  at(time: number): number;
}

/**
 * The calendar features of a step: sine and cosine of the place in every cycle that holds at least two steps; the hour
 * only for steps below ten minutes, no week for steps from a week on. Rows without a calendar have none.
 */
export function calendarFeatures(step: Step): readonly CalendarFeature[] {
  if (step.unit === 'row') return [];
  const months = monthsOf(step);
  const length = months === undefined ? lengthOf(step)! : (months * year) / 12;
  return cycles
    .filter(cycle => cycle.length >= 2 * length * (1 - 1e-9))
    .filter(({ name }) => name !== 'hour' || length < hour / 6)
    .flatMap(({ name, phase }) => [
      { name: `sin(${name})`, at: time => Math.sin(2 * Math.PI * phase(time)) },
      { name: `cos(${name})`, at: time => Math.cos(2 * Math.PI * phase(time)) },
    ]);
}
