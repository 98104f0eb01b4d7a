const tokens: readonly string[] = 'NA N/A n/a #N/A <NA> NaN nan NAN -nan null NULL Null None ? - .'.split(' ');
const longest = Math.max(...tokens.map(token => token.length));
const known = new Set(tokens);

/** Words that stand for "no value" in a cell, beside the empty cell. */
export const missingTokens: readonly string[] = tokens;

/** Whether the trimmed cell text[start, end) stands for "no value". */
export function isMissingAt(text: string, start: number, end: number): boolean {
  const length = end - start;
  if (length <= 0) return true;
  return length <= longest && known.has(text.slice(start, end));
}

/** Whether a cell stands for "no value": blank, or one of the usual words (NA, null, ?, …). */
export function isMissing(text: string): boolean {
  const cell = text.trim();
  return isMissingAt(cell, 0, cell.length);
}
