/** What every table must be, and how its cells follow from their texts. */
import { type Column, cellValue, type Table } from '../../../src/data/table.ts';
import { first, type Verdict } from '../reader.ts';

const plainNumber = /^[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i;

function wholeColumn(column: Column, rows: number): Verdict {
  const cells = column.type === 'text' ? column.codes : column.values;
  if (column.name === '') return 'a column has no name';
  if (cells.length !== rows) return `column ${column.name} has ${cells.length} cells in ${rows} rows`;
  if (column.type === 'text') {
    const outside = column.codes.find(code => code < -1 || code >= column.levels.length);
    if (outside !== undefined) return `column ${column.name} has the code ${outside} of ${column.levels.length} levels`;
    return new Set(column.levels).size === column.levels.length ? undefined : `column ${column.name} repeats a level`;
  }
  return column.values.some(value => Math.abs(value) === Number.POSITIVE_INFINITY)
    ? `column ${column.name} holds an infinite value`
    : undefined;
}

/** What is wrong with a table in itself. */
export const wholeTable = ({ columns, rows }: Table): Verdict =>
  first(
    rows > 0 && columns.length > 0 ? undefined : 'an empty table',
    new Set(columns.map(({ name }) => name)).size === columns.length ? undefined : 'two columns of one name',
    ...columns.map(column => wholeColumn(column, rows)),
  );

/** What is wrong with a column of a table, given the texts of its cells. */
export function cellsOf(column: Column, texts: readonly string[]): Verdict {
  for (const [row, text] of texts.entries()) {
    const value = cellValue(column, row);
    const told = `row ${row + 1} of ${column.name} is ${JSON.stringify(value)}, written ${JSON.stringify(text)}`;
    if (column.type === 'text') {
      if (value !== null && value !== text) return told;
      if (value === null && text.length > 5) return told;
    }
    if (column.type === 'number' && column.decimal !== ',' && plainNumber.test(text)) {
      const expected = Number(text);
      if (Number.isFinite(expected) ? value !== expected : value !== null) return told;
    }
  }
  return undefined;
}
