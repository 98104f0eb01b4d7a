/** What a raw column held on the training rows, so that the model file alone tells what to give it. */
import { z } from 'zod';
import type { Role } from './role-names.ts';
import type { ColumnStats } from './roles.ts';
import { quantile } from './stats.ts';

/** Numbers, or dates in days since 1970-01-01. */
export interface SeenNumbers {
  readonly min: number;
  readonly max: number;
  /** The median. */
  readonly typical: number;
  /** Some rows had none. */
  readonly missing: boolean;
}

export interface SeenWords {
  /** Every word, the most frequent first; null where they are too many or are not looked at one by one. */
  readonly words: readonly string[] | null;
  readonly missing: boolean;
}

export type Seen = SeenNumbers | SeenWords;

/** More different words than this are not listed. */
const mostWords = 1000;

/** What the training rows held; words are listed only for a column that is used word by word. */
export function seenIn(column: ColumnStats, role: Role): Seen {
  const missing = column.stats.count < column.stats.rows;
  if (column.type !== 'text') {
    const { min, max, sorted } = column.stats;
    return { min, max, typical: quantile(sorted, 0.5, value => value), missing };
  }
  const counts = [...column.stats.counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  const listed = role === 'category' && counts.length <= mostWords;
  return { words: listed ? counts.map(([word]) => word) : null, missing };
}

const numbersSchema = z
  .strictObject({ min: z.number(), max: z.number(), typical: z.number(), missing: z.boolean() })
  .refine(({ min, max, typical }) => min <= typical && typical <= max, 'a range that its middle is not in');

const wordsSchema = z.strictObject({
  words: z.array(z.string().min(1).max(10_000)).min(1).max(mostWords).nullable(),
  missing: z.boolean(),
});

export const seenSchema = z.union([numbersSchema, wordsSchema]);

/** Whether this is what a column of a type can have held. */
export const seenFits = (type: 'number' | 'date' | 'text', seen: Seen): boolean =>
  (type === 'text') === 'words' in seen;
