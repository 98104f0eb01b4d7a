import type { Codes } from './codes.ts';

const tokens: readonly string[] = 'NA N/A n/a #N/A <NA> NaN nan NAN -nan null NULL Null None ? - .'.split(' ');
const longest = Math.max(...tokens.map(token => token.length));
const known = new Set(tokens);
const firstCodes = new Set(tokens.map(token => token.charCodeAt(0)));
const begins = Uint8Array.from({ length: 128 }, (_, code) => (firstCodes.has(code) ? 1 : 0));

/** Words that stand for "no value" in a cell, beside the empty cell. */
export const missingTokens: readonly string[] = tokens;

/** Whether the trimmed cell text[start, end) stands for "no value". */
export function isMissingAt(text: string, codes: Codes, start: number, end: number): boolean {
  const length = end - start;
  if (length <= 0) return true;
  return length <= longest && begins[codes[start]!] === 1 && known.has(text.slice(start, end));
}

/** Whether a cell stands for "no value": blank, or one of the usual words (NA, null, ?, …). */
export function isMissing(text: string): boolean {
  const cell = text.trim();
  return cell === '' || known.has(cell);
}
