/** What a model answers when one column of some rows is set to each of its values: partial dependence (Friedman 2001), ICE (Goldstein 2015). */
import type { Column, Table } from '../data/index.ts';
import { makeTable, missingAt, select, column as tableColumn } from '../data/table.ts';
import { HillockError } from '../errors.ts';
import type { Predictor } from '../model/model.ts';

export interface Dependence {
  readonly column: string;
  /** Words as they are, numbers and dates at quantiles of the rows. */
  readonly values: readonly (number | string)[];
  readonly kind: 'numbers' | 'words';
  /** Mean answer over the rows at each value. */
  readonly mean: readonly number[];
  /** The answer of each row at each value. */
  readonly rows: readonly (readonly number[])[];
  /** Of each row, where its own cell lies; null where it is missing or a word. */
  readonly own: readonly (number | null)[];
}

const mostValues = 20;
const mostWords = 12;

/**
 * The answers for copies of `rows` whose column holds each value in turn: of several classes the probability of class `output`, of two
 * that of the second, else the number.
 * Throws `HillockError` kind `usage` for a column that holds nothing.
 */
export async function dependence(
  model: Pick<Predictor, 'table'>,
  table: Table,
  rows: ArrayLike<number>,
  name: string,
  output = 0,
): Promise<Dependence> {
  const sample = select(table, rows);
  const own = tableColumn(sample, name);
  const grid = own.type === 'text' ? wordsOf(own) : quantilesOf(own.values);
  if (grid.length === 0) throw new HillockError('usage', `column '${name}' is empty in these rows`);
  const answers = Array.from({ length: sample.rows }, () => new Array<number>(grid.length));
  for (const [i, value] of grid.entries()) {
    const columns = sample.columns.map(one => (one === own ? filled(own, value) : one));
    const { raw } = await model.table(makeTable(sample.source, columns));
    const width = raw.length / sample.rows;
    if (width > 1 && output >= width) throw new HillockError('usage', `there is no class ${output}`);
    for (const [row, answer] of answers.entries()) answer[i] = width === 1 ? raw[row]! : raw[row * width + output]!;
  }
  return {
    column: name,
    values: grid.map(value => (own.type === 'text' ? own.levels[value]! : value)),
    kind: own.type === 'text' ? 'words' : 'numbers',
    mean: grid.map((_, i) => answers.reduce((sum, answer) => sum + answer[i]!, 0) / answers.length),
    rows: answers,
    own: answers.map((_, row) => (own.type === 'text' || missingAt(own, row) ? null : own.values[row]!)),
  };
}

/** Numbers of the levels, the most frequent first. */
function wordsOf({ codes, levels }: Column & { type: 'text' }): readonly number[] {
  const counts = new Array<number>(levels.length).fill(0);
  for (const code of codes) if (code >= 0) counts[code]!++;
  return counts
    .map((_, code) => code)
    .filter(code => counts[code]! > 0)
    .sort((a, b) => counts[b]! - counts[a]!)
    .slice(0, mostWords);
}

function quantilesOf(values: Float64Array): readonly number[] {
  const known = values.filter(Number.isFinite).sort();
  if (known.length === 0) return [];
  const at = (i: number): number => known[Math.round((i / (mostValues - 1)) * (known.length - 1))]!;
  return [...new Set(Array.from({ length: mostValues }, (_, i) => at(i)))];
}

function filled(column: Column, value: number): Column {
  if (column.type === 'text') return { ...column, codes: new Int32Array(column.codes.length).fill(value) };
  return { ...column, values: new Float64Array(column.values.length).fill(value) };
}
