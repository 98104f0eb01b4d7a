import { z } from 'zod';
import { cast, concat, equal, labelEncode } from '../../ops/index.ts';
import type { TextStats } from '../stats.ts';
import { type EncodingKind, flags } from './kind.ts';
import { repeated } from './repeat.ts';
import { row } from './scale.ts';

/** Levels of a column of words that have a flag of their own. */
export interface WordsPart {
  readonly kind: 'words';
  readonly levels: readonly string[];
  /** Missing cells have a flag: enough were missing in training. */
  readonly missing: boolean;
  /** All other levels, rare or never seen, share a flag: some were rare in training. */
  readonly other: boolean;
}

/** No column of words or numbers gets more flags than this. */
export const levelLimit = 128;
/** Rows that a level, or being missing, needs for a flag of its own: 5, or 2 in a small table. */
export const leastRows = (rows: number) => (rows < 2000 ? 2 : 5);

/** The most frequent keys, at most 128, each in enough rows; `folded` says whether any was left out. */
export function frequent<K>(counts: ReadonlyMap<K, number>, rows: number): { kept: K[]; folded: boolean } {
  const enough = [...counts].filter(([, count]) => count >= leastRows(rows));
  const kept = enough.sort(([, a], [, b]) => b - a).slice(0, levelLimit);
  return { kept: kept.map(([key]) => key), folded: kept.length < counts.size };
}

/** The levels that occur often enough, in alphabetical order. */
export function fitWords(stats: TextStats): WordsPart {
  const { kept, folded } = frequent(new Map([...stats.counts].sort(([a], [b]) => (a < b ? -1 : 1))), stats.rows);
  return {
    kind: 'words',
    levels: kept.sort(),
    missing: stats.rows - stats.count >= leastRows(stats.rows),
    other: folded,
  };
}

/** Only whether there is a word or not. */
export const presence: WordsPart = { kind: 'words', levels: [], missing: true, other: false };

/** The code of a word without blanks around it, by the rule of the graph's LabelEncoder: the one after the levels is missing, −1 any other. */
export function wordCode(part: WordsPart): (word: string) => number {
  const codes = new Map([...part.levels, ''].map((level, code) => [level, code]));
  return word => codes.get(word) ?? -1;
}

function flagCodes({ levels, missing, other }: WordsPart): readonly number[] {
  return [...levels.keys(), ...(missing ? [levels.length] : []), ...(other ? [-1] : [])];
}

/**
 * One-hot of words: text goes through a LabelEncoder ('' is missing), codes are taken as they are; then one
 * flag for each level, for missing and for other. What has no flag is all 0.
 */
export const wordsKind: EncodingKind<WordsPart> = {
  kind: 'words',
  block: 'flag',
  of: ['text'],
  about({ levels, missing, other }) {
    const extra = [missing && 'missing', other && 'another'].filter(Boolean).join(' and ');
    if (levels.length === 0) return `a flag for ${extra}`;
    return flags(levels.length, `its words${extra && `, and for ${extra}`}`);
  },
  schema: z
    .strictObject({
      kind: z.literal('words'),
      levels: z.array(z.string().min(1).max(10_000)).max(levelLimit),
      missing: z.boolean(),
      other: z.boolean(),
    })
    .refine(part => flagCodes(part).length > 0, 'no flag at all')
    .refine(part => new Set(part.levels).size === part.levels.length, 'a level twice'),
  names: (column, { levels, missing, other }) => [
    ...levels.map(level => `${column}=${level}`),
    ...(missing ? [`${column} is missing`] : []),
    ...(other ? [`${column} is another`] : []),
  ],
  emit(parts, inputs, all) {
    const codes =
      all.type.dtype === 'string'
        ? concat(
            parts.map(({ levels }, i) => cast(labelEncode(inputs[i]!, [...levels, '']), 'float32')),
            1,
          )
        : all;
    const flags = parts.map(flagCodes);
    const each = repeated(
      codes,
      flags.map(({ length }) => length),
    );
    return cast(equal(each, row(flags.flat())), 'float32');
  },
};
