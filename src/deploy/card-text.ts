/** The model card as Markdown. */

import type { CardContent, CardMetric } from './card.ts';
import type { Scored } from './gate.ts';

/** A text from the data in the midst of Markdown: on one line, and never markup. */
export const plain = (text: string): string =>
  text
    .replace(/\p{Cc}+/gu, ' ')
    .slice(0, 500)
    .replace(/[\\`*_{}[\]<>#|~]/g, letter => `\\${letter}`);

const number = (value: number | null | undefined): string =>
  value === null || value === undefined || !Number.isFinite(value) ? '–' : String(Number(value.toPrecision(4)));

const range = ({ interval }: Pick<Scored, 'interval'>): string =>
  interval ? `${number(interval.low)} … ${number(interval.high)}` : 'not known';

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map((_, i) => (i === 0 ? '---' : '---:')), ...rows].map(row => `| ${row.join(' | ')} |`).join('\n');

const list = (items: readonly string[]): string => items.map(item => `- ${item}`).join('\n');

const mostShown = 200;

function howGood({ metrics, methods, trivial, part, data, confidence, classScores }: CardContent): string {
  const linear = metrics.some(metric => metric.linear !== null);
  const row = (metric: CardMetric): string[] => [
    `${metric.metric} (${metric.better} is better)`,
    number(metric.value),
    range(metric),
    number(metric.trivial),
    ...(linear ? [number(metric.linear)] : []),
  ];
  const percent = `${confidence * 100} %`;
  const used = Object.entries(methods).filter(([name]) => metrics.some(({ interval }) => interval?.method === name));
  const shares = classScores?.slice(0, mostShown).map(({ label, rows, recall, precision }) => {
    const told = (share: typeof recall): string => (share ? `${number(share.value)} (${range(share)})` : '–');
    return [plain(label), String(rows), told(recall), told(precision)];
  });
  return [
    `On the ${part} part, ${data.rows[part]} rows; *from … to* with ${percent} confidence.`,
    table(['score', 'value', 'from … to', plain(trivial), ...(linear ? ['linear model'] : [])], metrics.map(row)),
    list(metrics.map(({ metric, about }) => `**${metric}**: ${plain(about)}`)),
    ...(shares ? [table(['class', 'rows', 'found (recall)', 'right when said (precision)'], shares)] : []),
    list(used.map(([name, how]) => `*from … to*, ${name}: ${how}.`)),
  ].join('\n\n');
}

function errorsOf({ residuals, part }: CardContent): string[] {
  if (!residuals) return [];
  const [low, , , , high] = residuals.quantiles;
  return [
    `Nine of ten predictions of the ${part} part were off (prediction − truth) by ${number(low)} … ${number(high)}.`,
    table(
      ['true values', 'rows', 'mean truth', 'mean prediction', 'mean absolute error'],
      residuals.groups.map(({ from, to, rows, truth, predicted, mae }) => [
        `${number(from)} … ${number(to)}`,
        String(rows),
        number(truth),
        number(predicted),
        number(mae),
      ]),
    ),
  ];
}

function forecastOf({ forecast, metrics }: CardContent): string[] {
  if (!forecast) return [];
  const names = metrics.map(({ metric }) => metric);
  const { horizon, window, step, series, fixed } = forecast;
  return [
    `${horizon} steps ahead (a step is a ${plain(step)}) from the last ${window} of ${series} series, from every origin in the test part; beside it on the same steps:`,
    table(
      ['', ...names],
      Object.entries(forecast.baselines).map(([name, scores]) => [
        plain(name),
        ...names.map(metric => number(scores[metric])),
      ]),
    ),
    ...(fixed
      ? [
          `The whole test part, ${fixed.steps} steps, forecast from its beginning: ${names.map(name => `${name} ${number(fixed.scores[name])}`).join(', ')}.`,
        ]
      : []),
    ...forecast.coverage.map(
      ({ level, share }) =>
        `Of intervals that should hold ${number(level * 100)} % of the true values, ${share === null ? 'nothing is known' : `${number(share * 100)} % were held`}.`,
    ),
  ];
}

function trained({ training, data, model }: CardContent): string {
  const { rows, source, testSource, fingerprint, split, columns } = data;
  const left = columns.filter(({ role }) => role === 'ignored');
  return list([
    `Data: ${plain(source)} (fingerprint ${fingerprint || 'not known'})${testSource === null ? '' : `, tested on ${plain(testSource)}`}`,
    `Rows: ${rows.train} to learn from, ${rows.validation} to choose the epoch, ${rows.test} to test`,
    `Split: ${plain(split)}`,
    ...(left.length > 0
      ? [
          `Left out: ${left
            .slice(0, mostShown)
            .map(one => `${plain(one.column)} (${plain(one.reason)})`)
            .join(', ')}`,
        ]
      : []),
    `Network: ${training.network.layers.map(({ kind }) => kind).join(' → ')}, ${model.parameters} parameters`,
    `Training: ${training.epochs} epochs (best: ${training.bestEpoch}), ${training.options.optimizer}, learning rate ${number(training.options.learningRate)}, seed ${training.seed}, ${number(training.seconds)} s on ${plain(training.environment.processor)}`,
  ]);
}

function conditions({ gate }: CardContent): string {
  return list(
    gate.judgements.map(
      judged =>
        `${judged.metric} ${judged.sign} ${judged.level}: ${number(judged.value)} (${range(judged)}) on the ${gate.part} part, ${judged.holds ? 'holds' : 'does not hold'}`,
    ),
  );
}

export function cardText(card: CardContent): string {
  const inputs = card.inputs.slice(0, mostShown).map(({ name, about }) => `**${plain(name)}**: ${plain(about)}`);
  const sections: readonly (readonly [string, readonly string[]])[] = [
    [`${plain(card.name)}: predicts ${plain(card.target)}`, [about(card)]],
    ['How good it is', [howGood(card), ...errorsOf(card), ...forecastOf(card)]],
    ['Conditions it was deployed on', [conditions(card)]],
    ['Limits', [list(card.limits.map(plainProse))]],
    ['What it takes', [list(inputs)]],
    ['How it was made', [trained(card)]],
  ];
  return sections
    .map(([title, parts], i) => [`${i === 0 ? '#' : '##'} ${title}`, ...parts].join('\n\n'))
    .join('\n\n')
    .concat('\n');
}

/** Our own sentences may emphasise; what they quote from the data may not. */
const plainProse = (text: string): string =>
  text.replace(/\p{Cc}+/gu, ' ').replace(/[<>[\]`|]/g, letter => `\\${letter}`);

function about({ task, classes, model, created, hillock }: CardContent): string {
  const what =
    classes === null
      ? task === 'forecast'
        ? 'The next values of a series.'
        : 'A number.'
      : `One of ${classes.length} classes: ${classes.slice(0, 50).map(plain).join(', ')}${classes.length > 50 ? ', …' : ''}.`;
  return [
    what,
    list([
      `File: ${model.file}, ${model.bytes} bytes`,
      `SHA-256: ${model.sha256}`,
      `Trained ${model.created}, deployed ${created}, Hillock ${hillock}`,
    ]),
  ].join('\n\n');
}
