import { type CyclePart, cycleKind } from './cycle.ts';
import type { EncodingKind } from './kind.ts';
import { type MissingPart, missingKind } from './missing.ts';
import { type ScalePart, scaleKind } from './scale.ts';
import { type ValuesPart, valuesKind } from './values.ts';
import { type WordsPart, wordsKind } from './words.ts';

export type Part = ScalePart | CyclePart | MissingPart | ValuesPart | WordsPart;

/** Every way to encode, in the order of the encoded row: numbers on a scale first, then flags. */
export const kinds: readonly EncodingKind<Part>[] = [scaleKind, cycleKind, missingKind, valuesKind, wordsKind] as const;

/** The schema of any part. */
export const partSchemas = [
  scaleKind.schema,
  cycleKind.schema,
  missingKind.schema,
  valuesKind.schema,
  wordsKind.schema,
] as const;
