import { barsHeight, binned, type Figure, formatPercent } from '../../draw/index.ts';
import type { Dependence, Firing } from '../../explain/index.ts';

const bins = 24;
const mostRows = 30;

/** How the pre-activation of a neuron lies over rows. */
export const firingFigure = ({ layer, neuron, z, negative }: Firing): Figure => ({
  kind: 'histogram',
  id: `z-${layer}-${neuron}`,
  title: 'z over many rows',
  says: `z is below 0 for ${formatPercent(negative)} of ${z.length} rows.`,
  height: 190,
  model: {
    caption: `z of neuron ${neuron} of ${layer}`,
    x: { label: 'z' },
    counted: 'rows',
    ...binned(z, bins),
    at: 0,
  },
});

/** The mean answer at each value of a column, over the answers of single rows. */
export function dependenceFigure({ column, values, kind, mean, rows }: Dependence, answer: string): Figure {
  const shared = {
    id: `dependence-${column}`,
    title: `${answer} by ${column}`,
    says: `${rows.length} rows, each with ${column} set to every value: the thick line is their mean${kind === 'numbers' ? `, faint lines are ${Math.min(mostRows, rows.length)} single rows` : ''}. It tells of the model, not of causes.`,
  };
  if (kind === 'words') {
    const spread = (i: number): number =>
      Math.sqrt(rows.reduce((sum, row) => sum + (row[i]! - mean[i]!) ** 2, 0) / Math.max(1, rows.length - 1));
    const bars = values.map((value, i) => ({ label: String(value), value: mean[i]!, error: spread(i) }));
    const model = { caption: `${answer} by ${column}`, measure: answer, bars };
    return { ...shared, kind: 'bars', height: barsHeight(model), model };
  }
  const line = (numbers: readonly number[]) => numbers.map((value, i) => [values[i] as number, value] as const);
  return {
    ...shared,
    kind: 'curves',
    height: 300,
    model: {
      caption: `${answer} by ${column}`,
      x: { label: column },
      y: { label: answer },
      curves: [
        ...rows.slice(0, mostRows).map(row => ({ label: '', points: line(row), index: 0, faint: true })),
        { label: 'mean', points: line(mean), index: 1, marks: true },
      ],
    },
  };
}
