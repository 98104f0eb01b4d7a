import { formatBytes, formatCount, formatNumber, formatPercent } from '../../format.ts';
import type { InspectedModel, InspectedRow, RowImage } from '../../job/inspect.ts';
import type { Cost } from '../../nn/index.ts';
import { bars } from '../bars.ts';
import { pairs, type Row, table } from '../table.ts';
import { styled, type Terminal } from '../terminal.ts';
import { pictureText } from './inspect-picture.ts';

/** How a text is laid out. */
export interface Look {
  /** Show every line of long tables. */
  readonly all: boolean;
  readonly terminal: Terminal;
}

const fewColumns = 30;

/** A title in bold where there is colour. */
export const heading = (text: string, { terminal }: Look): string => styled(text, 'bold', terminal);
const section = (title: string, body: string, look: Look): string => `${heading(title, look)}\n${body}`;

/** The overview of a run. */
export function modelText(found: InspectedModel, look: Look): string {
  const sections = [
    introduction(found, look),
    ...(found.columns.length > 0 ? [section('Columns', columnsText(found, look), look)] : []),
    section('Layers', layersText(found, look), look),
    ...(found.metrics ? [section('Metrics', metricsText(found, look), look)] : []),
    ...(found.health
      ? [
          section(
            `Health over ${formatCount(found.health.rows)} rows${found.seen ? ', training rows among them' : ''}`,
            healthText(found, look),
            look,
          ),
        ]
      : []),
    ...(found.importance ? [importanceText(found, look)] : []),
    ...(found.without ? [found.without] : []),
    nextText(found, look),
  ];
  return sections.join('\n\n');
}

function introduction(found: InspectedModel, look: Look): string {
  const { task, target, classes, image, series, members, run, created, hillock, source } = found;
  const kinds = { binary: 'yes-or-no classification', multiclass: 'classification', regression: 'regression' };
  const what = kinds[task as keyof typeof kinds] ?? task;
  const named = classes && classes.length > 12 ? [...classes.slice(0, 12), `… (${classes.length})`] : classes;
  const outer = found.layers.filter(({ depth }) => depth === 0).length;
  const single = `a network of ${outer} layers, ${formatCount(found.parameters)} parameters`;
  return [
    heading(run, look),
    pairs([
      ['predicts', `${target}${named ? `: ${named.join(', ')}` : ''} (${what})`],
      [
        'from',
        image ? `images of ${image.join(' × ')}` : series ? seriesText(series) : `${found.columns.length} columns`,
      ],
      [
        'is',
        members > 1
          ? `${members} networks side by side, their predictions averaged, ${formatCount(found.parameters)} parameters in all`
          : single,
      ],
      ['trained on', source ?? 'not known'],
      ['made', `${created.slice(0, 19).replace('T', ' ')} by hillock ${hillock}`],
    ]),
    ...(found.collapse ? ['', found.collapse] : []),
  ].join('\n');
}

const seriesText = ({ window, horizon, features }: NonNullable<InspectedModel['series']>): string =>
  [
    `its last ${window} ${window === 1 ? 'step' : 'steps'}, ${horizon} ahead`,
    ...(features.length > 0 ? [`beside ${features.join(', ')}`] : []),
  ].join('; ');

function columnsText({ columns, leftOut }: InspectedModel, look: Look): string {
  const shown = look.all ? columns : columns.slice(0, fewColumns);
  const rows: Row[] = shown.map(({ column, type, becomes, inputs }) => [column, type, inputs.length, becomes]);
  const lines = [
    table(
      [{ header: 'column', max: 32, wrap: 12 }, 'type', 'inputs', { header: 'becomes', max: 76, wrap: 20 }],
      rows,
      look.terminal,
    ),
    ...more(columns.length - shown.length, 'column'),
  ];
  if (leftOut.length > 0) {
    const told = leftOut.map(({ column, role, reason }) => `${column} (${role}: ${reason})`);
    lines.push(`left out: ${told.join('; ')}`);
  }
  return lines.join('\n');
}

