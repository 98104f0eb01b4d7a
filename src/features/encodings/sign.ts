import { z } from 'zod';
import { greater, isNan, scalar, where } from '../../ops/index.ts';
import type { NumberStats } from '../stats.ts';
import type { EncodingKind } from './kind.ts';
import { asInput, largestRaw, row } from './scale.ts';

/** A column of two numbers: which side of the middle between them. */
export interface SignPart {
  readonly kind: 'sign';
  readonly middle: number;
  /** What stands for missing: the side of most training rows. */
  readonly missing: -1 | 1;
}

/** The two values of a column that has exactly two; undefined for others. */
export function fitSign({ distinct, sorted, min, max, mean }: NumberStats): SignPart | undefined {
  if (distinct !== 2) return undefined;
  const [low, high] = [asInput(min), asInput(max)];
  const middle = Math.fround(low / 2 + high / 2);
  if (!(low <= middle && middle < high)) return undefined;
  const half = sorted[Math.floor(sorted.length / 2)] ?? mean;
  return { kind: 'sign', middle, missing: half === max ? 1 : -1 };
}

/** +1 above the middle, −1 otherwise. */
export const signKind: EncodingKind<SignPart> = {
  kind: 'sign',
  block: 'numeric',
  of: ['number', 'date'],
  about: () => 'which of its two values it is',
  schema: z.strictObject({
    kind: z.literal('sign'),
    middle: z.number().min(-largestRaw).max(largestRaw),
    missing: z.union([z.literal(-1), z.literal(1)]),
  }),
  names: column => [column],
  emit(parts, _, raw) {
    const side = where(greater(raw, row(parts.map(part => part.middle))), scalar(1), scalar(-1));
    return where(isNan(raw), row(parts.map(part => part.missing)), side);
  },
};
