import type { RejectedRow } from './cells.ts';
import type { ReadNote } from './table.ts';

/** A cell that contradicts the type of its column. */
export interface Slip {
  readonly row: number;
  readonly text: string;
}

const shown = 3;

const number = (value: number): string => value.toLocaleString('en');

/** Says which words were read as missing. */
export function tokenNote(column: string, tokens: ReadonlyMap<string, number>): ReadNote | undefined {
  if (tokens.size === 0) return undefined;
  const list = [...tokens].map(([token, count]) => `'${token}' (${number(count)})`).join(', ');
  return { column, message: `read as missing: ${list}` };
}

/** Says which cells were read as missing because they contradict the type. */
export function slipNote(column: string, type: string, slips: readonly Slip[], count: number): ReadNote | undefined {
  const first = slips[0];
  if (!first) return undefined;
  const examples = slips.slice(0, shown).map(slip => `row ${number(slip.row)}: '${clip(slip.text)}' is not a ${type}`);
  const more = count > shown ? `; ${number(count)} such cells in all` : '';
  return { column, row: first.row, message: `${examples.join(', ')}${more}; read as missing` };
}

/** Says which rows were left out. */
export function rejectNote(rejected: readonly RejectedRow[], count: number): ReadNote | undefined {
  if (count === 0) return undefined;
  return {
    message: `${number(count)} ${count === 1 ? 'row was' : 'rows were'} left out: ${listRejected(rejected, count)}`,
  };
}

/** The first rejected rows in words. */
export function listRejected(rejected: readonly RejectedRow[], count: number): string {
  const list = rejected.slice(0, shown).map(row => `line ${number(row.line)} has ${row.message}`);
  return count > shown ? `${list.join('; ')}; …` : list.join('; ');
}

function clip(text: string): string {
  return text.length > 40 ? `${text.slice(0, 37)}…` : text;
}
