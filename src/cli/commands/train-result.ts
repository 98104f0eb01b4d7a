import { formatBytes, formatCount, formatDuration, formatNumber, formatScore } from '../../format.ts';
import { judgedPart, type Report } from '../../job/index.ts';
import { bestValue, type EpochRecord, metricNamed } from '../../train/index.ts';
import { confusionMatrix } from '../confusion.ts';
import { linePlot } from '../plot.ts';
import { table } from '../table.ts';
import { styled, type Terminal } from '../terminal.ts';
import { singleLine, wrapped } from '../width.ts';
import { forecastText } from './forecast-result.ts';
import { verdict } from './verdict.ts';

/** A finished run, as the screen shows it. */
export interface Finished {
  readonly report: Report;
  readonly history: readonly EpochRecord[];
  readonly folder: string;
}

/** What came of a run: the course of training, scores beside baselines, mistakes. */
export function resultText(finished: Finished, screen: Terminal): string {
  const { report, history } = finished;
  const parts = [
    ...(history.length > 1 ? [coursePlot(history, report, screen) + lossNote(report)] : []),
    ...(report.forecast ? forecastText(report, report.forecast, screen) : [metricsTable(report, screen)]),
    styledVerdict(report, screen),
    ...(report.confusion && report.classes
      ? [
          `${heading(`Right and wrong, ${judgedPart(report.rows)} part`, screen)}\n${confusionMatrix({ labels: report.classes, counts: report.confusion }, screen)}`,
        ]
      : []),
    ...(report.residuals ? [residualTable(report, screen)] : []),
  ];
  return `\n${parts.join('\n\n')}`;
}

function styledVerdict(report: Report, screen: Terminal): string {
  const { text, style } = verdict(report);
  const lines = wrapped(text, Math.min(screen.columns, 100) - 1);
  return lines.map(line => (style ? styled(line, style, screen) : line)).join('\n');
}

const heading = (text: string, screen: Terminal): string => styled(text, 'bold', screen);

/** Loss and validation over the epochs, in one plot where they are comparable. */
function coursePlot(history: readonly EpochRecord[], report: Report, screen: Terminal): string {
  const width = Math.min(100, screen.columns - 14);
  const { monitor } = report.options;
  const losses = history.map(({ epoch, loss }): [number, number] => [epoch, loss]);
  const judged = history.flatMap(({ epoch, validation }): [number, number][] =>
    validation[monitor] === undefined ? [] : [[epoch, validation[monitor]]],
  );
  const best = judged.find(([epoch]) => epoch === report.bestEpoch);
  const mark = best && { x: best[0], y: best[1], label: `best: epoch ${best[0]}` };
  const loss = { label: 'training loss', points: losses };
  const validation = { label: `validation ${monitor}`, points: judged };
  const limits = (points: readonly (readonly [number, number])[]) => ({ y: calmRange(points.map(([, y]) => y)) });
  const shape = { xLabel: 'epoch', width };
  if (judged.length === 0)
    return linePlot({ ...shape, series: [loss], title: loss.label, height: 9, ...limits(losses) }, screen);
  if (monitor === 'logloss') {
    const both = limits([...losses, ...judged]);
    return linePlot({ ...shape, series: [loss, validation], mark, title: 'loss', height: 11, ...both }, screen);
  }
  return [
    linePlot({ series: [loss], title: loss.label, width, height: 6, ...limits(losses) }, screen),
    linePlot({ ...shape, series: [validation], mark, title: validation.label, height: 7, ...limits(judged) }, screen),
  ].join('\n\n');
}

/** Why the training loss is not of a kind with the validation scores, where it is not. */
function lossNote({ network, options }: Report): string {
  if (options.monitor !== 'logloss') return '';
  const only = [
    network.layers.some(({ kind }) => kind === 'dropout') && 'dropout',
    options.smoothing > 0 && 'label smoothing',
    options.augment !== undefined && 'varied images',
  ].filter(part => part !== false);
  if (only.length === 0) return '';
  const acts = only.length > 1 ? 'act' : 'acts';
  return `\n\nThe training loss may lie above: ${new Intl.ListFormat('en').format(only)} ${acts} only in training.`;
}

/** Limits of an axis that a few wild values at the start do not flatten. */
function calmRange(values: readonly number[]): [number, number] {
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b);
  const low = sorted[0] ?? 0;
  const usual = sorted[Math.floor(sorted.length * 0.95)] ?? 1;
  const high = sorted.at(-1) ?? 1;
  const top = high - low > 4 * (usual - low) && usual > low ? usual : high;
  return top > low ? [low, top] : [low - 1, low + 1];
}

