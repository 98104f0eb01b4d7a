import { type Column, cellValue, column, columnLength, type Table } from '../table.ts';

/** Which series each row belongs to. */
export interface Groups {
  /** Index of the series of each row, in order of first appearance. */
  readonly codes: Int32Array;
  readonly keys: readonly string[];
}

/** The series of a table by the values of its group columns; one series without a name where there are none. */
export function groupsOf(table: Table, names: readonly string[]): Groups {
  const columns = names.map(name => column(table, name));
  if (columns.length === 0) return { codes: new Int32Array(table.rows), keys: [''] };
  const known = new Map<string, number>();
  const codes = Int32Array.from({ length: table.rows }, (_, row) => {
    const key = columns.map(candidate => cellValue(candidate, row) ?? '(missing)').join(' · ');
    const code = known.get(key) ?? known.size;
    known.set(key, code);
    return code;
  });
  return { codes, keys: [...known.keys()] };
}

const mostSeries = 0.5;

/** Columns (or pairs of them) whose values tell rows of one time and series apart, those with few values first. */
export function groupCandidates(columns: readonly Column[], times: Float64Array, codes: Int32Array): readonly string[] {
  const rows = times.length;
  const usable = columns
    .map(candidate => ({ name: candidate.name, codes: codesOf(candidate) }))
    .map(candidate => ({ ...candidate, size: new Set(candidate.codes).size }))
    .filter(({ size }) => size > 1 && size <= mostSeries * rows)
    .sort((a, b) => a.size - b.size);
  const tells = (parts: readonly Int32Array[]): boolean => {
    const seen = new Set<string>();
    for (let row = 0; row < rows; row++) {
      if (Number.isNaN(times[row]!)) continue;
      const key = `${times[row]} ${codes[row]} ${parts.map(part => part[row]).join(' ')}`;
      if (seen.has(key)) return false;
      seen.add(key);
    }
    return true;
  };
  const single = usable.filter(candidate => tells([candidate.codes])).map(({ name }) => name);
  if (single.length > 0) return single;
  const few = usable.slice(0, 8);
  for (const [i, a] of few.entries()) {
    for (const b of few.slice(i + 1)) if (tells([a.codes, b.codes])) return [`${a.name},${b.name}`];
  }
  return [];
}

/** Codes of the words or whole numbers of a column; one code for all where it has fractions. */
function codesOf(column: Column): Int32Array {
  if (column.type === 'text') return column.codes;
  const known = new Map<number, number>();
  if (column.type === 'date' || !column.values.every(value => Number.isNaN(value) || Number.isInteger(value))) {
    return new Int32Array(columnLength(column));
  }
  return Int32Array.from(column.values, value => {
    const code = known.get(value) ?? known.size;
    known.set(value, code);
    return code;
  });
}
