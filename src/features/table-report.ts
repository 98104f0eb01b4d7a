import { everyRow } from '../data/rows.ts';
import type { Table } from '../data/table.ts';
import { HillockError } from '../errors.ts';
import { type ColumnReport, describe } from './describe.ts';
import { fitEncoder } from './fit.ts';
import type { Warning } from './leaks.ts';

/** What training would make of a table. */
export interface TableReport {
  readonly columns: readonly ColumnReport[];
  readonly warnings: readonly Warning[];
  /** Why it could not be trained on as it is. */
  readonly problem: string | undefined;
}

/** Describes every column of a table with the role it would have, and warns of those that look wrong. */
export function tableReport(table: Table, target: string | undefined, ignore: readonly string[] = []): TableReport {
  const { decisions, warnings, problem } = decided(table, target, ignore);
  return { columns: describe(table, decisions, target === undefined ? {} : { target }), warnings, problem };
}

function decided(table: Table, target: string | undefined, ignore: readonly string[]) {
  try {
    return { ...fitEncoder(table, everyRow(table.rows), { target, ignore }), problem: undefined };
  } catch (error) {
    if (!(error instanceof HillockError)) throw error;
    return { decisions: [], warnings: [], problem: error.message };
  }
}