/** The line that says how much is not shown. */
export const more = (count: number, one: string, many = `${one}s`): readonly string[] =>
  count > 0 ? [`… and ${count} more ${count === 1 ? one : many} (--all shows them)`] : [];

function layersText(found: InspectedModel, look: Look): string {
  const { layers, members } = found;
  const figures = (cost: Cost) => [
    formatCount(cost.parameters),
    formatCount(cost.flops),
    formatBytes(cost.bytes),
    formatBytes(cost.activationBytes),
  ];
  const rows: Row[] = layers.map(layer => [
    layer.position,
    `${'  '.repeat(layer.depth)}${layer.name}`,
    layer.activation ?? '',
    `${layer.input.join(' × ')} → ${layer.output.join(' × ')}`,
    ...figures(layer),
  ]);
  const right = (header: string) => ({ header, align: 'right' as const });
  const columns = [
    '#',
    'layer',
    'activation',
    'in → out',
    right('parameters'),
    { ...right('FLOPs a row'), drop: 3 },
    { ...right('parameter bytes'), drop: 2 },
    { ...right('activation bytes'), drop: 1 },
  ];
  const total: Row = ['', 'in all', '', '', ...figures(found)];
  const notes = [
    ...(layers.some(({ depth }) => depth > 0) ? ['the figures of a layer include those of the layers inside it'] : []),
    ...(members > 1 ? [`shapes are of one of the ${members} members, the other figures of all together`] : []),
  ];
  return [table(columns, [...rows, 'rule', total], look.terminal), ...notes].join('\n');
}

function metricsText({ metrics, baseline, rows }: InspectedModel, look: Look): string {
  const counts: Readonly<Record<string, number>> | null = rows;
  const lines = Object.entries(metrics ?? {}).filter(([, scores]) => Object.keys(scores).length > 0);
  const compared = baseline
    ? [
        [`baseline: ${baseline.name}`, baseline.trivial] as const,
        ...(baseline.linear ? [['linear model', baseline.linear] as const] : []),
      ]
    : [];
  const names = [...new Set([...lines, ...compared].flatMap(([, scores]) => Object.keys(scores)))];
  const row = ([label, scores]: readonly [string, Readonly<Record<string, number | null>>]): Row => [
    label,
    counts?.[label] === undefined ? '' : formatCount(counts[label]),
    ...names.map(name => (scores[name] === undefined ? null : Number(formatNumber(scores[name], 4)))),
  ];
  const rule: Row[] = compared.length > 0 ? ['rule'] : [];
  const columns = [
    { header: 'part', wrap: 14 },
    { header: 'rows', align: 'right' as const },
    ...names.map(header => ({ header, align: 'decimal' as const })),
  ];
  return table(columns, [...lines.map(row), ...rule, ...compared.map(row)], look.terminal);
}

function healthText({ health, members }: InspectedModel, look: Look): string {
  const rows: Row[] = health!.layers.map(({ layer, activation, neurons, zero, largest }) => {
    const count = (state: string) => neurons.filter(neuron => neuron.state === state).length;
    const top = largest[0];
    const of = members > 1 && top ? ` of member ${top.member}` : '';
    const heaviest = top ? `${formatNumber(top.weight, 3)}  ${top.input} → ${top.neuron}${of}` : '';
    return [
      layer,
      activation,
      neurons.length,
      count('dead'),
      count('saturated'),
      count('constant'),
      formatPercent(zero),
      heaviest,
    ];
  });
  const columns = [
    'layer',
    'activation',
    'neurons',
    'dead',
    'saturated',
    'constant',
    { header: 'ŷ = 0', align: 'right' as const },
    { header: 'largest weight', max: 48, wrap: 16, drop: 1 },
  ];
  return [table(columns, rows, look.terminal), ...health!.layers.map(({ summary }) => summary)].join('\n');
}

