import type { z } from 'zod';
import { binsKind } from './bins.ts';
import { cycleKind } from './cycle.ts';
import type { EncodingKind } from './kind.ts';
import { linearKind } from './linear.ts';
import { logKind } from './log.ts';
import { missingKind } from './missing.ts';
import { scaleKind } from './scale.ts';
import { signKind } from './sign.ts';
import { valuesKind } from './values.ts';
import { wordsKind } from './words.ts';

/** Every way to encode, in the order of the encoded row: numbers on a scale first, then flags and shares. */
const all = [
  scaleKind,
  linearKind,
  logKind,
  signKind,
  cycleKind,
  missingKind,
  binsKind,
  valuesKind,
  wordsKind,
] as const;

type PartOf<Kind> = Kind extends EncodingKind<infer P> ? P : never;

export type Part = PartOf<(typeof all)[number]>;

export const kinds = all as unknown as readonly EncodingKind<Part>[];

/** What a part makes of its column, in words. */
export const partText = (part: Part): string => kinds.find(({ kind }) => kind === part.kind)!.about(part);

type Schemas<Kinds> = { readonly [I in keyof Kinds]: Kinds[I] extends EncodingKind<infer P> ? z.ZodType<P> : never };

/** The schema of any part. */
export const partSchemas = all.map(({ schema }) => schema) as unknown as Schemas<typeof all>;
