import type { z } from 'zod';
import type { Value } from '../../graph/index.ts';

/**
 * One way to turn raw columns into columns of numbers: what is saved of it, how its columns are called,
 * and its ONNX nodes.
 */
export interface EncodingKind<P> {
  readonly kind: string;
  /** Numbers on a scale come before flags (0 or 1) in the encoded row. */
  readonly block: 'numeric' | 'flag';
  readonly schema: z.ZodType<P>;
  /** Name of each encoded column of a part. */
  names(column: string, part: P): readonly string[];
  /** The encoded columns of all parts side by side, [N, Σ widths]; `inputs[i]` [N, 1] belongs to `parts[i]`. */
  emit(parts: readonly P[], inputs: readonly Value[]): Value;
}