function importanceText({ importance, seen }: InspectedModel, look: Look): string {
  const { metric, baseline, rows, repeats, columns, note } = importance!;
  const shown = look.all ? columns : columns.slice(0, fewColumns);
  const digits = (value: number) => value.toFixed(4);
  const drawn = bars(
    shown.map(({ column, mean, sd }) => ({ label: column, value: mean, text: `${digits(mean)} ± ${digits(sd)}` })),
    look.terminal,
    Math.max(10, Math.min(36, look.terminal.columns - 54)),
  );
  return [
    heading('Importance of the columns', look),
    `how much ${metric} gets worse (from ${formatNumber(baseline, 4)}) when a column is shuffled among ${formatCount(rows)} rows, ${repeats} times${seen ? '; training rows are among them' : ''}`,
    drawn,
    ...more(columns.length - shown.length, 'column'),
    note.replaceAll('. ', '.\n'),
  ].join('\n');
}

function nextText({ run, layers }: InspectedModel, look: Look): string {
  const first = layers.find(({ name }) => name.startsWith('dense'));
  const lines = [`hillock inspect ${run} --row 1`];
  if (first) lines.push(`hillock inspect ${run} --row 1 --layer ${first.name} --neuron 1`);
  return section('Look further', lines.join('\n'), look);
}

/** One row: the answer, what is true, and what each cell became. */
export function rowText(found: InspectedRow, image: RowImage, look: Look): string {
  const { row, source, target, value, truth, probabilities, cells, window, notes } = found;
  const said = typeof value === 'number' ? formatNumber(value) : value;
  if (window) return windowText(found, window, look);
  const parts = [
    heading(`row ${row} of ${source}`, look),
    pairs([
      ['predicted', `${target} = ${said}`],
      [
        'in the data',
        truth === null ? 'not given' : `${target} = ${typeof truth === 'number' ? formatNumber(truth) : truth}`,
      ],
    ]),
  ];
  if (probabilities) {
    const shown = probabilities.slice(0, look.all ? probabilities.length : 10);
    parts.push(
      [
        bars(
          shown.map(({ class: label, probability }) => ({
            label,
            value: probability,
            text: formatPercent(probability),
          })),
          look.terminal,
          30,
        ),
        ...more(probabilities.length - shown.length, 'class', 'classes'),
      ].join('\n'),
    );
  }
  if (image) parts.push(pictureText(image.images, image.index, look.terminal));
  if (cells.length > 0) parts.push(cellsText(cells, look));
  if (notes.length > 0) parts.push(notes.map(({ message }) => message).join('\n'));
  return parts.join('\n\n');
}

/** A window of a series: every step ahead of it beside what came. */
function windowText(
  { row, source, target }: InspectedRow,
  { series, end, steps }: NonNullable<InspectedRow['window']>,
  look: Look,
): string {
  const shown = look.all ? steps : steps.slice(0, fewColumns);
  const rows: Row[] = shown.map(({ time, forecast, truth }) => [
    time,
    Number(formatNumber(forecast, 5)),
    truth === null ? null : Number(formatNumber(truth, 5)),
  ]);
  const right = (header: string) => ({ header, align: 'decimal' as const });
  return [
    heading(`window ${row} of ${source}${series === '' ? '' : `, ${series}`}, up to ${end}`, look),
    [
      table(['time', right(`${target}, forecast`), right('in the data')], rows, look.terminal),
      ...more(steps.length - shown.length, 'step'),
    ].join('\n'),
  ].join('\n\n');
}

function cellsText(cells: InspectedRow['cells'], look: Look): string {
  const shown = look.all ? cells : cells.slice(0, 4 * fewColumns);
  const rows: Row[] = shown.map(({ column, value, inputs }) => {
    const live = inputs.filter(input => input.value !== 0 || input.name === column);
    const told = live.map(({ name, value: x }) =>
      name === column ? formatNumber(x, 4) : `${name}: ${formatNumber(x, 4)}`,
    );
    return [
      column,
      value === null ? 'missing' : typeof value === 'number' ? formatNumber(value) : value,
      told.join(', ') || '0',
    ];
  });
  const columns = [
    { header: 'column', max: 32 },
    { header: 'cell', max: 32 },
    { header: 'what the network sees', max: 72 },
  ];
  return [table(columns, rows), ...more(cells.length - shown.length, 'column')].join('\n');
}
