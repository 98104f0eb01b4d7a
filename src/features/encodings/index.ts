import { type BinsPart, binsKind } from './bins.ts';
import { type CyclePart, cycleKind } from './cycle.ts';
import type { EncodingKind } from './kind.ts';
import { type LogPart, logKind } from './log.ts';
import { type MissingPart, missingKind } from './missing.ts';
import { type ScalePart, scaleKind } from './scale.ts';
import { type SignPart, signKind } from './sign.ts';
import { type ValuesPart, valuesKind } from './values.ts';
import { type WordsPart, wordsKind } from './words.ts';

export type Part = ScalePart | LogPart | SignPart | CyclePart | MissingPart | BinsPart | ValuesPart | WordsPart;

/** Every way to encode, in the order of the encoded row: numbers on a scale first, then flags and shares. */
export const kinds: readonly EncodingKind<Part>[] = [
  scaleKind,
  logKind,
  signKind,
  cycleKind,
  missingKind,
  binsKind,
  valuesKind,
  wordsKind,
] as const;

/** The schema of any part. */
export const partSchemas = [
  scaleKind.schema,
  logKind.schema,
  signKind.schema,
  cycleKind.schema,
  missingKind.schema,
  binsKind.schema,
  valuesKind.schema,
  wordsKind.schema,
] as const;
