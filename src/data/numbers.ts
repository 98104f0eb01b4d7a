import { type Codes, codesOf } from './codes.ts';
import { isMissing } from './missing.ts';

/** The decimal mark of a column of numbers; the other one may separate thousands. */
export type Decimal = '.' | ',';

const powersOfTen = Float64Array.from({ length: 23 }, (_, k) => Number(`1e${k}`));
const largestExact = 2 ** 53;
const forms: Record<Decimal, { plain: RegExp; grouped: RegExp }> = {
  '.': {
    plain: /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i,
    grouped: /^[+-]?[1-9]\d{0,2}([,'’ \u00a0\u202f])\d{3}(?:\1\d{3})*(?:\.\d*)?$/,
  },
  ',': {
    plain: /^[+-]?(?:\d+,?\d*|,\d+)(?:e[+-]?\d+)?$/i,
    grouped: /^[+-]?[1-9]\d{0,2}([.'’ \u00a0\u202f])\d{3}(?:\1\d{3})*(?:,\d*)?$/,
  },
};
const infinity = /^([+-]?)inf(?:inity)?$/i;

/**
 * The number written in the trimmed cell text[start, end); NaN when it is none.
 *
 * Up to 2^53 and 22 decimals, mantissa and power of ten are exact, so one division rounds correctly
 * (Clinger 1990); everything else goes through the slow path.
 */
export function scanNumber(text: string, codes: Codes, start: number, end: number, decimal: Decimal): number {
  const mark = decimal === '.' ? 46 : 44;
  let i = start;
  let code = codes[i]!;
  const negative = code === 45;
  if (negative || code === 43) i++;
  let mantissa = 0;
  let digits = 0;
  let decimals = 0;
  let afterMark = false;
  for (; i < end; i++) {
    code = codes[i]!;
    if (code >= 48 && code <= 57) {
      mantissa = mantissa * 10 + (code - 48);
      digits++;
      if (afterMark) decimals++;
    } else if (code === mark && !afterMark) {
      afterMark = true;
    } else {
      return scanOther(text, start, end, decimal);
    }
  }
  if (digits === 0) return Number.NaN;
  if (mantissa > largestExact || decimals > 22) return toNumber(text.slice(start, end), decimal);
  const value = mantissa / powersOfTen[decimals]!;
  return negative ? -value : value;
}

function scanOther(text: string, start: number, end: number, decimal: Decimal): number {
  const first = text.charCodeAt(start);
  const numeric = first <= 57 || first === 8722;
  if (!numeric && first !== 73 && first !== 105) return Number.NaN;
  const cell = text.slice(start, end).replace('\u2212', '-');
  const { plain, grouped } = forms[decimal];
  if (plain.test(cell)) return toNumber(cell, decimal);
  const match = grouped.exec(cell);
  if (match) return toNumber(cell.replaceAll(match[1]!, ''), decimal);
  const infinite = infinity.exec(cell);
  if (infinite) return infinite[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return Number.NaN;
}

function toNumber(text: string, decimal: Decimal): number {
  return Number(decimal === ',' ? text.replace(',', '.') : text);
}

/** The number written in a trimmed cell; NaN when it is none. */
export function numberIn(cell: string, decimal: Decimal): number {
  return scanNumber(cell, codesOf(cell), 0, cell.length, decimal);
}

/**
 * The number in a cell: NaN when the cell is missing, undefined when it holds something else.
 * `±Infinity` is returned as such; tables read it as missing.
 */
export function parseNumber(text: string, decimal: Decimal = '.'): number | undefined {
  const cell = text.trim();
  const value = numberIn(cell, decimal);
  if (!Number.isNaN(value)) return value;
  return isMissing(cell) ? Number.NaN : undefined;
}
