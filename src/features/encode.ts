/** Tables and records to the inputs of the encoder's graph, and through it. */
import type { Column, ReadNote, Table } from '../data/table.ts';
import { makeTable, numberColumn, textColumn } from '../data/table.ts';
import { f32, floats, sizeOf, strings, type Tensor } from '../graph/index.ts';
import { encodeModel } from '../onnx/index.ts';
import type { Runtime, Tensors } from '../runtime/index.ts';
import { type Aligned, alignTable } from './align.ts';
import { type EncodedColumn, type Encoder, encoderGraph, packedInput } from './encoder.ts';
import { wordCode } from './encodings/words.ts';

/** One cell as JSON can carry it. */
export type Cell = string | number | boolean | null | undefined;

/** Rows encoded at once: what they become stays in the processor's cache. */
const chunkRows = 1024;

type Feed = (rows: ArrayLike<number>) => Tensor;

const numberFeed =
  (values: Float64Array): Feed =>
  rows => {
    const data = new Float32Array(rows.length);
    for (let i = 0; i < rows.length; i++) {
      const value = values[rows[i]!]!;
      data[i] = Number.isFinite(value) ? value : Number.NaN;
    }
    return f32(data, [rows.length, 1]);
  };

function textFeed(column: Column & { type: 'text' }): Feed {
  const levels = column.levels.map(level => level.trim());
  return rows =>
    strings(
      Array.from(rows, row => levels[column.codes[row]!] ?? ''),
      [rows.length, 1],
    );
}

/** A cell as `packedInput` takes it: a number itself, NaN when missing; of a word, without blanks around it, its code. */
export function cellNumber({ parts }: EncodedColumn): (cell: number | string) => number {
  const words = parts.find(candidate => candidate.kind === 'words');
  const code = words ? wordCode(words) : () => Number.NaN;
  return cell => (typeof cell === 'number' ? cell : code(cell));
}

/** Writes the cells of a column as numbers to every so many places of `data`, from `first` on: words as their codes. */
type Fill = (data: Float32Array, first: number, step: number, rows: ArrayLike<number>) => void;

function fillOf(spec: EncodedColumn, column: Column): Fill {
  if (column.type !== 'text') {
    const { values } = column;
    return (data, first, step, rows) => {
      for (let i = 0, at = first; i < rows.length; i++, at += step) {
        const value = values[rows[i]!]!;
        data[at] = Number.isFinite(value) ? value : Number.NaN;
      }
    };
  }
  const number = cellNumber(spec);
  const numbers = Float32Array.from(column.levels, level => number(level.trim()));
  const missing = number('');
  return (data, first, step, rows) => {
    for (let i = 0, at = first; i < rows.length; i++, at += step)
      data[at] = numbers[column.codes[rows[i]!]!] ?? missing;
  };
}

/** Writes rows of an aligned table as `packedInput` takes them. */
function packing(encoder: Encoder, { columns }: Aligned): (rows: ArrayLike<number>, data: Float32Array) => void {
  const fills = encoder.columns.map((spec, i) => fillOf(spec, columns[i]!));
  return (rows, data) => {
    for (const [i, fill] of fills.entries()) fill(data, i, fills.length, rows);
  };
}

function feeds(encoder: Encoder, { columns }: Aligned): (rows: ArrayLike<number>) => Tensors {
  const makers = encoder.columns.map((spec, i): [string, Feed] => {
    const column = columns[i]!;
    return [spec.input, column.type === 'text' ? textFeed(column) : numberFeed(column.values)];
  });
  return rows => Object.fromEntries(makers.map(([name, feed]) => [name, feed(rows)]));
}

/** The inputs of the model that takes raw columns, for rows of a table, and what did not fit. */
export function rawFeeds(
  encoder: Encoder,
  table: Table,
  rows: ArrayLike<number>,
): { readonly feeds: Tensors; readonly notes: readonly ReadNote[] } {
  const aligned = alignTable(encoder, table);
  return { feeds: feeds(encoder, aligned)(rows), notes: aligned.notes };
}

/** Records of cells by column name as a table an encoder can read; columns that the encoder does not know are left out. */
export function recordTable(encoder: Encoder, records: readonly ReadonlyMap<string, Cell>[]): Table {
  const columns = encoder.columns.flatMap((spec): readonly Column[] => {
    const cells = records.map(record => record.get(spec.name));
    if (cells.every(cell => cell === undefined)) return [];
    if (spec.type === 'number' && cells.every(cell => typeof cell !== 'string')) {
      return [
        numberColumn(
          spec.name,
          cells.map(cell => (cell === null || cell === undefined ? null : Number(cell))),
        ),
      ];
    }
    return [
      textColumn(
        spec.name,
        cells.map(cell => cellText(spec, cell)),
      ),
    ];
  });
  const table = makeTable('records', columns);
  return { ...table, rows: records.length };
}

function cellText(spec: EncodedColumn, cell: Cell): string | null {
  if (cell === null || cell === undefined || (typeof cell === 'number' && Number.isNaN(cell))) return null;
  if (spec.type === 'number' && typeof cell !== 'string') return String(Number(cell)).replace('.', spec.decimal ?? '.');
  if (typeof cell !== 'boolean') return String(cell);
  const levels = spec.parts.flatMap(part => (part.kind === 'words' ? part.levels : []));
  return levels.find(level => level.toLowerCase() === String(cell)) ?? String(cell);
}

/** The inputs of the model that takes raw columns, for records of cells by column name, and what did not fit. */
export function rawInputs(
  encoder: Encoder,
  records: readonly ReadonlyMap<string, Cell>[],
): { readonly feeds: Tensors; readonly notes: readonly ReadNote[] } {
  return rawFeeds(encoder, recordTable(encoder, records), [...records.keys()]);
}

/** Rows of a table as a network sees them, or its encoder, and what of the table did not fit. */
export interface EncodedRows {
  /** rows.length × encoder.width numbers, row by row; of packed rows × encoder.columns. */
  readonly values: Float32Array;
  readonly notes: readonly ReadNote[];
}

/** Rows of a table as `packedInput` takes them; written to `values` when given. */
export function packedRows(
  encoder: Encoder,
  table: Pick<Table, 'rows' | 'columns'>,
  rows: Int32Array,
  values: Float32Array = new Float32Array(rows.length * encoder.columns.length),
): EncodedRows {
  const aligned = alignTable(encoder, table);
  packing(encoder, aligned)(rows, values);
  return { values, notes: aligned.notes };
}

/** Rows of a table, encoded by the graph of the saved model, with words already looked up; written to `values` when given. */
export async function encodeRows(
  encoder: Encoder,
  table: Table,
  rows: Int32Array,
  runtime: Runtime,
  values: Float32Array = new Float32Array(rows.length * encoder.width),
): Promise<EncodedRows> {
  const input = packedInput(encoder);
  const graph = { inputs: [input], outputs: [encoderGraph(encoder, input)] };
  const session = await runtime.open(encodeModel(graph, { outputs: ['encoded'] }));
  try {
    const output = session.outputNames[0]!;
    const aligned = alignTable(encoder, table);
    const pack = packing(encoder, aligned);
    for (let begin = 0; begin < rows.length; begin += chunkRows) {
      const some = rows.subarray(begin, begin + chunkRows);
      const shape = [some.length, encoder.columns.length];
      const data = new Float32Array(sizeOf(shape));
      pack(some, data);
      const results = await session.run({ rows: f32(data, shape) });
      values.set(floats(results[output]), begin * encoder.width);
    }
    return { values, notes: aligned.notes };
  } finally {
    await session.close();
  }
}
