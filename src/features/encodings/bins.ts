import { z } from 'zod';
import { clip, div, isNan, sub, where } from '../../ops/index.ts';
import { type NumberStats, quantile } from '../stats.ts';
import type { EncodingKind } from './kind.ts';
import { repeated } from './repeat.ts';
import { asInput, largestRaw, row, smallestNormal } from './scale.ts';

/** Edges of a column's bins in raw units, ascending. */
export interface BinsPart {
  readonly kind: 'bins';
  readonly edges: readonly number[];
  /** What stands for missing. */
  readonly median: number;
}

/** No column gets more bins than this, and each has about this many training rows. */
export const mostBins = 48;
const rowsPerBin = 60;

/**
 * Edges at the quantiles of the training rows (Gorishniy et al. 2022, section 3.2.1); where values repeat so often that
 * edges coincide, also at the quantiles of the distinct values; at the values themselves where they are few.
 * Undefined when fewer than two bins come out.
 */
export function fitBins({ sorted, rows }: NumberStats, most = mostBins): BinsPart | undefined {
  const count = Math.max(2, Math.min(most, Math.floor(rows / rowsPerBin)));
  const distinct = ascending(sorted.map(asInput));
  const at = (values: Float64Array): readonly number[] =>
    Array.from({ length: count + 1 }, (_, i) => Math.fround(quantile(values, i / count, asInput)));
  const quantiles = ascending(Float64Array.from(at(sorted)));
  const tied = quantiles.length < count + 1;
  const edges =
    distinct.length <= count
      ? distinct
      : tied
        ? ascending(Float64Array.from([...quantiles, ...at(distinct)]).sort())
        : quantiles;
  return edges.length < 3
    ? undefined
    : { kind: 'bins', edges: [...edges], median: Math.fround(quantile(sorted, 0.5, asInput)) };
}

/** Of ascending values those that a float32 division can tell from the one before. */
function ascending(sorted: Float64Array): Float64Array {
  let last = Number.NEGATIVE_INFINITY;
  return sorted.filter(value => {
    const apart = value - last >= smallestNormal;
    if (apart) last = value;
    return apart;
  });
}

/** Numbers with as few digits (3 to 9) as keep them apart. */
function shortly(values: readonly number[]): readonly string[] {
  for (let digits = 3; ; digits++) {
    const texts = values.map(value => String(Number(value.toPrecision(digits))));
    if (digits === 9 || new Set(texts).size === values.length) return texts;
  }
}

/** Piecewise-linear encoding: each bin [eᵢ, eᵢ₊₁] gives clip((x − eᵢ) / (eᵢ₊₁ − eᵢ), 0, 1); missing is the median. */
export const binsKind: EncodingKind<BinsPart> = {
  kind: 'bins',
  block: 'flag',
  of: ['number', 'date'],
  about: () => 'how far it reaches into each of its bins',
  schema: z.strictObject({
    kind: z.literal('bins'),
    edges: z
      .array(z.number().min(-largestRaw).max(largestRaw))
      .min(2)
      .max(2 * (mostBins + 1))
      .refine(edges => edges.every((edge, i) => i === 0 || edge - edges[i - 1]! >= smallestNormal), 'not ascending'),
    median: z.number().min(-largestRaw).max(largestRaw),
  }),
  names(column, { edges }, show) {
    const texts = show ? edges.map(show) : shortly(edges);
    return texts.slice(1).map((text, i) => `${column}: ${texts[i]} … ${text}`);
  },
  emit(parts, _, raw) {
    const filled = where(isNan(raw), row(parts.map(part => part.median)), raw);
    // No difference to an edge leaves float32, and where a share does it is beyond its bin.
    const bounded = clip(filled, -largestRaw, largestRaw);
    const lows = parts.flatMap(({ edges }) => edges.slice(0, -1));
    const widths = parts.flatMap(({ edges }) => edges.slice(1).map((edge, i) => edge - edges[i]!));
    const each = repeated(
      bounded,
      parts.map(({ edges }) => edges.length - 1),
    );
    const shares = div(sub(each, row(lows)), row(widths));
    return clip(shares, 0, 1);
  },
};
