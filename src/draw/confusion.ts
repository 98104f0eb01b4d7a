/** What was said of each class: rows are the truth, columns the prediction. */
import { formatCount } from '../format.ts';
import type { DrawContext } from './context.ts';
import { drawCell } from './heat-map.ts';
import { type Box, fitted, font, type Look, type Numbers } from './look.ts';
import { diverging } from './palette.ts';

export interface ConfusionMatrix {
  readonly caption: string;
  readonly labels: readonly string[];
  /** counts[truth][prediction] */
  readonly counts: readonly (readonly number[])[];
  /** Write shares of the row instead of counts. */
  readonly shares?: boolean;
}

const textSize = 12;
const smallestText = 7;

/** Where a cell lies in a picture of a size. */
export interface ConfusionLayout {
  readonly box: Box;
  readonly cell: (truth: number, prediction: number) => Box;
}

export function confusionLayout(
  context: DrawContext,
  { labels }: ConfusionMatrix,
  { width, height }: Look,
): ConfusionLayout {
  context.font = font(textSize);
  const widest = Math.max(...labels.map(label => context.measureText(label).width));
  const left = Math.min(width * 0.3, widest) + 10 + textSize + 6;
  const top = textSize * 2 + 14;
  const box = { x: left, y: top, width: Math.max(1, width - left - 2), height: Math.max(1, height - top - 2) };
  const size = { width: box.width / labels.length, height: box.height / labels.length };
  return {
    box,
    cell: (truth, prediction) => ({ x: box.x + prediction * size.width, y: box.y + truth * size.height, ...size }),
  };
}

/** Right answers are blue, wrong ones vermilion, the fuller the larger their share of the class. */
export function drawConfusion(context: DrawContext, model: ConfusionMatrix, look: Look): ConfusionLayout {
  const { labels, counts } = model;
  const { palette } = look;
  const layout = confusionLayout(context, model, look);
  const { box, cell } = layout;
  context.save();
  const size = cell(0, 0);
  const fits = Math.min(textSize + 1, size.height * 0.6, size.width / 3);
  counts.forEach((row, truth) => {
    const whole = row.reduce((sum, count) => sum + count, 0);
    row.forEach((count, prediction) => {
      const share = whole > 0 ? count / whole : 0;
      context.font = font(Math.max(smallestText, fits), truth === prediction ? 600 : 400);
      const text = model.shares ? `${Math.round(share * 100)} %` : formatCount(count);
      const colour = diverging(palette, truth === prediction ? share : -share);
      drawCell(context, fits >= smallestText && count > 0 ? text : '', colour, cell(truth, prediction));
    });
  });
  drawGrid(context, labels.length, layout, look);
  context.font = font(textSize);
  context.fillStyle = palette.muted;
  const every = (room: number, needed: number): number => Math.max(1, Math.ceil(needed / room));
  labels.forEach((label, i) => {
    const { x, y, width, height } = cell(i, i);
    if (i % every(height, textSize + 2) === 0) {
      context.textAlign = 'right';
      context.textBaseline = 'middle';
      context.fillText(fitted(context, label, box.x - textSize - 14), box.x - 6, y + height / 2);
    }
    const step = every(width, Math.min(56, context.measureText(label).width + 6));
    if (i % step > 0) return;
    context.textAlign = 'center';
    context.textBaseline = 'bottom';
    context.fillText(fitted(context, label, width * step - 4), x + width / 2, box.y - 4);
  });
  context.fillStyle = palette.ink;
  context.textAlign = 'center';
  context.textBaseline = 'top';
  context.fillText('predicted', box.x + box.width / 2, 2);
  context.translate(2, box.y + box.height / 2);
  context.rotate(-Math.PI / 2);
  context.fillText('truth', 0, 0);
  context.restore();
  return layout;
}

function drawGrid(context: DrawContext, size: number, { box }: ConfusionLayout, { palette }: Look): void {
  context.strokeStyle = palette.grid;
  context.lineWidth = 1;
  context.beginPath();
  for (let i = 0; i <= size; i++) {
    const [x, y] = [box.x + (i * box.width) / size, box.y + (i * box.height) / size];
    context.moveTo(x, box.y);
    context.lineTo(x, box.y + box.height);
    context.moveTo(box.x, y);
    context.lineTo(box.x + box.width, y);
  }
  context.stroke();
}

export const confusionNumbers = ({ caption, labels, counts }: ConfusionMatrix): Numbers => ({
  caption,
  head: ['truth \\ predicted', ...labels],
  rows: labels.map((label, truth) => [label, ...counts[truth]!]),
});
