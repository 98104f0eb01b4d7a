/** How often values lie where: bins of equal width. */
import { type Axis, drawPlot, within } from './axes.ts';
import type { DrawContext } from './context.ts';
import type { Look, Numbers } from './look.ts';
import { classColour } from './palette.ts';

export interface Histogram {
  readonly caption: string;
  readonly x: Axis;
  /** What is counted. */
  readonly counted: string;
  readonly low: number;
  readonly high: number;
  readonly counts: readonly number[];
  /** A line at a value, such as 0 or a threshold. */
  readonly at?: number;
}

/** Counts of the finite values in bins between the smallest and the largest. */
export function binned(values: ArrayLike<number>, bins: number): Pick<Histogram, 'low' | 'high' | 'counts'> {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i])) continue;
    low = Math.min(low, values[i]!);
    high = Math.max(high, values[i]!);
  }
  if (low > high) return { low: 0, high: 1, counts: new Array<number>(bins).fill(0) };
  if (low === high) [low, high] = [low - 0.5, high + 0.5];
  const counts = new Array<number>(bins).fill(0);
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i])) continue;
    counts[Math.min(bins - 1, Math.floor(((values[i]! - low) / (high - low)) * bins))]!++;
  }
  return { low, high, counts };
}

export function drawHistogram(context: DrawContext, model: Histogram, look: Look): void {
  const { low, high, counts, at } = model;
  const y = { label: model.counted, range: [0, Math.max(1, ...counts)] as const };
  const plot = drawPlot(context, { x: { range: [low, high], ...model.x }, y, xs: [low, high], ys: counts }, look);
  const bin = (high - low) / counts.length;
  within(context, plot.box, () => {
    context.fillStyle = classColour(look.palette, 0);
    counts.forEach((count, i) => {
      const left = plot.toX(low + i * bin);
      const top = plot.toY(count);
      const width = Math.max(1, plot.toX(low + (i + 1) * bin) - left - 1);
      context.fillRect(left, top, width, plot.box.y + plot.box.height - top);
    });
    if (at === undefined) return;
    context.strokeStyle = look.palette.ink;
    context.lineWidth = 1.5;
    context.setLineDash([4, 3]);
    context.beginPath();
    context.moveTo(plot.toX(at), plot.box.y);
    context.lineTo(plot.toX(at), plot.box.y + plot.box.height);
    context.stroke();
    context.setLineDash([]);
  });
}

export function histogramNumbers({ caption, low, high, counts, counted }: Histogram): Numbers {
  const bin = (high - low) / counts.length;
  return {
    caption,
    head: ['from', 'to', counted],
    rows: counts.map((count, i) => [low + i * bin, low + (i + 1) * bin, count]),
  };
}
