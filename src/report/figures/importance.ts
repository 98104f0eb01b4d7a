import { barsHeight, type Figure } from '../../draw/index.ts';
import type { Importance } from '../../explain/index.ts';

const mostShown = 25;

/** How much the predictions lean on each column. */
export function importanceFigure({ columns, metric, rows, repeats }: Importance): Figure {
  const bars = columns.slice(0, mostShown).map(({ column, mean, sd }) => ({ label: column, value: mean, error: sd }));
  const model = {
    caption: 'Permutation importance',
    measure: `${metric} lost when the column is shuffled`,
    bars,
  };
  const [most] = columns;
  const left = columns.length > mostShown ? `, the first ${mostShown} of ${columns.length}` : '';
  return {
    kind: 'bars',
    id: 'importance',
    title: 'Importance of the columns',
    says: `${most ? `${most.column} matters most` : 'There are no columns'}${left}; ${repeats} shuffles over ${rows} rows each, whiskers are ± one standard deviation.`,
    height: barsHeight(model),
    model,
  };
}
