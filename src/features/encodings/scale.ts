import { z } from 'zod';
import { constant, f32, type Value } from '../../graph/index.ts';
import { add, clip, div, isNan, mul, scalar, scale, sqrt, sub, where } from '../../ops/index.ts';
import { type NumberStats, quantile } from '../stats.ts';
import type { EncodingKind } from './kind.ts';

/** Centre and spread of a column of numbers. */
export interface ScalePart {
  readonly kind: 'scale';
  readonly median: number;
  /** Multiplier of x − median; finite, positive. */
  readonly factor: number;
}

/** The smallest float32 that keeps all its digits. */
export const smallestNormal = 2 ** -126;
/** Raw values beyond this are taken as this, so that differences stay inside float32. */
export const largestRaw = 1e37;
/** Scaled values beyond this are taken as this: the smooth clip leaves ±3 of them. */
const largestScaled = 1e6;

/** A number as the graph sees it: float32, no denormals, within ±1e37. */
export function asInput(x: number): number {
  const rounded = Math.fround(Math.min(largestRaw, Math.max(-largestRaw, x)));
  return Math.abs(rounded) < smallestNormal ? 0 : rounded;
}

/**
 * Robust scaling of RealMLP (Holzmüller et al. 2024, arXiv 2407.04491): factor = 1 / (q75 − q25),
 * 2 / (max − min) when the quartiles are equal; undefined when nothing varies in float32.
 */
export function fitScale({ sorted }: NumberStats): ScalePart | undefined {
  const at = (p: number) => quantile(sorted, p, asInput);
  const factorOf = (numerator: number, spread: number) => Math.fround(numerator / spread);
  let factor = factorOf(1, at(0.75) - at(0.25));
  if (!(Number.isFinite(factor) && factor > 0)) factor = factorOf(2, at(1) - at(0));
  if (!(Number.isFinite(factor) && factor > 0)) return undefined;
  return { kind: 'scale', median: at(0.5), factor };
}

/** Raw values that are scaled to the largest of either sign, as far as they are numbers of the graph. */
export const scaleBounds = ({ median, factor }: ScalePart): readonly [low: number, high: number] => [
  asInput(median - largestScaled / factor),
  asInput(median + largestScaled / factor),
];

/** Constants [1, n] beside columns [N, n]. */
export const row = (values: readonly number[]): Value => constant(f32(values, [1, values.length]));

/** z / √(1 + (z/3)²): z near 0, never beyond ±3 (Holzmüller et al. 2024, RealMLP). */
export function smoothClip(z: Value): Value {
  const third = scale(z, 1 / 3);
  return div(z, sqrt(add(mul(third, third), scalar(1))));
}

/** Missing becomes the median; z = (x − median) · factor; y = z / √(1 + (z/3)²), which stays within ±3. */
export const scaleKind: EncodingKind<ScalePart> = {
  kind: 'scale',
  block: 'numeric',
  of: ['number', 'date'],
  about: ({ median }) => `a number scaled around ${Number(median.toPrecision(5))}`,
  schema: z.strictObject({
    kind: z.literal('scale'),
    median: z.number().min(-largestRaw).max(largestRaw),
    factor: z.number().positive().max(1e38),
  }),
  names: column => [column],
  emit(parts, _, raw) {
    const median = row(parts.map(part => part.median));
    const scaled = mul(sub(raw, median), row(parts.map(part => part.factor)));
    return smoothClip(clip(where(isNan(scaled), scalar(0), scaled), -largestScaled, largestScaled));
  },
};
