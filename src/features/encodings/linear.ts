import { z } from 'zod';
import { clip, isNan, mul, sub, where } from '../../ops/index.ts';
import type { EncodingKind } from './kind.ts';
import { largestRaw, row } from './scale.ts';

/** A column of numbers as a network of another program takes it. */
export interface LinearPart {
  readonly kind: 'linear';
  /** Such as the mean of the training rows; also stands for missing. */
  readonly centre: number;
  /** Such as 1 / std. */
  readonly factor: number;
}

/** y = (x − centre) · factor, x and y within ±1e37; missing becomes the centre. */
export const linearKind: EncodingKind<LinearPart> = {
  kind: 'linear',
  block: 'numeric',
  of: ['number', 'date'],
  about: ({ centre, factor }) =>
    centre === 0 && factor === 1 ? 'a number as it is' : `a number less ${centre}, times ${factor}`,
  schema: z.strictObject({
    kind: z.literal('linear'),
    centre: z.number().min(-largestRaw).max(largestRaw),
    factor: z.number().min(-largestRaw).max(largestRaw),
  }),
  names: column => [column],
  emit(parts, _, raw) {
    const centre = row(parts.map(part => part.centre));
    const filled = clip(where(isNan(raw), centre, raw), -largestRaw, largestRaw);
    return clip(mul(sub(filled, centre), row(parts.map(part => part.factor))), -largestRaw, largestRaw);
  },
};
