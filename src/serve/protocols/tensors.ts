/** Rows out of named lists of values, as the protocols of other servers send them. */
import { sizeOf } from '../../graph/index.ts';
import { below, Refusal, shown, wrong } from '../exchange.ts';
import type { InputReader, Row, TensorInput } from '../inputs/kind.ts';

/** Values of one input for all rows; `data` flat and row-major. */
export interface NamedValues {
  readonly name: string;
  readonly rows: number;
  readonly data: readonly unknown[];
  /** Where it stands in the body. */
  readonly pointer: string;
}

const perRow = ({ shape }: TensorInput): number => sizeOf(shape);

/** Rows of values by input; each input's values are read as a record's would be. */
export function rowsOfTensors(reader: InputReader, given: readonly NamedValues[], limit: number): readonly Row[] {
  const byName = new Map(given.map(values => [values.name, values]));
  const rows = given[0]?.rows ?? 0;
  if (rows === 0) throw new Refusal(400, 'expected inputs of at least one row, found none');
  if (rows > limit) throw new Refusal(413, `at most ${limit} rows a request, found ${rows}`);
  const twice = given.find(values => byName.get(values.name) !== values);
  if (twice) throw wrong(twice.pointer, 'each input once', `${shown(twice.name)} again`);
  const uneven = given.find(values => values.rows !== rows);
  if (uneven) throw wrong(uneven.pointer, `${rows} rows, as the first input has`, `${uneven.rows}`);
  const columns = reader.fields.flatMap((field, i) => {
    const values = byName.get(reader.tensors[i]!.name) ?? byName.get(field.name);
    if (!values) return [];
    const width = perRow(reader.tensors[i]!);
    if (values.data.length !== rows * width)
      throw wrong(values.pointer, `${width} values a row for '${field.name}'`, `${values.data.length} in ${rows} rows`);
    return [{ name: field.name, data: values.data, width, list: reader.tensors[i]!.list }];
  });
  return Array.from({ length: rows }, (_, row) => {
    const cells = columns.map(({ name, data, width, list }): [string, unknown] => [
      name,
      list ? data.slice(row * width, (row + 1) * width) : data[row],
    ]);
    return reader.read(Object.fromEntries(cells), `/${row}`);
  });
}

const mostDepth = 8;

/** The numbers and texts of nested lists, in order, and how many rows they make. */
export function flat(value: unknown, pointer: string): { readonly rows: number; readonly data: readonly unknown[] } {
  if (!Array.isArray(value)) throw wrong(pointer, 'a list', shown(value));
  const rows = value.map(row => (Array.isArray(row) ? (row.flat(mostDepth) as readonly unknown[]) : [row]));
  const odd = rows.findIndex(row => row.length !== rows[0]!.length);
  if (odd > 0)
    throw wrong(`${pointer}/${odd}`, `${rows[0]!.length} values, as in the first row`, `${rows[odd]!.length}`);
  return { rows: value.length, data: rows.flat() };
}

/** The fields of an object that a body must be. */
export function objectOf(json: unknown, pointer = ''): ReadonlyMap<string, unknown> {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw wrong(pointer, 'an object', shown(json));
  return new Map(Object.entries(json));
}

/** A list of rows, each as /predict takes it. */
export function rowsOfList(reader: InputReader, list: unknown, pointer: string, limit: number): readonly Row[] {
  if (!Array.isArray(list) || list.length === 0) throw wrong(pointer, 'a list of at least one row', shown(list));
  if (list.length > limit) throw new Refusal(413, `at most ${limit} rows a request, found ${list.length}`);
  return list.map((one, i) => reader.read(one, `${pointer}/${i}`));
}

/** Rows out of an object of columns. */
export function rowsOfColumns(reader: InputReader, columns: unknown, pointer: string, limit: number): readonly Row[] {
  const given = [...objectOf(columns, pointer)].map(([name, data]): NamedValues => {
    const place = below(pointer, name);
    return { name, ...flat(data, place), pointer: place };
  });
  return rowsOfTensors(reader, given, limit);
}
