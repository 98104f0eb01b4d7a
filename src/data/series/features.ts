import { HillockError } from '../../errors.ts';
import { type Column, column, type ReadNote, type Table } from '../table.ts';
import type { SeriesOptions } from './series.ts';

/** A column beside the target: numbers, or codes of words; NaN = missing. */
export interface Feature {
  readonly name: string;
  readonly values: Float64Array;
  /** The words of the codes; absent for numbers. */
  readonly levels?: readonly string[];
}

/** The features, which of them are known in advance, and what was left out. */
export interface Features {
  readonly list: readonly Feature[];
  readonly known: readonly string[];
  readonly notes: readonly ReadNote[];
}

/** Words with more different values than this are no categories unless asked for. */
const mostLevels = 100;

/** The feature columns asked for, or every column that is neither taken, ignored nor without use. */
export function chooseFeatures(table: Table, options: SeriesOptions, taken: ReadonlySet<string>): Features {
  const known = options.known ?? [];
  const asked = options.features && [...new Set([...options.features, ...known])];
  for (const name of asked ?? known) {
    const reason = taken.has(name) ? 'it is the target, the time or the group' : unusable(column(table, name), true);
    if (reason === undefined) continue;
    throw new HillockError(
      'data',
      `column '${name}' of ${table.source} cannot be a feature: ${reason}`,
      'leave it out',
    );
  }
  if (asked) return { list: asked.map(name => featureOf(column(table, name))), known, notes: [] };
  const ignored = new Set([...taken, ...(options.ignore ?? [])]);
  const notes: ReadNote[] = [];
  const list: Feature[] = [];
  for (const candidate of table.columns) {
    const isKnown = known.includes(candidate.name);
    if (ignored.has(candidate.name) && !isKnown) continue;
    const reason = unusable(candidate, isKnown);
    if (reason === undefined) list.push(featureOf(candidate));
    else notes.push({ column: candidate.name, message: `not used as a feature: ${reason}` });
  }
  return { list, known, notes };
}

/** Why a column is of no use; `asked` = a person named it, so only what is impossible counts. */
function unusable(column: Column, asked: boolean): string | undefined {
  if (column.type === 'date') return 'it holds dates';
  const different = column.type === 'text' ? new Set(column.codes.filter(code => code >= 0)) : finite(column.values);
  if (different.size === 0) return 'it is empty';
  if (asked) return undefined;
  if (different.size === 1) return 'it has one value';
  if (column.type === 'text') {
    return different.size > mostLevels ? `it holds ${different.size.toLocaleString('en')} different words` : undefined;
  }
  return isNumbering(column.values) ? 'it numbers the rows' : undefined;
}

const finite = (values: Float64Array): Set<number> => new Set(values.filter(Number.isFinite));

const isNumbering = (values: Float64Array): boolean =>
  values.length > 2 && values.every((value, row) => value === values[0]! + row);

function featureOf(column: Column): Feature {
  if (column.type !== 'text') {
    const values = column.values.map(value => (Number.isFinite(value) ? value : Number.NaN));
    return { name: column.name, values };
  }
  const values = Float64Array.from(column.codes, code => (code < 0 ? Number.NaN : code));
  return { name: column.name, values, levels: column.levels };
}
