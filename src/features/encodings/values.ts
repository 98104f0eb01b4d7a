import { z } from 'zod';
import { cast, clip, equal, isNan, scalar, where } from '../../ops/index.ts';
import { type NumberStats, valueCounts } from '../stats.ts';
import { type EncodingKind, flags } from './kind.ts';
import { repeated } from './repeat.ts';
import { asInput, largestRaw, row } from './scale.ts';
import { frequent, levelLimit } from './words.ts';

/** Numbers that have a flag of their own, ascending. */
export interface ValuesPart {
  readonly kind: 'values';
  readonly values: readonly number[];
}

/** The numbers that occur often enough; undefined when there is none. */
export function fitValues({ sorted, rows }: NumberStats): ValuesPart | undefined {
  const { kept } = frequent(valueCounts(sorted.map(asInput)), rows);
  return kept.length === 0 ? undefined : { kind: 'values', values: kept.sort((a, b) => a - b) };
}

/** One-hot of numbers: 1 in the column of an equal number, all 0 for any other number and for missing. */
export const valuesKind: EncodingKind<ValuesPart> = {
  kind: 'values',
  block: 'flag',
  of: ['number', 'date'],
  about: ({ values }) => flags(values.length, 'its frequent numbers'),
  schema: z.strictObject({
    kind: z.literal('values'),
    values: z.array(z.number().min(-largestRaw).max(largestRaw)).min(1).max(levelLimit),
  }),
  names: (column, { values }) => values.map(value => `${column}=${value}`),
  emit(parts, _, raw) {
    // Missing, and what is beyond all numbers of training, becomes one that has no flag.
    const beyond = 2 * largestRaw;
    const bounded = where(isNan(raw), scalar(beyond), clip(raw, -beyond, beyond));
    const each = repeated(
      bounded,
      parts.map(({ values }) => values.length),
    );
    return cast(equal(each, row(parts.flatMap(({ values }) => values))), 'float32');
  },
};