/** Scores of every part, and what the trivial answer and the linear model get on the part that counts. */
function metricsTable(report: Report, screen: Terminal): string {
  const { metrics, baseline, rows } = report;
  const part = judgedPart(rows);
  const parts = (['train', 'validation', 'test'] as const).filter(name => rows[name] > 0);
  const names = [...new Set(parts.flatMap(name => Object.keys(metrics[name])))];
  const columns = [
    { header: '' },
    ...parts.map(name => ({ header: name, align: 'right' as const })),
    ...(baseline.linear ? [{ header: 'linear model', align: 'right' as const, wrap: 6 }] : []),
    { header: singleLine(baseline.name), align: 'right' as const, max: 28, wrap: 8 },
  ];
  const lines = names.map(name => [
    name,
    ...parts.map(each => formatScore(name, metrics[each][name])),
    ...(baseline.linear ? [formatScore(name, baseline.linear[name])] : []),
    formatScore(name, baseline.trivial[name]),
  ]);
  const crossFitted = report.split.includes('validation: each member');
  const counted = [
    'rows',
    ...parts.map(name => (crossFitted && name === 'validation' ? 'as train' : formatCount(rows[name]))),
  ];
  const others = [...(baseline.linear ? [part] : []), part];
  return `${heading('Scores', screen)}\n${table(columns, [...lines, 'rule', [...counted, ...others]], screen)}`;
}

function residualTable({ residuals, rows, target }: Report, screen: Terminal): string {
  const { quantiles, groups } = residuals!;
  const [p5, , p50, , p95] = quantiles.map(value => formatNumber(value, 4));
  const short = (value: number): string => formatNumber(value, 4);
  const body = table(
    [
      { header: `true ${singleLine(target)}`, max: 40, wrap: 12 },
      ...['rows', 'mean truth', 'mean predicted', 'mean |error|'].map(header => ({
        header,
        align: 'right' as const,
        wrap: 9,
      })),
    ],
    groups.map(({ rows: count, from, to, truth, predicted, mae }) => [
      `${short(from)} … ${short(to)}`,
      formatCount(count),
      short(truth),
      short(predicted),
      short(mae),
    ]),
    screen,
  );
  return [
    heading(`Predicted against true, ${judgedPart(rows)} part`, screen),
    body,
    `prediction − truth: median ${p50}, nine in ten between ${p5} and ${p95}`,
  ].join('\n');
}

/** Whether no epoch could do better on the validation part. */
function isPerfect({ metrics, options: { monitor } }: Report): boolean {
  const metric = metricNamed(monitor);
  return metric !== undefined && metrics.validation[monitor] === bestValue(metric);
}

/** Where a run is, and what to do with it next. */
export function savedText({ report, folder }: Finished, modelBytes: number, screen: Terminal): string {
  const epochs = `${formatCount(report.epochs)} ${report.epochs === 1 ? 'epoch' : 'epochs'}`;
  const why = {
    epochs,
    patience: `${epochs}, no better since epoch ${report.bestEpoch}`,
    goal: `${epochs}, goal reached on validation`,
    interrupted: epochs,
  }[report.stopped];
  const unfinished = report.stopped === 'epochs' && report.bestEpoch === report.epochs && !isPerfect(report);
  const source = /\s/.test(report.source) ? `'${report.source}'` : report.source;
  const run = /\s/.test(folder) ? `'${folder}'` : folder;
  const commands = [
    ...(report.forecast
      ? ([
          [
            `hillock predict ${run}`,
            report.forecast.horizon === 1 ? 'the next step' : `the next ${formatCount(report.forecast.horizon)} steps`,
          ],
          [`hillock predict ${run} LONGER`, 'the steps after the end of another file'],
        ] as const)
      : ([[`hillock predict ${run} ${source}`, 'the rows with their predictions']] as const)),
    [`hillock inspect ${run}`, 'what it has learned, neuron by neuron'],
    [`hillock evaluate ${run} OTHER`, 'scores on labelled data it has not seen'],
    ['hillock runs', 'every run so far'],
  ] as const;
  const width = Math.max(...commands.map(([line]) => line.length));
  return [
    `${styled('✓', 'green', screen)} ${why} in ${formatDuration(report.seconds)} on ${report.device}, seed ${report.seed}, best epoch ${report.bestEpoch}`,
    ...(unfinished ? [`  the last epoch was the best: --epochs ${2 * report.epochs} may do better`] : []),
    `${styled('✓', 'green', screen)} saved in ${heading(folder, screen)} (model.onnx ${formatBytes(modelBytes)}, report.json, history.jsonl)`,
    '',
    heading('Next', screen),
    ...commands.map(([line, about]) => {
      const beside = !screen.interactive || width + about.length + 4 <= screen.columns;
      const told = beside ? '' : '\n     ';
      return `  ${styled(beside ? line.padEnd(width) : line, 'cyan', screen)}${told}  ${styled(about, 'dim', screen)}`;
    }),
  ].join('\n');
}
