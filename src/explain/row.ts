/** One traced row as a person reads it: its cells, what they became, and what the model answers. */
import { formatTime, type Table, timeAt } from '../data/index.ts';
import { cellValue } from '../data/table.ts';
import type { SeriesWindows } from '../features/index.ts';
import { floats, sizeOf } from '../graph/index.ts';
import type { Trace } from './trace.ts';

/** One raw cell and the encoded inputs made of it. */
export interface CellTrace {
  readonly column: string;
  /** Number, ISO date or word; null = missing, also where the column is not there. */
  readonly value: number | string | null;
  readonly inputs: readonly { readonly name: string; readonly value: number }[];
}

/** What the model answers for one row. */
export interface Answer {
  /** The class, or the number in the target's own unit. */
  readonly value: string | number;
  /** Most probable first; null for numbers. */
  readonly probabilities: readonly { readonly class: string; readonly probability: number }[] | null;
}

/** The cells of a traced row (by its position among them) beside what the encoder made of them; none for images. */
export function cellsOf({ subject, rows, encoded }: Trace, table: Table, position: number): readonly CellTrace[] {
  const { input } = subject.spec;
  if (input.kind !== 'table') return [];
  const { columns, featureNames, featureSources, width } = input.encoder;
  const values = floats(encoded).subarray(position * width, (position + 1) * width);
  return columns.map(({ name }, i) => {
    const column = table.columns.find(candidate => candidate.name === name);
    return {
      column: name,
      value: column ? cellValue(column, rows[position]!) : null,
      inputs: featureNames.flatMap((feature, at) =>
        featureSources[at] === i ? [{ name: feature, value: values[at]! }] : [],
      ),
    };
  });
}

/** One step ahead of a traced window. */
export interface StepTrace {
  readonly time: string;
  readonly forecast: number;
  /** Null where nothing was observed, or nothing has come yet. */
  readonly truth: number | null;
}

/** A traced window of a series (by its position among them): its key, its last time, and the steps ahead. */
export function stepsOf(
  { rows, outputs }: Trace,
  { set, origins }: SeriesWindows,
  position: number,
): { readonly series: string; readonly end: string; readonly steps: readonly StepTrace[] } {
  const row = rows[position]!;
  const series = set.series[origins.series[row]!]!;
  const origin = origins.origin[row]!;
  const forecast = floats(outputs.forecast);
  const horizon = forecast.length / rows.length;
  const time = (at: number): string => formatTime(timeAt(series, at), series.step);
  const steps = Array.from({ length: horizon }, (_, k) => ({
    time: time(origin + k),
    forecast: forecast[position * horizon + k]!,
    truth: series.observed[origin + k] === 1 ? series.values[origin + k]! : null,
  }));
  return { series: series.key, end: time(origin - 1), steps };
}

/** The answer for a traced row, by its position among them. */
export function answerOf({ subject, outputs }: Trace, position: number): Answer {
  const { target } = subject.spec;
  if (target.task === 'regression') return { value: floats(outputs.prediction)[position]!, probabilities: null };
  if (target.task === 'forecast')
    return { value: floats(outputs.forecast)[position * target.horizon]!, probabilities: null };
  const { classes } = target;
  const width = sizeOf(outputs.probabilities!.shape.slice(1));
  const values = floats(outputs.probabilities).subarray(position * width, (position + 1) * width);
  const probabilities = classes.map((label, i) => ({ class: label, probability: values[i]! }));
  return {
    value: (outputs.label!.data as readonly string[])[position]!,
    probabilities: probabilities.sort((a, b) => b.probability - a.probability),
  };
}
