/** What a model answered on the rows it is judged by, beside what is true. */
import { binned, type Figure } from '../../draw/index.ts';
import { formatCount, formatNumber, formatPercent } from '../../format.ts';
import type { Things } from '../../job/index.ts';
import {
  type AtThreshold,
  type CalibrationBin,
  calibration,
  calibrationError,
  type Scored,
  thresholds,
} from '../../train/index.ts';

const mostPoints = 1500;

/** How often each class was taken for which. */
export function confusionFigure(
  classes: readonly string[],
  counts: readonly (readonly number[])[],
  part: string,
  things: Things,
): Figure {
  const all = counts.flat().reduce((sum, count) => sum + count, 0);
  const right = counts.reduce((sum, row, i) => sum + row[i]!, 0);
  return {
    kind: 'confusion',
    id: 'confusion',
    title: 'Confusion matrix',
    says: `${formatCount(right)} of ${formatCount(all)} ${things} of the ${part} part are right; each line is a true class, each column what was said.`,
    height: Math.min(640, Math.max(200, classes.length * 40 + 60)),
    model: { caption: `Truth and prediction on the ${part} part`, labels: classes, counts },
  };
}

/** Points evenly thinned. */
const thinned = <T>(all: readonly T[]): readonly T[] => {
  const step = Math.max(1, Math.ceil(all.length / mostPoints));
  return step === 1 ? all : all.filter((_, i) => i % step === 0);
};

/** Predicted beside true numbers, and how far they are off. */
export function numberFigures({ predictions, truths }: Scored, target: string, part: string): readonly Figure[] {
  const points = Array.from(truths, (truth, row): readonly [number, number] => [truth, predictions[row]!]);
  const errors = Float64Array.from(truths, (truth, row) => predictions[row]! - truth);
  const sorted = errors.toSorted();
  const middle = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  const shown = thinned(points);
  const thin = shown.length < points.length ? ` (${formatCount(shown.length)} of them shown)` : '';
  return [
    {
      kind: 'scatter',
      id: 'predicted',
      title: 'Predicted and true',
      says: `${formatCount(points.length)} rows of the ${part} part${thin}; on the dashed line a prediction is true.`,
      height: 360,
      model: {
        caption: `Truth and prediction of rows of the ${part} part`,
        x: { label: `true ${target}` },
        y: { label: `predicted ${target}` },
        groups: [{ label: part, points: shown }],
        diagonal: true,
        radius: 3,
      },
    },
    {
      kind: 'histogram',
      id: 'residuals',
      title: 'Errors',
      says: `Prediction − truth; half of the rows lie above ${formatNumber(middle, 3)}.`,
      height: 240,
      model: {
        caption: `Errors of the ${part} part`,
        x: { label: 'prediction − truth' },
        counted: 'rows',
        ...binned(errors, 31),
        at: 0,
      },
    },
  ];
}

/** The second class against the first, or one class against all others. */
export interface OneClass {
  readonly label: string;
  readonly points: readonly AtThreshold[];
  readonly bins: readonly CalibrationBin[];
  readonly positives: number;
  readonly negatives: number;
}

/** What the probability of a class tells. */
export function oneClass(
  { predictions, truths, outputs }: Scored,
  classes: readonly string[],
  chosen: number,
): OneClass {
  const column = outputs === 1 ? 0 : chosen;
  const turned = outputs === 1 && chosen === 0;
  const said = Float64Array.from(truths, (_, row) => {
    const probability = predictions[row * outputs + column]!;
    return turned ? 1 - probability : probability;
  });
  const positive = (row: number): boolean => truths[row] === chosen;
  const points = thresholds(said, positive);
  const { truePositives, falsePositives } = points.at(-1)!;
  return {
    label: classes[chosen]!,
    points,
    bins: calibration(said, positive),
    positives: truePositives,
    negatives: falsePositives,
  };
}

/** ROC and precision over recall; none where all rows are of one class. */
export function thresholdFigures({ label, points, positives, negatives }: OneClass): readonly Figure[] {
  if (positives === 0 || negatives === 0) return [];
  const roc = points.map(({ truePositives, falsePositives }): readonly [number, number] => [
    falsePositives / negatives,
    truePositives / positives,
  ]);
  const precision = points.flatMap(({ truePositives, falsePositives }): (readonly [number, number])[] =>
    truePositives + falsePositives === 0
      ? []
      : [[truePositives / positives, truePositives / (truePositives + falsePositives)]],
  );
  const share = [0, 1] as const;
  return [
    {
      kind: 'curves',
      id: 'roc',
      title: `ROC of ${label}`,
      says: `How many of the ${formatCount(positives)} rows of ${label} are found for how many false alarms; the dashed line is guessing.`,
      height: 320,
      model: {
        caption: `ROC of ${label}`,
        x: { label: 'false positive rate', range: share },
        y: { label: 'true positive rate (recall)', range: share },
        curves: [{ label: 'ROC', points: roc }],
        diagonal: true,
      },
    },
    {
      kind: 'curves',
      id: 'precision-recall',
      title: `Precision and recall of ${label}`,
      says: `How many of those called ${label} are, for how many of them found; ${formatPercent(positives / (positives + negatives))} of all rows are.`,
      height: 320,
      model: {
        caption: `Precision over recall of ${label}`,
        x: { label: 'recall', range: share },
        y: { label: 'precision', range: share },
        curves: [{ label: 'precision', points: precision, index: 2 }],
      },
    },
  ];
}

/** Whether probabilities come true as often as they say. */
export function calibrationFigure({ label, bins }: OneClass): Figure {
  return {
    kind: 'curves',
    id: 'calibration',
    title: `Calibration of ${label}`,
    says: `Probability said and how often it came true are ${formatNumber(calibrationError(bins), 2)} apart on average; on the dashed line they agree.`,
    height: 320,
    model: {
      caption: `Calibration of ${label}`,
      x: { label: `probability of ${label}`, range: [0, 1] },
      y: { label: 'share that came true', range: [0, 1] },
      curves: [
        {
          label: 'came true',
          points: bins.map(({ predicted, observed }) => [predicted, observed]),
          index: 2,
          marks: true,
        },
      ],
      diagonal: true,
    },
  };
}
