import { formatPercent } from '../../format.ts';
import type { Prediction } from '../../model/index.ts';
import { withoutControls } from '../terminal.ts';

/** One row of the input with what the model says of it; a row that could not be used has no prediction. */
export interface PredictedRow {
  /** From 1. */
  readonly row: number;
  /** Line of the file, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
  readonly prediction: Prediction | null;
  /** Why there is no prediction. */
  readonly problem?: string;
}

/** Rows with their predictions, under the names of their columns. */
export interface RowPart {
  readonly names: readonly string[];
  readonly rows: readonly PredictedRow[];
}

/** How predictions are written: something first, then a text a row. */
export interface RowFormat {
  header(names: readonly string[]): string;
  row(names: readonly string[], row: PredictedRow): string;
}

/** Columns that are added to the input's: the prediction and the probability of each class, under names that are free. */
export function addedNames(names: readonly string[], classes: readonly string[] | null): readonly string[] {
  const taken = new Set(names);
  const free = (wanted: string): string => {
    let name = wanted;
    for (let k = 2; taken.has(name); k++) name = `${wanted}_${k}`;
    taken.add(name);
    return name;
  };
  return [free('prediction'), ...(classes ?? []).map(label => free(`probability_${label}`))];
}

/** Seven significant digits: all that float32 carries. */
const short = (value: number): number => Number(value.toPrecision(7));

/** A cell of CSV, quoted where it must be. */
export const cell = (value: string): string =>
  /[",\n\r]|^\s|\s$/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;

function values(prediction: Prediction | null, count: number): readonly (string | number | null)[] {
  if (!prediction) return new Array<null>(count).fill(null);
  const { value, probabilities = [] } = prediction;
  return [typeof value === 'number' ? short(value) : value, ...probabilities.map(short)];
}

/** Comma-separated values with a header (RFC 4180). */
export function csvFormat(classes: readonly string[] | null): RowFormat {
  const count = 1 + (classes?.length ?? 0);
  return {
    header: names => `${[...names, ...addedNames(names, classes)].map(cell).join(',')}\n`,
    row(names, { cells, prediction }) {
      const own = names.map((_, i) => cell(cells[i] ?? ''));
      return `${[...own, ...values(prediction, count).map(value => cell(String(value ?? '')))].join(',')}\n`;
    },
  };
}

/** One JSON object a row, with the input's columns and the added ones. */
export function jsonlFormat(classes: readonly string[] | null): RowFormat {
  const count = 1 + (classes?.length ?? 0);
  return {
    header: () => '',
    row(names, { cells, prediction, problem, line }) {
      const added = addedNames(names, classes);
      const entries = [
        ...names.map((name, i) => [name, typed(cells[i] ?? '')] as const),
        ...values(prediction, count).map((value, i) => [added[i]!, value] as const),
        ...(problem === undefined ? [] : [['problem', `line ${line}: ${problem}`] as const]),
      ];
      return `${objectText(entries)}\n`;
    },
  };
}

/** A line for a person: the input's cells, the prediction and, of a class, its probability. */
export function textFormat(classes: readonly string[] | null): RowFormat {
  return {
    header: () => '',
    row(_, { cells, prediction, problem = 'no prediction' }) {
      const told = prediction
        ? [String(values(prediction, 1)[0]), ...(classes ? [formatPercent(share(prediction, classes))] : [])]
        : [problem];
      return `${withoutControls([...cells, ...told].join('  '))}\n`;
    },
  };
}

const share = ({ value, probabilities = [] }: Prediction, classes: readonly string[]): number =>
  probabilities[classes.indexOf(String(value))] ?? Number.NaN;

/** Events for a program: each row with its input and prediction. */
export function eventFormat(classes: readonly string[] | null): RowFormat {
  return {
    header: () => '',
    row(names, { row, line, cells, prediction, problem }) {
      const fields: (readonly [string, unknown])[] = [
        ['event', 'row'],
        ['row', row],
        ['line', line],
        ['prediction', values(prediction, 1)[0]],
      ];
      if (classes) {
        const shares = prediction?.probabilities?.map(short);
        const named = classes.map((label, k) => [label, shares?.[k] ?? null] as const);
        fields.push(['probabilities', raw(objectText(named))]);
      }
      fields.push(['input', raw(objectText(names.map((name, i) => [name, typed(cells[i] ?? '')] as const)))]);
      if (problem !== undefined) fields.push(['problem', problem]);
      return `${objectText(fields)}\n`;
    },
  };
}

interface Raw {
  readonly json: string;
}

const raw = (json: string): Raw => ({ json });
const isRaw = (value: unknown): value is Raw => typeof value === 'object' && value !== null && 'json' in value;

/** A JSON object written entry by entry, so that a column may be called anything, even `__proto__`. */
function objectText(entries: readonly (readonly [string, unknown])[]): string {
  const parts = entries.map(([name, value]) => {
    return `${JSON.stringify(name)}:${isRaw(value) ? value.json : JSON.stringify(value ?? null)}`;
  });
  return `{${parts.join(',')}}`;
}

/** A cell as JSON: a number where writing it again gives the same text, nothing for a blank, else the text. */
function typed(text: string): string | number | null {
  if (text === '') return null;
  const value = Number(text);
  return Number.isFinite(value) && String(value) === text ? value : text;
}
