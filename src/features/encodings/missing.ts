import { z } from 'zod';
import { cast, isNan } from '../../ops/index.ts';
import type { EncodingKind } from './kind.ts';

/** A flag for numbers that are not there. */
export interface MissingPart {
  readonly kind: 'missing';
}

/** 1 where the number is missing, else 0. */
export const missingKind: EncodingKind<MissingPart> = {
  kind: 'missing',
  block: 'flag',
  of: ['number', 'date'],
  about: () => 'a flag for missing',
  schema: z.strictObject({ kind: z.literal('missing') }),
  names: column => [`${column} is missing`],
  emit: (_, _inputs, all) => cast(isNan(all), 'float32'),
};
