/** Rows of a table: records by column name, lists in the order of the columns, or float32 numbers. */
import { didYouMean } from '../../errors.ts';
import { cellNumber, type Encoder, encoderInputs } from '../../features/index.ts';
import { f32, type Tensor } from '../../graph/index.ts';
import type { Tensors } from '../../runtime/index.ts';
import { below, Refusal, shown, wrong } from '../exchange.ts';
import { floatRows } from './binary.ts';
import { cellReader, type FedCell } from './cells.ts';
import type { BinaryBody, InputReader, ReadingOptions, Row, Variant } from './kind.ts';
import { recordScanner } from './scan.ts';

/** Cells as they were read, or as the numbers that go into the model. */
type Cells = readonly FedCell[] | Float32Array | Float64Array;

export function tableReader(encoder: Encoder, options: ReadingOptions): InputReader {
  const inputs = encoderInputs(encoder);
  const cells = encoder.columns.map(column => cellReader(column, options));
  const names = encoder.columns.map(({ name }) => name);
  const numeric = encoder.columns.every(({ type }) => type === 'number');

  const absent = (record: object, column: number, at: string): FedCell => {
    const { missing, field, nullable } = cells[column]!;
    if (options.acceptUnknown) return missing;
    const others = Object.keys(record).filter(key => !names.includes(key));
    const near = didYouMean(
      field.name,
      others.slice(0, 100).map(key => key.slice(0, 200)),
    );
    throw wrong(below(at, field.name), `the column '${field.name}' (${field.about})`, 'nothing', {
      ...(near !== undefined
        ? { hint: `there is '${near}': is that it?` }
        : nullable && { hint: 'write null where it is missing' }),
    });
  };

  const record = (value: object, at: string): Cells => {
    const row = new Array<FedCell>(cells.length);
    for (let i = 0; i < cells.length; i++) {
      const name = names[i]!;
      const cell = (value as Readonly<Record<string, unknown>>)[name];
      // No object inherits a number or a text.
      const own = typeof cell === 'number' || typeof cell === 'string' || Object.hasOwn(value, name);
      row[i] = own ? cells[i]!.read(cell, at, name) : absent(value, i, at);
    }
    return row;
  };

  const list = (value: readonly unknown[], at: string): Cells => {
    if (value.length === cells.length) return cells.map((cell, i) => cell.read(value[i], at, i));
    throw wrong(at, `${cells.length} values, one for each of ${names.slice(0, 20).join(', ')}`, `${value.length}`);
  };

  const numbers = encoder.columns.map(cellNumber);
  const width = numbers.length;
  const pack = (rows: readonly Cells[]): Tensor => {
    const data = new Float32Array(rows.length * width);
    for (let i = 0, at = 0; i < rows.length; i++, at += width) {
      const row = rows[i]!;
      if (Array.isArray(row)) for (let k = 0; k < width; k++) data[at + k] = numbers[k]!(row[k]!);
      else data.set(row as Float32Array | Float64Array, at);
    }
    return f32(data, [rows.length, width]);
  };

  const scanner = () => {
    const scanned = recordScanner(
      cells.map(({ plain, nullable, missing }, k) => ({
        name: names[k]!,
        numbers: plain!.numbers,
        words: new Map(plain!.words.map(word => [word, numbers[k]!(word)])),
        missing: nullable ? numbers[k]!(missing) : undefined,
      })),
    );
    return (bytes: Uint8Array): readonly Row[] | undefined => {
      const found = scanned(bytes);
      return (
        found && Array.from({ length: found.length / width }, (_, i) => found.subarray(i * width, (i + 1) * width))
      );
    };
  };

  const floats: BinaryBody = {
    types: ['application/octet-stream'],
    about: `little-endian float32 numbers, row by row, ${names.length} a row in the order of the columns; NaN is missing`,
    read: async bytes => {
      const rows = floatRows(bytes, names.length);
      for (let i = 0; i < rows.length; i++) {
        const row = rows[i]!;
        for (let k = 0; k < row.length; k++) {
          const value = row[k]!;
          // Of what is not finite the cell itself says what is wrong, if anything is.
          if (value - value !== 0) cells[k]!.read(Number.isNaN(value) ? null : value, `/${i}`, k);
        }
      }
      return rows;
    },
  };

  return {
    fields: cells.map(({ field, nullable }) => ({ ...field, nullable, optional: options.acceptUnknown })),
    read(value, at) {
      if (Array.isArray(value)) return list(value, at);
      if (typeof value === 'object' && value !== null) return record(value, at);
      throw wrong(at, 'an object with a value for each column', shown(value));
    },
    scan: width > 0 && cells.every(({ plain }) => plain) ? scanner() : undefined,
    bodies: numeric ? [floats] : [],
    tensors: inputs.map(({ name }, i) => ({
      name,
      dtype: encoder.columns[i]!.type === 'number' ? 'float32' : 'string',
      shape: [1],
      list: false,
    })),
    feeds: (rows: readonly Row[]): Tensors => ({ rows: pack(rows as readonly Cells[]) }),
    variants(row: Row): readonly Variant[] {
      const own = Array.from<FedCell>(row as Cells);
      if (cells.every(({ usual }) => usual === undefined))
        throw new Refusal(
          400,
          'this model file does not tell what is usual in its columns: train it anew to explain rows',
        );
      return cells.flatMap(({ field, usual, show }, i): Variant[] =>
        usual === undefined
          ? []
          : [{ field: field.name, found: show(own[i]!), usual: show(usual), row: own.with(i, usual) }],
      );
    },
  };
}
