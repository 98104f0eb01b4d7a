/** A run as one page of HTML that needs nothing else: no script, no file beside it, no network. */
import { formatBytes, formatCount, formatDuration, formatNumber, formatPercent, formatScore } from '../format.ts';
import { version } from '../version.ts';
import { commandOf } from './command.ts';
import { code, escaped, facts, figure, list, paragraph, section, table } from './html.ts';
import type { Overview } from './overview.ts';
import { style } from './style.ts';

const mostCells = 30;
const mostTerms = 12;

/** What the model is for and how well it does it, in two sentences. */
export function leadOf({ report, card }: Overview): string {
  const { classes, task, target } = report;
  const what =
    classes !== null
      ? `${target}, one of ${classes.length} classes: ${classes.slice(0, 8).join(', ')}${classes.length > 8 ? ', …' : ''}`
      : task === 'forecast'
        ? `the next values of ${target}`
        : `${target}, a number`;
  const [first] = card.metrics;
  if (!first) return `It predicts ${what}.`;
  const interval = first.interval
    ? ` (95 %: ${formatScore(first.metric, first.interval.low)} … ${formatScore(first.metric, first.interval.high)})`
    : '';
  const beside = first.trivial === null ? '' : `; ${card.trivial} gets ${formatScore(first.metric, first.trivial)}`;
  return `It predicts ${what}. On ${formatCount(card.data.rows[card.part])} rows of the ${card.part} part its ${first.metric} is ${formatScore(first.metric, first.value)}${interval}${beside}.`;
}

function scores({ card, report }: Overview): string[] {
  const linear = card.metrics.some(metric => metric.linear !== null);
  const range = (interval: (typeof card.metrics)[number]['interval']): string =>
    interval ? `${formatNumber(interval.low, 4)} … ${formatNumber(interval.high, 4)}` : '–';
  const rows = card.metrics.map(metric => [
    `${metric.metric} (${metric.better} is better)`,
    formatScore(metric.metric, metric.value),
    range(metric.interval),
    formatScore(metric.metric, metric.trivial),
    ...(linear ? [formatScore(metric.metric, metric.linear)] : []),
  ]);
  const share = (
    one: { readonly value: number; readonly interval: { readonly low: number; readonly high: number } } | null,
  ) =>
    one
      ? `${formatPercent(one.value)} (${formatPercent(one.interval.low)} … ${formatPercent(one.interval.high)})`
      : '–';
  const perClass = card.classScores?.map(({ label, rows: count, recall, precision }) => [
    label,
    count,
    share(recall),
    share(precision),
  ]);
  const used = Object.entries(card.methods).filter(([name]) => card.metrics.some(one => one.interval?.method === name));
  const { forecast } = report;
  const baselines = forecast
    ? Object.entries(forecast.rolling.test.baselines).map(([name, found]) => [
        name,
        ...card.metrics.map(({ metric }) => formatScore(metric, found[metric])),
      ])
    : [];
  return [
    table(
      `Scores on the ${card.part} part`,
      ['score', 'value', '95 % interval', card.trivial, ...(linear ? ['linear model'] : [])],
      rows,
    ),
    baselines.length > 0
      ? table('Other forecasts of the same steps', ['', ...card.metrics.map(({ metric }) => metric)], baselines)
      : '',
    perClass ? table('By class', ['class', 'rows', 'found (recall)', 'right when said (precision)'], perClass) : '',
    list(card.metrics.map(({ metric, about }) => `${metric}: ${about}`)),
    list(used.map(([name, how]) => `Interval, ${name}: ${how}.`)),
  ];
}

function dataPart({ card, report }: Overview): string[] {
  const { rows, source, testSource, fingerprint, split } = card.data;
  const columns = report.columns.map(({ column, role, reason }) => [column, role, reason]);
  return [
    facts([
      ['source', testSource === null ? source : `${source}, tested on ${testSource}`],
      ['fingerprint', fingerprint || 'not known'],
      [
        'rows',
        `${formatCount(rows.train)} training, ${formatCount(rows.validation)} validation, ${formatCount(rows.test)} test`,
      ],
      ['split', split],
      ['task', `${report.task} (${report.taskReason})`],
    ]),
    columns.length > 0
      ? `<details><summary>What became of ${columns.length} columns</summary>${table('Columns', ['column', 'role', 'why'], columns)}</details>`
      : '',
    list(report.warnings.map(({ message }) => message)),
    report.notes.length > 0
      ? `<details><summary>${report.notes.length} notes of the readers</summary>${list(report.notes.slice(0, 50).map(({ column, message }) => (column === undefined ? message : `${column}: ${message}`)))}</details>`
      : '',
  ];
}

function mistakes({ worst, report }: Overview): string {
  if (worst.length === 0) return '';
  const sure = (probability: number | null): string => (probability === null ? '' : formatPercent(probability));
  if (worst[0]!.image !== null) {
    const items = worst.map(
      ({ image, truth, said, probability, row }) =>
        `<li><img src="${image}" alt="${escaped(`Image ${row ?? ''}: ${truth}, said to be ${said}`)}">${escaped(String(truth))} → <b>${escaped(String(said))}</b><br>${sure(probability)}</li>`,
    );
    return section('mistakes', 'Taken for something else', [
      paragraph('The surest mistakes first: the truth, what was said, and how probable it seemed.', 'soft'),
      `<ul class="images">${items.join('')}</ul>`,
    ]);
  }
  const names = Object.keys(worst[0]!.cells)
    .filter(name => name !== report.target)
    .slice(0, 8);
  return section('mistakes', report.classes ? 'The surest mistakes' : 'Furthest off', [
    table(
      `Rows of the ${report.rows.test > 0 ? 'test' : 'validation'} part`,
      ['row', `true ${report.target}`, 'predicted', ...(report.classes ? ['probability'] : []), ...names],
      worst.map(({ row, truth, said, probability, cells }) => [
        row === null ? '–' : String(row),
        truth,
        said,
        ...(report.classes ? [sure(probability)] : []),
        ...names.map(name => cells[name] ?? null),
      ]),
    ),
  ]);
}

