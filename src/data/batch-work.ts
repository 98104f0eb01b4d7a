/** What is done with the rows of a batch while a table that is larger than memory is read. */
import type { Random } from '../random.ts';
import { columnBuilder } from './builders.ts';
import { type CellBatch, rowsOfBatch } from './cells.ts';
import type { ColumnType } from './infer.ts';
import type { Column } from './table.ts';

/** Some rows of a batch: those that drew a number below a share. */
export interface Draw {
  readonly batch: CellBatch;
  /** Of each row what it drew, in [0, 1). */
  readonly drawn: Float64Array<ArrayBuffer>;
  /** Of each row its place among all that were read, from 0. */
  readonly places: Float64Array<ArrayBuffer>;
}

/** The rows of a batch that draw a number below `share`; `first` rows were read before. */
export function drawRows(batch: CellBatch, rng: Random, share: number, first = 0): Draw {
  const drawn = new Float64Array(batch.rows).map(() => rng.uniform());
  const places = drawn.map((_, row) => first + row);
  return below({ batch: { ...batch, rejected: [] }, drawn, places }, share);
}

/** The rows of a draw whose numbers are below a share. */
export function below({ batch, drawn, places }: Draw, share: number): Draw {
  const rows: number[] = [];
  for (let row = 0; row < drawn.length; row++) if (drawn[row]! < share) rows.push(row);
  const at = (values: Float64Array) => Float64Array.from(rows, row => values[row]!);
  return { batch: rowsOfBatch(batch, rows), drawn: at(drawn), places: at(places) };
}

/** The name of a column, and how it is read. */
export interface ColumnLike {
  readonly name: string;
  readonly type: ColumnType;
}

/** How a column like another is read. */
export function likeOf(column: Column): ColumnLike {
  const { name } = column;
  if (column.type === 'date') return { name, type: { type: 'date', format: column.format } };
  if (column.type === 'text') return { name, type: { type: 'text' } };
  return { name, type: { type: 'number', ...(column.decimal && { decimal: column.decimal }) } };
}

/** Columns of a batch. */
export const columnsOf = (batch: CellBatch, likes: readonly ColumnLike[]): Column[] =>
  likes.map(({ name, type }) => {
    const builder = columnBuilder(name, { type, fixed: true });
    builder.add(batch, batch.names.indexOf(name), 0);
    const built = builder.finish(batch.rows);
    if ('column' in built) return built.column;
    throw new TypeError(`the type of '${name}' is given`);
  });
