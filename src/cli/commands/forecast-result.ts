import { formatCount, formatNumber, formatPercent, formatScore } from '../../format.ts';
import { type ForecastReport, type Judged, judgedPart, type Report } from '../../job/index.ts';
import { forecastPlot } from '../forecast-plot.ts';
import { table } from '../table.ts';
import { styled, type Terminal } from '../terminal.ts';
import { singleLine } from '../width.ts';

const metrics = ['mae', 'rmse', 'mape', 'mase', 'r2'] as const;

/** What came of a forecast: plot, errors beside those of other forecasts, how often intervals hold, what comes next. */
export function forecastText(report: Report, forecast: ForecastReport, screen: Terminal): readonly string[] {
  const [level] = forecast.coverage;
  return [
    ...forecast.shown.slice(0, 1).map(shown => forecastPlot(shown, level?.level ?? null, screen)),
    judgedTable(report, forecast, screen),
    ...(forecast.fixed ? [fixedTable(forecast, forecast.fixed, screen)] : []),
    ...(forecast.coverage.length > 0 ? [coverageText(forecast)] : []),
    ...(forecast.best.length > 0 ? [seriesTable(forecast, screen)] : []),
    ...nextTable(report, forecast, screen),
  ];
}

const heading = (text: string, screen: Terminal): string => styled(text, 'bold', screen);

/** Errors over every origin of each part, and those of the forecasts beside the network on the part that counts. */
function judgedTable(report: Report, { rolling, horizon, fixed }: ForecastReport, screen: Terminal): string {
  const part = judgedPart(report.rows);
  const parts = (['train', 'validation', 'test'] as const).filter(name => report.rows[name] > 0);
  const beside = Object.entries(rolling[part].baselines);
  const right = (header: string) => ({ header: singleLine(header), align: 'right' as const, wrap: 8 });
  const lines = metrics
    .filter(metric => rolling[part].scores[metric] !== undefined)
    .map(metric => [
      metric,
      ...parts.map(name => formatScore(metric, rolling[name].scores[metric])),
      ...beside.map(([, scores]) => formatScore(metric, scores[metric])),
    ]);
  const told = fixed && part === 'test' ? Math.min(horizon, fixed.steps) : horizon;
  const untold = told < horizon ? ` (the test part has no more; ${formatCount(horizon)} are forecast)` : '';
  const title = `Errors ${told === 1 ? 'one step' : `1 to ${formatCount(told)} steps`} ahead${untold}, from every origin of a part`;
  return [
    heading(title, screen),
    table([{ header: '' }, ...parts.map(right), ...beside.map(([name]) => right(`${name}, ${part}`))], lines, screen),
  ].join('\n');
}

/** Errors of the whole test part from its beginning. */
function fixedTable(
  { horizon }: ForecastReport,
  { steps, scores, baselines }: NonNullable<ForecastReport['fixed']>,
  screen: Terminal,
): string {
  const all: [string, Judged['scores']][] = [['network', scores], ...Object.entries(baselines)];
  const names = metrics.filter(metric => scores[metric] !== undefined);
  const how = steps > horizon ? `, each ${formatCount(horizon)} steps going on from the ones before` : '';
  return [
    heading(
      `The ${steps === 1 ? 'step' : `${formatCount(steps)} steps`} of the test part from its beginning, seeing none of them${how}`,
      screen,
    ),
    table(
      [{ header: '' }, ...names.map(header => ({ header, align: 'right' as const }))],
      all.map(([name, own]) => [singleLine(name), ...names.map(metric => formatScore(metric, own[metric]))]),
      screen,
    ),
  ].join('\n');
}

function coverageText({ coverage }: ForecastReport): string {
  const told = coverage
    .filter(({ share }) => share !== null)
    .map(({ level, share }) => `the ${formatPercent(level)} interval holds ${formatPercent(share!)}`);
  return told.length === 0 ? '' : `Of the true values of the test part ${told.join(', ')}.`;
}

/** The series that are forecast best and worst. */
function seriesTable({ best, worst, series }: ForecastReport, screen: Terminal): string {
  const columns = [{ header: 'series', max: 40 }, ...metrics.map(header => ({ header, align: 'right' as const }))];
  const line = ({ key, scores }: ForecastReport['best'][number]): string[] => [
    singleLine(key),
    ...metrics.map(metric => formatScore(metric, scores[metric])),
  ];
  const lines = [...best.map(line), ...(worst.length > 0 ? ['rule' as const, ...worst.map(line)] : [])];
  return `${heading(`Test part by series, of ${formatCount(series)} the best and the worst`, screen)}\n${table(columns, lines, screen)}`;
}

const mostSteps = 12;

/** The steps after the end of the first series. */
function nextTable({ target }: Report, { shown, known }: ForecastReport, screen: Terminal): readonly string[] {
  const next = shown[0]?.next;
  if (!next && known.length > 0) {
    const what = known.map(name => singleLine(name)).join(', ');
    return [
      `To forecast what comes next, give a file that goes on after the last value of ${singleLine(target)}: its history, and ${what} of the steps ahead.`,
    ];
  }
  if (!next) return [];
  const bounds = next.lower && next.upper ? (['lower', 'upper'] as const) : [];
  const body = table(
    [{ header: 'time' }, ...['forecast', ...bounds].map(header => ({ header, align: 'right' as const }))],
    next.time
      .slice(0, mostSteps)
      .map((time, k) => [time, ...(['forecast', ...bounds] as const).map(name => formatNumber(next[name]![k], 5))]),
    screen,
  );
  const more = next.time.length > mostSteps ? `\nand ${next.time.length - mostSteps} more` : '';
  const of = next.key === '' ? singleLine(target) : `${singleLine(target)} of ${singleLine(next.key)}`;
  return [`${heading(`What comes next: ${of}`, screen)}\n${body}${more}`];
}
