import type { Column } from '../data/table.ts';

/** The label of each row as text, '' = missing. */
export function labelTexts(column: Column): {
  readonly texts: readonly string[];
  readonly at: (row: number) => number;
} {
  if (column.type === 'text') {
    const { codes } = column;
    return { texts: column.levels.map(level => level.trim()), at: row => codes[row]! };
  }
  const { values } = column;
  const distinct = [...new Set(values.filter(Number.isFinite))];
  const codeOf = new Map(distinct.map((value, code) => [value, code]));
  return { texts: distinct.map(String), at: row => codeOf.get(values[row]!) ?? -1 };
}
