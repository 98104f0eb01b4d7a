/** Columns that give the target away: they are reported, never removed. */
import type { Column, Table } from '../data/table.ts';

/** Something a person should look at; nothing was changed because of it. */
export interface Warning {
  readonly columns: readonly string[];
  readonly message: string;
}

const strongCorrelation = 0.98;
const sumsAmong = 60;

/** Warns of used columns that determine the target one-to-one, nearly equal it, or add up to it in the given rows. */
export function findLeaks(table: Table, rows: Int32Array, target: string, used: readonly string[]): readonly Warning[] {
  const wanted = table.columns.find(column => column.name === target);
  if (!wanted) return [];
  const inUse = new Set(used);
  const columns = table.columns.filter(column => inUse.has(column.name) && column.name !== target);
  const warnings: Warning[] = [];
  const flag = (names: readonly string[], message: string) => warnings.push({ columns: names, message });
  for (const column of columns) {
    const r = correlation(column, wanted, rows);
    if (Math.abs(r) > strongCorrelation) {
      flag([column.name], `'${column.name}' follows the target '${target}' closely (r = ${r.toFixed(3)})`);
    } else if (renames(column, wanted, rows)) {
      flag(
        [column.name],
        `'${column.name}' tells the target '${target}' exactly: each of its values goes with one value`,
      );
    }
  }
  if (wanted.type !== 'number') return warnings;
  const suspects = new Set(warnings.flatMap(warning => warning.columns));
  const terms = columns.filter(column => column.type === 'number' && !suspects.has(column.name)).slice(0, sumsAmong);
  for (const [i, a] of terms.entries()) {
    for (const b of terms.slice(i + 1)) {
      if (a.type === 'number' && b.type === 'number' && addsUp(a.values, b.values, wanted.values, rows)) {
        flag([a.name, b.name], `'${a.name}' + '${b.name}' = '${target}' in every row`);
      }
    }
  }
  return warnings;
}

function correlation(a: Column, b: Column, rows: Int32Array): number {
  if (a.type === 'text' || b.type !== 'number') return 0;
  let n = 0;
  let meanA = 0;
  let meanB = 0;
  let varA = 0;
  let varB = 0;
  let both = 0;
  for (const row of rows) {
    const x = a.values[row]!;
    const y = b.values[row]!;
    if (!Number.isFinite(x) || !Number.isFinite(y)) continue;
    n++;
    const dx = x - meanA;
    const dy = y - meanB;
    meanA += dx / n;
    meanB += dy / n;
    varA += dx * (x - meanA);
    varB += dy * (y - meanB);
    both += dx * (y - meanB);
  }
  const r = both / Math.sqrt(varA) / Math.sqrt(varB);
  return n >= 10 && Number.isFinite(r) ? r : 0;
}

/** Every value of `a` goes with one value of `b` and the other way round, over enough rows to mean it. */
function renames(a: Column, b: Column, rows: Int32Array): boolean {
  const forward = new Map<number, number>();
  const backward = new Map<number, number>();
  let n = 0;
  for (const row of rows) {
    const x = keyAt(a, row);
    const y = keyAt(b, row);
    if (Number.isNaN(x) || Number.isNaN(y)) continue;
    n++;
    if ((forward.get(x) ?? y) !== y || (backward.get(y) ?? x) !== x) return false;
    forward.set(x, y);
    backward.set(y, x);
  }
  return forward.size >= 2 && n >= 5 * forward.size;
}

function keyAt(column: Column, row: number): number {
  if (column.type !== 'text') return column.values[row]!;
  const code = column.codes[row]!;
  return code < 0 ? Number.NaN : code;
}

function addsUp(a: Float64Array, b: Float64Array, sum: Float64Array, rows: Int32Array): boolean {
  let n = 0;
  for (const row of rows) {
    const x = a[row]!;
    const y = b[row]!;
    const z = sum[row]!;
    if (Number.isNaN(x) || Number.isNaN(y) || Number.isNaN(z)) continue;
    if (Math.abs(x + y - z) > 1e-9 * (Math.abs(x) + Math.abs(y) + Math.abs(z))) return false;
    n++;
  }
  return n >= 10;
}