function worked({ worked: found, report }: Overview): string[] {
  if (!found) return [];
  const { row, neuron } = found;
  const terms = neuron.terms.toSorted((a, b) => Math.abs(b.product) - Math.abs(a.product));
  const left = terms.slice(mostTerms);
  const rest = left.reduce((sum, { product }) => sum + product, 0);
  const of = neuron.members > 1 ? `, network ${neuron.member} of ${neuron.members}` : '';
  const cells = row.cells.slice(0, mostCells).map(({ column, value }) => [column, value]);
  const number = (value: number): string => formatNumber(value, 6);
  return [
    paragraph(
      `Row ${row.row}: ${report.target} is ${row.truth === null ? 'not known' : typeof row.truth === 'number' ? number(row.truth) : row.truth}, the model answers ${typeof row.value === 'number' ? number(row.value) : row.value}${row.probabilities?.[0] ? ` with probability ${formatNumber(row.probabilities[0].probability, 4)}` : ''}.`,
    ),
    cells.length > 0
      ? `<details><summary>Its cells</summary>${table('Cells', ['column', 'value'], cells)}</details>`
      : '',
    table(
      `${neuron.name}${of}: inputs times weights, the largest products first`,
      ['input', 'x', 'w', 'x · w'],
      [
        ...terms.slice(0, mostTerms).map(({ name, x, w, product }) => [name, x, w, product]),
        ...(left.length > 0 ? [[`${left.length} others`, null, null, rest]] : []),
        ['bias b', null, null, neuron.bias],
        ['z = Σ x · w + b', null, null, neuron.z],
        [`ŷ = ${neuron.activation}(z)`, null, null, neuron.y],
      ],
    ),
    paragraph(neuron.reading ?? '', 'soft'),
  ];
}

function network({ summary, network: picture }: Overview): string[] {
  return [
    figure(picture),
    table(
      `${formatCount(summary.parameters)} parameters, ${formatCount(summary.multiplyAdds)} multiply-adds a row`,
      ['layer', 'what it is', 'input', 'output', 'parameters'],
      summary.layers.map(({ name, about, input, output, parameters }) => [
        name,
        about,
        input.join(' × '),
        output.join(' × '),
        formatCount(parameters),
      ]),
    ),
  ];
}

function made({ card, report, plan }: Overview): string[] {
  const { environment, options } = report;
  const custom = typeof plan?.options.model === 'object' ? code(JSON.stringify(plan.options.model, null, 1)) : '';
  return [
    code(plan ? commandOf(plan) : `hillock train ${report.source} --target ${report.target} --seed ${report.seed}`),
    custom && paragraph('with this network.json:', 'soft') + custom,
    facts([
      ['model', `${card.model.file}, ${formatBytes(card.model.bytes)}`],
      ['SHA-256', card.model.sha256],
      ['trained', `${report.created}, Hillock ${report.hillock}`],
      ['epochs', `${report.epochs}, the best ${report.bestEpoch}; ended by ${report.stopped}`],
      [
        'optimiser',
        `${options.optimizer}, learning rate ${formatNumber(options.learningRate, 4)} (${options.schedule}), ${formatCount(options.batch)} rows a step`,
      ],
      ['seed', String(report.seed)],
      [
        'took',
        `${formatDuration(report.seconds)} on ${environment.processor}, ${environment.cores} cores (${report.device})`,
      ],
    ]),
  ];
}

/** The whole page. */
export function page(found: Overview): string {
  const { card, report, health, importanceFigure, importance, without } = found;
  const title = `${card.name}: predicts ${report.target}`;
  const sections = [
    section('scores', 'How good it is', scores(found)),
    section('answers', report.forecast ? 'Forecast' : 'What it answers', found.answers.map(figure)),
    mistakes(found),
    section('importance', 'What it leans on', [
      importanceFigure ? figure(importanceFigure) : '',
      importance ? paragraph(importance.note, 'soft') : '',
    ]),
    section('learning', 'How it learned', found.learning.map(figure)),
    section('network', 'The network', network(found)),
    section('worked', 'One answer worked out', worked(found)),
    section('health', 'The state of its neurons', [
      health ? list(health.layers.map(({ summary }) => summary)) : '',
      health ? paragraph(`Over ${formatCount(health.rows)} rows.`, 'soft') : '',
    ]),
    section('data', 'Data and split', dataPart(found)),
    section('limits', 'Limits', [list(card.limits.map(text => text.replaceAll('*', '')))]),
    section('made', 'Make it again', made(found)),
    section('without', 'What is not shown', [list(without)]),
  ];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<title>${escaped(title)}</title>
<style>${style}</style>
</head>
<body>
<header>
<h1>${escaped(title)}</h1>
<p class="lead">${escaped(leadOf(found))}</p>
</header>
<main>
${sections.filter(text => text !== '').join('\n')}
</main>
<footer>Written by Hillock ${escaped(version)} on ${escaped(new Date().toISOString())} from ${escaped(found.run)}.</footer>
</body>
</html>
`;
}
