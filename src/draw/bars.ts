/** One bar a thing, from 0 to either side, with how sure it is: importance, contributions, recall. */
import { formatNumber } from '../format.ts';
import type { DrawContext } from './context.ts';
import { type Box, fitted, font, type Look, type Numbers, signed } from './look.ts';
import { extent } from './ticks.ts';

export interface Bar {
  readonly label: string;
  readonly value: number;
  /** How far the value may be off to either side; drawn as a whisker. */
  readonly error?: number;
}

export interface Bars {
  readonly caption: string;
  /** What the numbers are. */
  readonly measure: string;
  readonly bars: readonly Bar[];
}

const textSize = 12;
export const barHeight = 24;

/** How high a picture of so many bars should be. */
export const barsHeight = ({ bars }: Bars): number => bars.length * barHeight + textSize + 12;

interface BarsLayout {
  readonly box: Box;
  readonly toX: (value: number) => number;
}

function layoutOf(context: DrawContext, { bars }: Bars, { width, height }: Look): BarsLayout {
  const widest = Math.max(0, ...bars.map(({ label }) => context.measureText(label).width));
  const left = Math.min(width * 0.4, widest) + 8;
  const box = { x: left, y: 2, width: Math.max(1, width - left - 64), height: height - textSize - 10 };
  const ends = bars.flatMap(({ value, error = 0 }) => [value - error, value + error]);
  const [low, high] = extent([0, ...ends]);
  return { box, toX: value => box.x + ((value - low) / (high - low)) * box.width };
}

/** Blue to the right of 0, vermilion and hatched to the left. */
export function drawBars(context: DrawContext, model: Bars, look: Look): void {
  const { bars, measure } = model;
  const { palette } = look;
  context.save();
  context.font = font(textSize);
  const { box, toX } = layoutOf(context, model, look);
  const step = box.height / Math.max(1, bars.length);
  bars.forEach(({ label, value, error = 0 }, i) => {
    const y = box.y + i * step;
    const thick = Math.min(14, step * 0.6);
    const top = y + (step - thick) / 2;
    const [from, to] = [toX(0), toX(value)];
    context.textBaseline = 'middle';
    context.textAlign = 'right';
    context.fillStyle = palette.ink;
    context.fillText(fitted(context, label, box.x - 8), box.x - 8, y + step / 2);
    context.fillStyle = value < 0 ? palette.negative : palette.positive;
    context.strokeStyle = context.fillStyle;
    if (value < 0) {
      context.lineWidth = 1.5;
      context.setLineDash([3, 2]);
      context.strokeRect(to, top, from - to, thick);
      context.setLineDash([]);
      context.globalAlpha = 0.45;
    }
    context.fillRect(Math.min(from, to), top, Math.max(1, Math.abs(to - from)), thick);
    context.globalAlpha = 1;
    if (error > 0) drawWhisker(context, toX(value - error), toX(value + error), y + step / 2, palette.ink);
    context.fillStyle = palette.muted;
    context.textAlign = 'left';
    context.fillText(
      signed(formatNumber(value, 3)),
      Math.max(from, toX(Math.max(value, value + error))) + 6,
      y + step / 2,
    );
  });
  context.strokeStyle = palette.line;
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(toX(0), box.y);
  context.lineTo(toX(0), box.y + box.height);
  context.stroke();
  context.fillStyle = palette.muted;
  context.textAlign = 'center';
  context.textBaseline = 'bottom';
  context.fillText(fitted(context, measure, look.width), box.x + box.width / 2, look.height - 1);
  context.restore();
}

function drawWhisker(context: DrawContext, from: number, to: number, y: number, colour: string): void {
  context.strokeStyle = colour;
  context.lineWidth = 1.5;
  context.beginPath();
  context.moveTo(from, y);
  context.lineTo(to, y);
  for (const x of [from, to]) {
    context.moveTo(x, y - 4);
    context.lineTo(x, y + 4);
  }
  context.stroke();
}

export const barsNumbers = ({ caption, measure, bars }: Bars): Numbers => ({
  caption,
  head: ['', measure, '±'],
  rows: bars.map(({ label, value, error }) => [label, value, error ?? null]),
});
