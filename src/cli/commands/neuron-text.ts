import { formatNumber } from '../../format.ts';
import { activation, type Firing, type LearningStep, type Neuron } from '../../neuron/index.ts';
import { linePlot } from '../plot.ts';
import { type Row, table } from '../table.ts';
import type { Terminal } from '../terminal.ts';

/** What the decision threshold says of each row; both are missing where the output is unbounded. */
export interface Verdicts {
  readonly threshold: number | undefined;
  readonly classes: readonly (string | undefined)[];
  /** The two classes, the one above the threshold last. */
  readonly names?: readonly string[] | undefined;
}

/** The worked calculation of one row: products, sum, bias, z, ŷ and class. */
export function workedText(neuron: Neuron, { terms, sum, bias, z, y }: Firing, verdicts: Verdicts): string {
  const { title, formula } = activation(neuron.activation);
  const rows: Row[] = [
    ...terms.map(({ x, w, product }, i) => [`x${i + 1}`, x, w, product]),
    'rule',
    ['sum', null, null, sum],
    ['bias', null, null, bias ?? 'none'],
    'rule',
    ['z', null, null, z],
  ];
  const worked = table(
    [
      { header: '' },
      { header: 'input x', align: 'decimal' },
      { header: 'weight w', align: 'decimal' },
      { header: 'product x·w', align: 'decimal' },
    ],
    rows,
  );
  const lines = [
    worked,
    '',
    `z = ${formatNumber(z)}  (pre-activation: ${bias === undefined ? 'the sum, no bias' : 'sum + bias'})`,
    `ŷ = ${formatNumber(y, 4)}  (post-activation: ${title}(z) = ${formula})`,
  ];
  const verdict = verdictText(y, verdicts);
  return [...lines, ...(verdict ? [verdict] : [])].join('\n');
}

/** A matrix of rows: the inputs, z, ŷ and class of each. */
export function matrixText(neuron: Neuron, fired: readonly Firing[], { threshold, classes }: Verdicts): string {
  const columns = [
    'row',
    ...neuron.weights.map((_, i) => ({ header: `x${i + 1}`, align: 'decimal' as const })),
    { header: 'z', align: 'decimal' as const },
    { header: 'ŷ', align: 'decimal' as const },
    ...(threshold === undefined ? [] : ['class']),
  ];
  const rows = fired.map(({ terms, z, y }, i) => [i + 1, ...terms.map(term => term.x), z, y, classes[i]]);
  const bias = neuron.bias === undefined ? 'no bias' : `bias ${formatNumber(neuron.bias)}`;
  const weights = neuron.weights.map(w => formatNumber(w)).join(', ');
  return `${activation(neuron.activation).title} neuron, weights ${weights}, ${bias}\n\n${table(columns, rows)}`;
}

/** The activation function around z with the neuron's point on it. */
export function activationPlot(neuron: Neuron, { z, y }: Firing, terminal: Terminal): string {
  const { output, title, range } = activation(neuron.activation);
  const reach = Math.max(6, Math.abs(z) * 1.25);
  const width = Math.min(60, terminal.columns - 16);
  const points = Array.from({ length: width * 8 + 1 }, (_, i): [number, number] => {
    const at = -reach + (2 * reach * i) / (width * 8);
    return [at, output(at)];
  });
  const bounded = range.every(Number.isFinite) ? { y: range } : {};
  const label = `(${formatNumber(z, 5)}, ${formatNumber(y, 4)})`;
  return linePlot(
    {
      series: [{ points }],
      mark: { x: z, y, label },
      title: `ŷ = ${title}(z)`,
      xLabel: 'z',
      width,
      height: 12,
      ...bounded,
    },
    terminal,
  );
}

/** One learning step written out: the error, the gradient of each parameter, and the parameters before and after. */
export function learningText(neuron: Neuron, step: LearningStep): string {
  const perceptron = activation(neuron.activation).derivative === null;
  const { target, error, loss, delta, gradients, before, after } = step;
  const named = [...before.weights.keys()].map(i => [
    `w${i + 1}`,
    before.weights[i],
    gradients.weights[i],
    after.weights[i],
  ]);
  const rows: Row[] = before.bias === undefined ? named : [...named, ['b', before.bias, gradients.bias, after.bias]];
  const columns = ['before', 'gradient', 'after'].map(header => ({ header, align: 'decimal' as const }));
  return [
    `One learning step towards ${formatNumber(target)} (${perceptron ? 'perceptron rule' : 'gradient descent'})`,
    `error = target − ŷ = ${formatNumber(error)}, loss = ${formatNumber(loss)}, ${perceptron ? 'ŷ − target' : 'dL/dz'} = ${formatNumber(delta)}`,
    '',
    table([{ header: '' }, ...columns], rows),
  ].join('\n');
}

function verdictText(y: number, { threshold, classes: [name], names }: Verdicts): string | undefined {
  if (threshold === undefined || name === undefined) return undefined;
  const above = y > threshold;
  const other = names?.[above ? 0 : 1];
  const rest = other === undefined ? '' : `, else ${other}`;
  return `class ${name}  (ŷ ${above ? 'above' : 'not above'} the threshold ${formatNumber(threshold)}${rest})`;
}
