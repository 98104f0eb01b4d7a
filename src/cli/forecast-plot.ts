import type { Tick } from '../draw/ticks.ts';
import type { Shown } from '../job/index.ts';
import { type LinePlot, linePlot } from './plot.ts';
import type { Terminal } from './terminal.ts';
import { displayWidth, singleLine } from './width.ts';

/** The end of a series with its test part as it was forecast, and the steps after it with their interval. */
export function forecastPlot({ key, time, values, test, next }: Shown, level: number | null, screen: Terminal): string {
  const width = Math.min(100, screen.columns - 16);
  const from = values.length - (test?.forecast.length ?? 0);
  const after = values.length;
  const last = (at: number): [number, number][] => {
    const value = values[at - 1];
    return value === undefined || Number.isNaN(value) ? [] : [[at - 1, value]];
  };
  const curve = (begin: number, forecast: readonly number[] | undefined): [number, number][] =>
    forecast ? [...last(begin), ...forecast.map((value, k): [number, number] => [begin + k, value])] : [];
  const series = [
    { label: 'history', points: values.map((value, i): [number, number] => [i, value]) },
    { label: 'test part as forecast from its beginning', points: curve(from, test?.forecast) },
    { label: 'forecast', points: curve(after, next?.forecast) },
  ].filter(({ points }) => points.length > 0);
  const areas = [
    { begin: from, steps: test },
    { begin: after, steps: next },
  ];
  const points = areas.flatMap(({ begin, steps }) =>
    steps?.lower && steps.upper
      ? steps.lower.map((low, k): [number, number, number] => [begin + k, low, steps.upper![k]!])
      : [],
  );
  const share = level === null ? '' : `${Number((100 * level).toFixed(1))} % `;
  const plot: LinePlot = {
    series,
    bands: points.length > 0 ? [{ label: `${share}interval`, points }] : [],
    width,
    height: 14,
    xTicks: timeTicks([...time, ...(next?.time ?? [])], width),
    ...(key === '' ? {} : { title: singleLine(key) }),
  };
  return linePlot(plot, screen);
}

/** Times at even distances, as many as fit. */
function timeTicks(times: readonly string[], width: number): readonly Tick[] {
  const widest = Math.max(1, ...times.map(displayWidth));
  const stride = Math.max(1, Math.ceil((times.length * (widest + 3)) / width));
  return times.flatMap((label, value) => (value % stride === 0 ? [{ value, label }] : []));
}
