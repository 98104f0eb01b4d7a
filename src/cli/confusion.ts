import { formatCount, formatPercent } from '../format.ts';
import { table } from './table.ts';
import { styled, type Terminal } from './terminal.ts';
import { displayWidth, padLeft, padRight, singleLine, truncate } from './width.ts';

/** A confusion matrix: `counts[actual][predicted]`, the classes in the order of `labels`. */
export interface Confusion {
  readonly labels: readonly string[];
  readonly counts: readonly (readonly number[])[];
}

type Look = Pick<Terminal, 'unicode' | 'colour' | 'columns'>;

const labelWidth = 16;

/**
 * A confusion matrix with each cell shaded by its share of the row, recall beside and precision below;
 * the most frequent mistakes instead, where the classes are too many for the terminal.
 */
export function confusionMatrix(confusion: Confusion, look: Look): string {
  const labels = confusion.labels.map(label => truncate(singleLine(label), labelWidth));
  const cells = confusion.counts.map(row => row.map(formatCount));
  const widths = labels.map((label, c) =>
    Math.max(displayWidth(label), 4 + Math.max(...cells.map(row => row[c]!.length))),
  );
  const gutter = Math.max(displayWidth('precision'), ...labels.map(displayWidth));
  const total = gutter + widths.reduce((sum, width) => sum + width + 2, 0) + 10;
  if (total > look.columns) return mostMistaken(confusion);

  const line = (head: string, parts: readonly string[], tail = ''): string =>
    `${padRight(head, gutter)}  ${parts.map((part, c) => padLeft(part, widths[c]!)).join('  ')}  ${padLeft(tail, 8)}`.trimEnd();
  const rows = confusion.counts.map((row, r) => {
    const whole = sum(row);
    const parts = row.map((count, c) => shaded(cells[r]![c]!, count / whole, widths[c]!, r === c, look));
    return line(labels[r]!, parts, formatPercent(row[r]! / whole));
  });
  const precision = labels.map((_, c) => {
    return formatPercent(confusion.counts[c]![c]! / sum(confusion.counts.map(row => row[c]!)));
  });
  return [
    `${' '.repeat(gutter + 2)}predicted`,
    line('actual', labels, 'recall'),
    ...rows,
    line('precision', precision),
  ].join('\n');
}

/** The pairs of classes taken for each other most often, with how often and which share of the actual class. */
export function mostMistaken({ labels, counts }: Confusion, most = 10): string {
  const mistakes = counts.flatMap((row, actual) =>
    row.map((count, predicted) => ({ actual, predicted, count, share: count / sum(row) })),
  );
  const worst = mistakes
    .filter(({ actual, predicted, count }) => actual !== predicted && count > 0)
    .sort((a, b) => b.count - a.count)
    .slice(0, most);
  if (worst.length === 0) return 'no mistakes';
  return table(
    [
      { header: 'actual', max: 24 },
      { header: 'predicted', max: 24 },
      { header: 'times', align: 'right' },
      { header: 'of actual', align: 'right' },
    ],
    worst.map(({ actual, predicted, count, share }) => {
      return [labels[actual], labels[predicted], formatCount(count), formatPercent(share)];
    }),
  );
}

function shaded(text: string, share: number, width: number, right: boolean, look: Look): string {
  const level = Number.isFinite(share) && share > 0 ? Math.min(3, Math.floor(share * 4)) + 1 : 0;
  const shade = (look.unicode ? ' ░▒▓█' : ' .:+#')[level]!;
  return `${styled(shade.repeat(2), right ? 'green' : 'red', look)} ${padLeft(text, width - 3)}`;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
