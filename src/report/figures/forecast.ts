/** Series with what was forecast of them. */
import type { Band, Curve, Figure } from '../../draw/index.ts';
import type { ForecastReport, Shown, Steps } from '../../job/index.ts';

const mostTicks = 7;

/** The end of each shown series, its test part as forecast from its beginning, and the steps after it. */
export const forecastFigures = ({ shown, coverage, ahead }: ForecastReport, target: string): readonly Figure[] => [
  ...shown.map((one, i) => forecastFigure(one, coverage[0]?.level ?? null, target, i)),
  ...(ahead && ahead.mae.length > 1 && ahead.mae.some(Number.isFinite) ? [aheadFigure(ahead, target)] : []),
];

/** How the error grows with the steps ahead. */
function aheadFigure({ mae, baselines }: NonNullable<ForecastReport['ahead']>, target: string): Figure {
  const most = Math.max(...[mae, ...Object.values(baselines)].flat().filter(Number.isFinite));
  const line = (errors: readonly number[]) => errors.map((error, k) => [k + 1, error] as const);
  return {
    kind: 'curves',
    id: 'ahead',
    title: 'Error by step ahead',
    says: `The mean absolute error of ${target} for each step ahead, over every origin in the test part.`,
    height: 280,
    model: {
      caption: `Error of ${target} by step ahead`,
      x: { label: 'steps ahead' },
      y: { label: `mean absolute error of ${target}`, range: [0, 1.05 * most] },
      curves: [
        { label: 'this network', points: line(mae), marks: true },
        ...Object.entries(baselines).map(([label, errors]) => ({ label, points: line(errors), dashed: true })),
      ],
    },
  };
}

function forecastFigure(
  { key, time, values, test, next }: Shown,
  level: number | null,
  target: string,
  i: number,
): Figure {
  const from = values.length - (test?.forecast.length ?? 0);
  const after = values.length;
  const curve = (label: string, begin: number, steps: Steps | null, index: number): Curve[] =>
    steps ? [{ label, index, dashed: true, points: steps.forecast.map((value, k) => [begin + k, value]) }] : [];
  const edges = [
    { begin: from, steps: test },
    { begin: after, steps: next },
  ].flatMap(({ begin, steps }) =>
    steps?.lower && steps.upper
      ? steps.lower.map((low, k): [number, number, number] => [begin + k, low, steps.upper![k]!])
      : [],
  );
  const times = [...time, ...(next?.time ?? [])];
  const stride = Math.max(1, Math.ceil(times.length / mostTicks));
  const share = level === null ? '' : `${Number((100 * level).toFixed(1))} % `;
  const bands: Band[] = edges.length > 0 ? [{ label: `${share}interval`, points: edges, index: 1 }] : [];
  const last = times.at(-1);
  return {
    kind: 'curves',
    id: i === 0 ? 'forecast' : `forecast-${i + 1}`,
    title: key === '' ? 'Forecast' : `Forecast of ${key}`,
    says: `${target} with the test part as forecast from its beginning${next ? `, and ${next.forecast.length} steps ahead to ${last}` : ''}.`,
    height: 300,
    model: {
      caption: key === '' ? `Forecast of ${target}` : `Forecast of ${target}, ${key}`,
      x: { label: '', ticks: times.flatMap((label, value) => (value % stride === 0 ? [{ value, label }] : [])) },
      y: { label: target },
      curves: [
        { label: 'observed', points: values.map((value, at) => [at, value]) },
        ...curve('forecast of the test part', from, test, 1),
        ...curve('forecast', after, next, 2),
      ],
      bands,
    },
  };
}
