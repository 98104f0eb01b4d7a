import { HillockError } from '../errors.ts';
import { type Built, type ColumnBuilder, columnBuilder, planFromBatch, type ReadPlan } from './builders.ts';
import type { CellBatch, RejectedRow } from './cells.ts';
import type { ColumnType } from './infer.ts';
import { checkTableMemory, memoryLimit } from './memory.ts';
import { listRejected, rejectNote } from './notes.ts';
import { type Column, makeTable, type ReadNote, type Table } from './table.ts';

/** How cells become a table. */
export interface BuildOptions {
  /** The column to predict; it may only be absent from a file read with `like`. */
  readonly target?: string;
  readonly like?: readonly string[];
  /** Types that are given (by a model's schema) and not guessed, by column name. */
  readonly types?: ReadonlyMap<string, ColumnType>;
}

const mostRejected = 0.05;
const keptRejected = 10;
const mostPasses = 4;

interface Pass {
  readonly names: readonly string[];
  readonly built: ReadonlyMap<string, Built>;
  readonly rows: number;
  readonly rejected: readonly RejectedRow[];
  readonly rejectedCount: number;
  readonly notes: readonly ReadNote[];
}

/**
 * Builds a typed table from batches of cells. A column whose first cells misled about its type is read
 * again, so `read` must be able to start over.
 */
export async function buildTable(
  source: string,
  read: () => AsyncIterable<CellBatch>,
  options: BuildOptions = {},
): Promise<Table> {
  const plans = new Map<string, ReadPlan>();
  for (const [name, type] of options.types ?? []) plans.set(name, { type, fixed: true });
  const limit = memoryLimit();
  const fits = (rows: number, width: number): void => checkTableMemory(source, rows, width, limit);
  const first = await pass(read(), plans, fits);
  checkRows(source, first);
  const columns = new Map<string, { column: Column; notes: readonly ReadNote[] }>();
  let latest = first;
  for (let round = 1; ; round++) {
    const again = new Map<string, ReadPlan>();
    for (const [name, built] of latest.built) {
      if ('column' in built) columns.set(name, built);
      else again.set(name, round < mostPasses ? built.again : { ...built.again, fixed: true });
    }
    if (again.size === 0) break;
    latest = await pass(read(), again, fits, new Set(again.keys()));
  }
  const parts = first.names.map(name => columns.get(name)!);
  const left = rejectNote(first.rejected, first.rejectedCount);
  const notes = [...first.notes, ...(left ? [left] : []), ...parts.flatMap(part => part.notes)];
  const optional = options.like && !first.names.includes(options.target ?? '');
  const target = options.target === undefined || optional ? {} : { target: options.target };
  return makeTable(
    source,
    parts.map(part => part.column),
    { notes, ...target },
  );
}

async function pass(
  batches: AsyncIterable<CellBatch>,
  plans: ReadonlyMap<string, ReadPlan>,
  fits: (rows: number, columns: number) => void,
  only?: ReadonlySet<string>,
): Promise<Pass> {
  const builders = new Map<string, ColumnBuilder>();
  const notes: ReadNote[] = [];
  const rejected: RejectedRow[] = [];
  let rejectedCount = 0;
  let rows = 0;
  let names: readonly string[] = [];
  for await (const batch of batches) {
    names = batch.names;
    names.forEach((name, index) => {
      if (only && !only.has(name)) return;
      let builder = builders.get(name);
      if (!builder) {
        builder = columnBuilder(name, plans.get(name) ?? planFromBatch(batch, index), rows);
        builders.set(name, builder);
      }
      builder.add(batch, index, rows);
    });
    notes.push(...batch.notes);
    rejectedCount += batch.rejected.length;
    rejected.push(...batch.rejected.slice(0, keptRejected - rejected.length));
    rows += batch.rows;
    fits(rows, names.length);
  }
  const built = new Map<string, Built>();
  for (const [name, builder] of builders) {
    built.set(name, builder.finish(rows));
    builders.delete(name);
  }
  return { names, built, rows, rejected, rejectedCount, notes };
}

/** Refuses a source without rows, or with too many that cannot be used. */
export function checkRows(
  source: string,
  { names, rows, rejected, rejectedCount }: Pick<Pass, 'names' | 'rows' | 'rejected' | 'rejectedCount'>,
): void {
  if (rejectedCount > mostRejected * (rows + rejectedCount)) {
    throw new HillockError(
      'data',
      `${source}: ${rejectedCount.toLocaleString('en')} of ${(rows + rejectedCount).toLocaleString('en')} rows cannot be used: ${listRejected(rejected, rejectedCount)}`,
      'check the separator, and that cells which contain it are in quotation marks',
    );
  }
  if (names.length === 0)
    throw new HillockError('data', `${source} is empty`, 'give a file with a row of names and rows of values');
  if (rows === 0) {
    throw new HillockError(
      'data',
      `${source} has names (${names.slice(0, 5).join(', ')}${names.length > 5 ? ', …' : ''}) but no rows of values`,
      'was the file cut off?',
    );
  }
}
