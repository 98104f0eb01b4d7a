import { z } from 'zod';
import { isNan, log, max, min, mul, scalar, sub, where } from '../../ops/index.ts';
import { type NumberStats, quantile } from '../stats.ts';
import type { EncodingKind } from './kind.ts';
import { asInput, largestRaw, row, smallestNormal, smoothClip } from './scale.ts';

/** Logarithms of a column of positive numbers: their smallest argument, median and spread. */
export interface LogPart {
  readonly kind: 'log';
  readonly least: number;
  readonly median: number;
  /** Multiplier of ln x − median; finite, positive. */
  readonly factor: number;
}

/** The logarithm of a column whose numbers are all positive: factor = 1 / std(ln x); undefined for others. */
export function fitLog({ sorted, min: smallest }: NumberStats): LogPart | undefined {
  const least = asInput(smallest);
  if (!(least > 0)) return undefined;
  const logs = sorted.map(x => Math.log(asInput(x)));
  const mean = logs.reduce((sum, x) => sum + x / logs.length, 0);
  const variance = logs.reduce((sum, x) => sum + (x - mean) ** 2 / logs.length, 0);
  const factor = Math.fround(1 / Math.sqrt(variance));
  // Below this spread the rounding of ln x in float32 would be most of what is seen.
  if (!(variance > 1e-8)) return undefined;
  return { kind: 'log', least, median: Math.fround(quantile(logs, 0.5, x => x)), factor };
}

/** y = (ln max(x, least) − median) · factor through the smooth clip of `scale`; missing is 0. */
export const logKind: EncodingKind<LogPart> = {
  kind: 'log',
  block: 'numeric',
  of: ['number', 'date'],
  about: () => 'its logarithm, scaled',
  schema: z.strictObject({
    kind: z.literal('log'),
    least: z.number().min(smallestNormal).max(largestRaw),
    median: z.number().min(-100).max(100),
    factor: z.number().positive().max(1e6),
  }),
  names: column => [`ln(${column})`],
  emit(parts, _, raw) {
    const bounded = min(max(raw, row(parts.map(part => part.least))), scalar(largestRaw));
    const centred = sub(log(bounded), row(parts.map(part => part.median)));
    const scaled = mul(centred, row(parts.map(part => part.factor)));
    return where(isNan(raw), scalar(0), smoothClip(scaled));
  },
};
