import type { z } from 'zod';
import type { Value } from '../../graph/index.ts';

/**
 * One way to turn raw columns into columns of numbers: what is saved of it, how its columns are called,
 * and its ONNX nodes.
 */
export interface EncodingKind<P> {
  readonly kind: string;
  /** Numbers on a scale come before flags and shares (0 … 1) in the encoded row. */
  readonly block: 'numeric' | 'flag';
  /** The types of column it can encode. */
  readonly of: readonly ('number' | 'date' | 'text')[];
  readonly schema: z.ZodType<P>;
  /** What a column becomes, in words. */
  about(part: P): string;
  /** Name of each encoded column of a part; `show` writes a raw number where digits do not tell it (dates). */
  names(column: string, part: P, show?: (value: number) => string): readonly string[];
  /**
   * The encoded columns of all parts side by side, [N, Σ widths]; `inputs[i]` [N, 1] belongs to `parts[i]`, and `all` [N, parts]
   * is the inputs side by side where they are numbers.
   */
  emit(parts: readonly P[], inputs: readonly Value[], all: Value): Value;
}

/** `3 flags for …`. */
export const flags = (n: number, what: string): string => `${n} flag${n === 1 ? '' : 's'} for ${what}`;
