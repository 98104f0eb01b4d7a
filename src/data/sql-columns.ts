/** Columns of a query as typed arrays, typed as those of a table that was drawn before. */
import type { DuckDBConnection, DuckDBDataChunk } from '@duckdb/node-api';
import { dateIn } from './dates.ts';
import { missingTokens } from './missing.ts';
import { numberIn } from './numbers.ts';
import { identifier, quoted } from './sql.ts';
import { type Column, type Piece, textColumn } from './table.ts';

/** How a column is asked for, and what becomes of what comes. */
export interface Fetch {
  readonly sql: string;
  column(chunk: DuckDBDataChunk, index: number): Column;
}

/** What the columns of a query hold. */
export interface Held {
  /** The name in the query. */
  readonly raw: string;
  /** The SQL of its numbers, NULL nowhere; absent where they are read from its text. */
  readonly number?: string | undefined;
}

/** Words that are told by their place in a list, not one by one. */
const mostListed = 1000;

const blanks = `' ' || chr(9) || chr(10) || chr(13)`;

/** The text of a column without blanks around it; '' where it has none. */
const trimmed = (raw: string): string => `trim(coalesce(${identifier(raw)}::VARCHAR, ''), ${blanks})`;

const listed = (words: readonly string[]): string => `[${words.map(quoted).join(', ')}]::VARCHAR[]`;

/** Numbers of which none is NULL: those of the vector where it shows them, which is far faster than one by one. */
function numbersOf<T extends Float64Array | Int32Array>(chunk: DuckDBDataChunk, index: number, target: T): T {
  const vector = chunk.getColumnVector(index);
  const { items } = vector as { readonly items?: unknown };
  if (items instanceof target.constructor) target.set((items as T).subarray(0, target.length));
  else for (let row = 0; row < target.length; row++) target[row] = vector.getItem(row) as number;
  return target;
}

const texts = (chunk: DuckDBDataChunk, index: number): string[] => chunk.getColumnValues(index).map(String);

/** The column of a query that holds what a column of a table holds. */
export function fetchOf(like: Column, { raw, number }: Held): Fetch {
  const text = trimmed(raw);
  if (like.type === 'number' && number !== undefined) {
    return {
      sql: number,
      column: (chunk, index) => ({
        ...like,
        values: numbersOf(chunk, index, new Float64Array(chunk.rowCount)),
      }),
    };
  }
  if (like.type === 'text' && like.levels.length <= mostListed) {
    const { levels } = like;
    const known = [...levels, 'none of the levels'];
    const words = listed([...levels, '', ...missingTokens]);
    // Most cells are a level as they stand; to trim takes longer than to look in the list.
    const place = `coalesce(list_position(${words}, ${identifier(raw)}::VARCHAR), list_position(${words}, ${text}), 0)`;
    const codeAt = (place: number): number => (place === 0 ? levels.length : place <= levels.length ? place - 1 : -1);
    return {
      sql: `${place}::INTEGER`,
      column: (chunk, index) => ({
        ...like,
        codes: numbersOf(chunk, index, new Int32Array(chunk.rowCount)).map(codeAt),
        levels: known,
      }),
    };
  }
  const read =
    like.type === 'date'
      ? (cell: string) => dateIn(cell, like.format)
      : (cell: string) => numberIn(cell, like.type === 'number' ? (like.decimal ?? '.') : '.');
  return {
    sql: text,
    column: (chunk, index) =>
      like.type === 'text'
        ? textColumn(
            like.name,
            texts(chunk, index).map(cell => cell || null),
          )
        : { ...like, values: Float64Array.from(texts(chunk, index), read) },
  };
}

/** The rows of a query, some at a time; the next are made while these are used. */
export async function* fetchPieces(
  connection: DuckDBConnection,
  from: string,
  fetches: readonly Fetch[],
): AsyncGenerator<Piece> {
  const result = await connection.stream(`SELECT ${fetches.map(({ sql }) => sql).join(', ')} FROM ${from}`);
  let coming = result.fetchChunk();
  try {
    for (;;) {
      const chunk = await coming;
      if (!chunk || chunk.rowCount === 0) return;
      coming = result.fetchChunk();
      coming.catch(() => undefined);
      yield { rows: chunk.rowCount, columns: fetches.map(({ column }, index) => column(chunk, index)) };
    }
  } finally {
    // The connection is closed by whoever opened it, which must not be while it works.
    await coming.catch(() => undefined);
  }
}
