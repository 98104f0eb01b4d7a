import { HillockError } from '../../errors.ts';
import { formatCount } from '../../format.ts';
import type { Steps } from '../../job/next-steps.ts';
import type { Output } from '../output.ts';
import type { OpenModel } from './open-model.ts';
import { cell } from './predict-format.ts';
import { fileSink, streamSink } from './sink.ts';
import { noteText } from './train-data.ts';

export interface SeriesPrediction {
  readonly run: string;
  readonly sources: readonly string[];
  readonly out: string | undefined;
  readonly format: 'csv' | 'jsonl';
  readonly steps: number | undefined;
}

/** Writes the steps after the end of the training data, or of a file: time, forecast, lower and upper. */
export async function predictSeries(model: OpenModel, asked: SeriesPrediction, out: Output): Promise<void> {
  const { forecastAll, seriesToForecast } = await import('../../job/next-steps.ts');
  const [source, ...others] = asked.sources;
  if (others.length > 0) {
    throw new HillockError('usage', `a forecast goes on from one file, not from ${asked.sources.length}`);
  }
  const set = seriesToForecast(model.spec, source === undefined ? undefined : await readHistory(source));
  if (source !== undefined && !out.json)
    for (const note of set.notes.slice(0, 10)) out.message(`note: ${noteText(note)}`);
  const all = await forecastAll(model.spec, model.predictor, set, asked.steps);
  const several = all.length > 1;
  const events = out.json && asked.out === undefined;
  const line = events ? eventLine : asked.format === 'jsonl' ? jsonLine : csvLine;
  const sink = asked.out === undefined ? streamSink(out) : await fileSink(asked.out);
  let rows = 0;
  try {
    if (line === csvLine) await sink.write(`${[...(several ? ['series'] : []), ...columns].join(',')}\n`);
    for (const steps of all) {
      await sink.write(steps.time.map((_, k) => line(rowOf(steps, k), several)).join(''));
      rows += steps.time.length;
    }
    await sink.finish();
  } catch (error) {
    await sink.discard();
    throw error;
  }
  const fields = { rows, series: all.length, interval: intervalOf(model), out: asked.out ?? null, run: asked.run };
  if (out.json) out.event('result', fields);
  else if (asked.out !== undefined) out.message(`${formatCount(rows)} rows written to ${asked.out}`);
}

/** A table with the history of series. */
export async function readHistory(source: string) {
  const { readSource } = await import('../../data/index.ts');
  const data = await readSource(source);
  if (data.kind === 'table') return data;
  throw new HillockError('usage', `${source} holds images, but this model takes series in a table`);
}

const intervalOf = ({ spec: { target } }: OpenModel): number | null =>
  target.task === 'forecast' ? (target.intervals[0]?.level ?? null) : null;

const columns = ['time', 'forecast', 'lower', 'upper'] as const;

interface Row {
  readonly series: string;
  readonly time: string;
  readonly forecast: number;
  readonly lower: number | null;
  readonly upper: number | null;
}

/** Seven significant digits: all that float32 carries. */
const short = (value: number | undefined): number | null =>
  value === undefined || !Number.isFinite(value) ? null : Number(value.toPrecision(7));

const rowOf = ({ key, time, forecast, lower, upper }: Steps, k: number): Row => ({
  series: key,
  time: time[k]!,
  forecast: Number(forecast[k]!.toPrecision(7)),
  lower: short(lower?.[k]),
  upper: short(upper?.[k]),
});

const csvLine = (row: Row, several: boolean): string =>
  `${[...(several ? [row.series] : []), ...columns.map(name => String(row[name] ?? ''))].map(cell).join(',')}\n`;

const jsonLine = ({ series, ...row }: Row, several: boolean): string =>
  `${JSON.stringify(several ? { series, ...row } : row)}\n`;

const eventLine = ({ series, ...row }: Row, several: boolean): string =>
  `${JSON.stringify({ event: 'row', ...(several ? { series } : {}), ...row })}\n`;
