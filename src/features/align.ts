/** Raw columns of any table brought to what an encoder was fitted on. */
import { formatDate, parseDate } from '../data/dates.ts';
import { parseNumber } from '../data/numbers.ts';
import type { Column, DateColumn, NumberColumn, ReadNote, Table, TextColumn } from '../data/table.ts';
import { didYouMean } from '../errors.ts';
import type { EncodedColumn, Encoder } from './encoder.ts';

/** The encoder's raw columns in its order, and what did not fit. */
export interface Aligned {
  readonly columns: readonly Column[];
  readonly rows: number;
  readonly notes: readonly ReadNote[];
}

type Report = (row: number, found: string) => void;
type Convert = (column: never, spec: EncodedColumn, report: Report) => Column;

const numbersFrom = (name: string, values: Float64Array): NumberColumn => ({ name, type: 'number', values });
const datesFrom = (spec: EncodedColumn, values: Float64Array): DateColumn => ({
  name: spec.name,
  type: 'date',
  values,
  format: spec.format ?? 'yyyy-mm-dd',
});

function parsed({ codes, levels }: TextColumn, parse: (cell: string) => number | undefined, report: Report) {
  const meaning = levels.map(parse);
  return Float64Array.from(codes, (code, row) => {
    if (code < 0) return Number.NaN;
    if (meaning[code] === undefined) report(row, levels[code]!);
    return meaning[code] ?? Number.NaN;
  });
}

function spelled({ name, values }: NumberColumn | DateColumn, spell: (value: number) => string): TextColumn {
  const codeOf = new Map<number, number>();
  const codes = Int32Array.from(values, value => {
    if (Number.isNaN(value)) return -1;
    const code = codeOf.get(value) ?? codeOf.size;
    codeOf.set(value, code);
    return code;
  });
  return { name, type: 'text', codes, levels: [...codeOf.keys()].map(spell) };
}

function unusable({ values }: NumberColumn | DateColumn, spell: (value: number) => string, report: Report) {
  values.forEach((value, row) => {
    if (!Number.isNaN(value)) report(row, spell(value));
  });
  return new Float64Array(values.length).fill(Number.NaN);
}

/** From the type of the encoder's column, then the type of the table's. */
const converters: Readonly<Record<Column['type'], Readonly<Record<Column['type'], Convert>>>> = {
  number: {
    number: (column: NumberColumn) => column,
    date: (column: DateColumn, spec, report) => numbersFrom(spec.name, unusable(column, formatDate, report)),
    text: (column: TextColumn, spec, report) =>
      numbersFrom(
        spec.name,
        parsed(column, cell => parseNumber(cell, spec.decimal ?? '.'), report),
      ),
  },
  date: {
    number: (column: NumberColumn, spec, report) => datesFrom(spec, unusable(column, String, report)),
    date: (column: DateColumn) => column,
    text: (column: TextColumn, spec, report) =>
      datesFrom(
        spec,
        parsed(column, cell => parseDate(cell, spec.format ?? 'yyyy-mm-dd'), report),
      ),
  },
  text: {
    number: (column: NumberColumn) => spelled(column, String),
    date: (column: DateColumn) => spelled(column, formatDate),
    text: (column: TextColumn) => column,
  },
};

function absent({ name, type }: EncodedColumn, rows: number): Column {
  if (type === 'text') return { name, type, codes: new Int32Array(rows).fill(-1), levels: [] };
  const values = new Float64Array(rows).fill(Number.NaN);
  return type === 'date' ? { name, type, values, format: 'yyyy-mm-dd' } : { name, type, values };
}

/**
 * The encoder's columns of a table. A column that is not there is missing in every row; a cell that cannot be read
 * as the column's type is missing; both are noted.
 */
export function alignTable(encoder: Encoder, table: Pick<Table, 'rows' | 'columns'>): Aligned {
  const byName = new Map(table.columns.map(column => [column.name, column]));
  const notes: ReadNote[] = [];
  const columns = encoder.columns.map(spec => {
    const column = byName.get(spec.name);
    if (!column) {
      const near = didYouMean(spec.name, byName.keys());
      const hint = near === undefined ? '' : ` (there is '${near}')`;
      notes.push({ column: spec.name, message: `column '${spec.name}' is not there: taken as missing${hint}` });
      return absent(spec, table.rows);
    }
    let count = 0;
    let first: ReadNote | undefined;
    const report: Report = (row, found) => {
      count++;
      first ??= { column: spec.name, row: row + 1, message: `'${found.slice(0, 40)}' is no ${spec.type}` };
    };
    if (column.type === 'date' && spec.type === 'date' && column.format !== (spec.format ?? 'yyyy-mm-dd'))
      notes.push({
        column: spec.name,
        message: `dates in '${spec.name}' were read as ${column.format}, those of training as ${spec.format ?? 'yyyy-mm-dd'}`,
      });
    const aligned = converters[spec.type][column.type](column as never, spec, report);
    if (first)
      notes.push({
        ...first,
        message: `${first.message}: taken as missing${count > 1 ? `, like ${count - 1} more` : ''}`,
      });
    return aligned;
  });
  return { columns, rows: table.rows, notes };
}
