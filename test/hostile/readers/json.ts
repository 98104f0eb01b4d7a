import fc from 'fast-check';
import { decodeTable } from '../../../src/data/decode.ts';
import type { Table } from '../../../src/data/table.ts';
import { differs, first, reader, type Sample, type Verdict } from '../reader.ts';
import { textOf } from './delimited.ts';
import { cellsOf, wholeTable } from './table.ts';

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const isRow = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const cellOf = (value: unknown): string =>
  value === null || value === undefined
    ? ''
    : (typeof value === 'object' ? JSON.stringify(value) : String(value)).trim();

/** The objects of a text: of the array that it is, or of its lines; undefined where it is an array with a fault. */
function objectsOf(
  text: string,
): { readonly rows: readonly Record<string, unknown>[]; readonly others: number } | undefined {
  const whole = parsed(text);
  const items = Array.isArray(whole)
    ? whole
    : /^\s*\[/.test(text) && !/^\s*\[.*\]\s*\n\s*\[/.test(text)
      ? undefined
      : text
          .split('\n')
          .filter(line => line.trim() !== '')
          .map(line => parsed(line.trim()));
  return items && { rows: items.filter(isRow), others: items.filter(item => !isRow(item)).length };
}

function judge(bytes: Uint8Array, table: Table): Verdict {
  const told = table.notes.some(({ message }) => /left out/.test(message));
  const objects = objectsOf(textOf(bytes));
  const own = wholeTable(table);
  if (!objects) return own ?? (told ? undefined : 'an array with a fault was read without a word');
  if (told !== objects.others > 0) return `${objects.others} items are no objects, which was ${told ? '' : 'not '}told`;
  const keys = [...new Set(objects.rows.flatMap(row => Object.keys(row)))];
  if (keys.some(key => key.trim() === '')) return own;
  return first(
    own,
    differs('rows', table.rows, objects.rows.length),
    differs('columns', table.columns.map(({ name }) => name).sort(), [...keys].sort()),
    ...table.columns.map(column =>
      cellsOf(
        column,
        objects.rows.map(row => (Object.hasOwn(row, column.name) ? cellOf(row[column.name]) : '')),
      ),
    ),
  );
}

const value = fc.oneof(
  fc.constantFrom(null, true, 0, -1.5, 1e21, 'word', ' spaced ', '3', '2024-02-29', 'Ærø', '[', '"', '\n'),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.string({ maxLength: 6 }),
);
const row = fc.dictionary(fc.constantFrom('a', 'b b', '__proto__', 'constructor', 'ä'), value, { minKeys: 1 });
const valid: fc.Arbitrary<Sample<Table>> = fc
  .record({
    rows: fc.array(row, { minLength: 1, maxLength: 8 }),
    lines: fc.boolean(),
    space: fc.constantFrom(undefined, 1),
  })
  .map(({ rows, lines, space }) => ({
    bytes: new TextEncoder().encode(
      lines ? rows.map(one => JSON.stringify(one)).join('\n') : JSON.stringify(rows, null, space),
    ),
    judge: () => undefined,
  }));

export const json = reader<Table>({
  name: 'json',
  file: 'table.json',
  read: (_, bytes) => decodeTable(bytes, 'table.json'),
  valid,
  judge,
  words: [
    '[',
    ']',
    '{',
    '}',
    ',',
    ':',
    '"',
    '\\',
    '\\u0000',
    '\\ud800',
    'null',
    '1e999',
    '{"a":1}',
    '"__proto__":',
    '\n',
    ',,',
    '[[',
    '\uFEFF',
  ],
});
