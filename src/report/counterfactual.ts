/** What would have to be otherwise for another answer. */
import { cellValue, column as columnNamed, type Table } from '../data/table.ts';
import { HillockError } from '../errors.ts';
import type { Cell } from '../features/index.ts';
import type { JudgedRows } from '../job/judged.ts';
import type { ModelSpec, Prediction } from '../model/index.ts';
import { predictedClass } from '../train/index.ts';

export type Row = Readonly<Record<string, Cell>>;

export interface Change {
  readonly column: string;
  readonly from: Cell;
  readonly to: Cell;
}

export interface Counterfactual {
  readonly prediction: Prediction;
  readonly changes: readonly Change[];
  /** The row with the changes. */
  readonly record: Row;
  /** The row of the data that it leans on, as `hillock inspect --row` counts; null of another file. */
  readonly row: number | null;
}

export interface Predicts {
  records(records: readonly Row[]): Promise<{ readonly rows: readonly Prediction[] }>;
}

/** How far apart two cells are, 0 to 1: of numbers as a share of the range of the column (Gower 1971). */
function distance(a: Cell, b: Cell, range: number): number {
  if (a === b) return 0;
  return typeof a === 'number' && typeof b === 'number' && range > 0 ? Math.min(1, Math.abs(a - b) / range) : 1;
}

function rangesOf(table: Table, names: readonly string[]): ReadonlyMap<string, number> {
  return new Map(
    names.map(name => {
      const column = columnNamed(table, name);
      if (column.type !== 'number') return [name, 0];
      let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
      for (const value of column.values) {
        if (value < low) low = value;
        if (value > high) high = value;
      }
      return [name, high - low];
    }),
  );
}

/**
 * The nearest row of the judged ones that is answered otherwise, with as few changes as keep that answer: a row with few
 * changed cells is a row that the model was never shown, but one that it answers as told. Null where no row is answered
 * otherwise; throws `HillockError` kind `usage` for what is no classification of tables.
 */
export async function counterfactual(
  { input, target }: ModelSpec,
  judged: JudgedRows,
  model: Predicts,
  record: Row,
): Promise<Counterfactual | null> {
  const { data, rows, numbered, scored } = judged;
  if (input.kind !== 'table' || data.kind !== 'table' || !('classes' in target))
    throw new HillockError('usage', 'other answers are looked for in classifications of tables');
  const names = input.encoder.columns
    .map(({ name }) => name)
    .filter(name => data.columns.some(one => one.name === name));
  const ranges = rangesOf(data, names);
  const said = (await model.records([record])).rows[0]!.value;
  const cells = (place: number): Row =>
    Object.fromEntries(names.map(name => [name, cellValue(columnNamed(data, name), rows[place]!)]));
  let best: { place: number; far: number } | undefined;
  for (let place = 0; place < rows.length; place++) {
    if (target.classes[predictedClass(scored, place)] === said) continue;
    const row = cells(place);
    const far = names.reduce((sum, name) => sum + distance(record[name] ?? null, row[name]!, ranges.get(name)!), 0);
    if (!best || far < best.far) best = { place, far };
  }
  if (!best) return null;
  let found: Row = { ...record, ...cells(best.place) };
  const differing = names
    .filter(name => (record[name] ?? null) !== found[name])
    .sort(
      (a, b) =>
        distance(record[b] ?? null, found[b]!, ranges.get(b)!) - distance(record[a] ?? null, found[a]!, ranges.get(a)!),
    );
  for (const name of differing) {
    const without = { ...found, [name]: record[name] ?? null };
    if ((await model.records([without])).rows[0]!.value !== said) found = without;
  }
  const prediction = (await model.records([found])).rows[0]!;
  const changes = names
    .filter(name => (record[name] ?? null) !== found[name])
    .map(name => ({ column: name, from: record[name] ?? null, to: found[name]! }));
  return { prediction, changes, record: found, row: numbered === null ? null : rows[best.place]! + numbered };
}
