/** How a training went, epoch by epoch. */
import type { Curve, Figure } from '../../draw/index.ts';
import { formatNumber, formatScore } from '../../format.ts';
import type { Report } from '../../job/index.ts';
import { type EpochRecord, metricNamed } from '../../train/index.ts';

type Known = Pick<Report, 'task' | 'bestEpoch' | 'options'>;

const epochs = { label: 'epoch' };

const line = (
  label: string,
  history: readonly EpochRecord[],
  of: (record: EpochRecord) => number | undefined,
): Curve => ({
  label,
  points: history.map(record => [record.epoch, of(record) ?? Number.NaN]),
});

/** The loss, and the score of the validation part that chose the best epoch; none where nothing was recorded. */
export function learningFigures(
  history: readonly EpochRecord[],
  { task, bestEpoch, options }: Known,
): readonly Figure[] {
  const [first, last] = [history[0], history.at(-1)];
  if (!first || !last) return [];
  const classes = task === 'binary' || task === 'multiclass';
  const best = history.find(({ epoch }) => epoch === bestEpoch);
  const comparable = classes && history.some(({ validation }) => validation.logloss !== undefined);
  const curves = [
    line('training', history, ({ loss }) => loss),
    ...(comparable ? [{ ...line('validation', history, ({ validation }) => validation.logloss), dashed: true }] : []),
  ];
  const loss: Figure = {
    kind: 'curves',
    id: 'loss',
    title: 'Loss',
    says: `The training loss went from ${formatNumber(first.loss, 3)} to ${formatNumber(last.loss, 3)} in ${history.length} epochs.`,
    height: 260,
    model: {
      caption: 'Loss of each epoch',
      x: epochs,
      y: { label: classes ? 'cross-entropy' : 'loss' },
      curves,
      marks:
        comparable && best?.validation.logloss !== undefined
          ? [{ x: bestEpoch, y: best.validation.logloss, label: 'best epoch' }]
          : [],
    },
  };
  const { monitor } = options;
  const value = best?.validation[monitor];
  if (value === undefined || (comparable && monitor === 'logloss')) return [loss];
  const way = metricNamed(monitor)?.better === 'lower' ? 'lower' : 'higher';
  return [
    loss,
    {
      kind: 'curves',
      id: 'validation',
      title: `Validation ${monitor}`,
      says: `Best at epoch ${bestEpoch}: ${formatScore(monitor, value)} (${way} is better).`,
      height: 260,
      model: {
        caption: `${monitor} on the validation part after each epoch`,
        x: epochs,
        y: { label: monitor },
        curves: [{ ...line(monitor, history, ({ validation }) => validation[monitor]), index: 1, dashed: true }],
        marks: [{ x: bestEpoch, y: value, label: 'best epoch' }],
      },
    },
  ];
}
