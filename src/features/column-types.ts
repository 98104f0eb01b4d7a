/** How the cells of other data are read so that they mean what they meant in training. */
import type { ColumnType } from '../data/infer.ts';
import type { TargetEncoding } from './target-encoding.ts';

interface TypedColumn {
  readonly name: string;
  readonly type: ColumnType['type'];
  readonly format?: string | undefined;
  readonly decimal?: ',' | undefined;
}

/**
 * The types of the columns of an encoder or a table, with the order of their dates and their decimal mark, so that a
 * reader guesses none of them anew; with `target` also that of its numbers.
 */
export function columnTypes(
  { columns }: { readonly columns: readonly TypedColumn[] },
  target?: TargetEncoding,
): Map<string, ColumnType> {
  const types = new Map(columns.map(column => [column.name, typeOf(column)]));
  if (target?.task === 'regression') types.set(target.name, { type: 'number', decimal: target.decimal ?? '.' });
  return types;
}

function typeOf({ type, format, decimal }: TypedColumn): ColumnType {
  if (type === 'number') return { type, decimal: decimal ?? '.' };
  return type === 'date' ? { type, format: format ?? 'yyyy-mm-dd' } : { type: 'text' };
}
