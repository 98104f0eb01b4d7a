/** Numbers as a person reads them, with the digits and the decimal sign that were set. */
import { formatScore, signed } from 'hillock/draw';
import { decimalComma, digits } from './settings.ts';

const point = (text: string): string => (decimalComma.value ? text.replace('.', ',') : text);

/** A number with the significant digits that were set; very large and small ones in powers of ten. */
export function shown(value: number | undefined, count = digits.value): string {
  if (value === undefined) return '–';
  if (Number.isNaN(value)) return 'not a number';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞';
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size >= 1e6 || size < 1e-4) {
    const [mantissa = '', exponent = ''] = value.toExponential(Math.max(0, count - 1)).split('e');
    return signed(`${point(mantissa.replace(/\.?0+$/, ''))}·10${raised(Number(exponent))}`);
  }
  const places = Math.max(0, Math.min(20, count - 1 - Math.floor(Math.log10(size))));
  const text = value.toFixed(places);
  return signed(point(text.includes('.') ? text.replace(/\.?0+$/, '') : text));
}

/** A score of a metric as the command line writes it. */
export const score = (metric: string, value: number | null | undefined): string => signed(formatScore(metric, value));

/** A number with a fixed count of decimals. */
export const fixed = (value: number, places = 2): string =>
  Number.isFinite(value) ? signed(point(value.toFixed(places))) : shown(value);

const superscripts = '⁰¹²³⁴⁵⁶⁷⁸⁹';
const raised = (exponent: number): string =>
  (exponent < 0 ? '⁻' : '') + [...String(Math.abs(exponent))].map(digit => superscripts[Number(digit)]).join('');

/** The subscript of an index: x₁. */
export const lowered = (index: number): string => [...String(index)].map(digit => '₀₁₂₃₄₅₆₇₈₉'[Number(digit)]).join('');

/** A whole number with thin spaces between thousands. */
export const whole = (value: number): string => String(Math.round(value)).replace(/\B(?=(?:\d{3})+$)/g, '\u202f');
