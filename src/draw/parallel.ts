/** Parallel coordinates: one axis a setting, one line a run, coloured by where it ends. */
import { formatNumber } from '../format.ts';
import type { DrawContext } from './context.ts';
import { type Box, fitted, font, type Look, type Numbers, signed } from './look.ts';
import { hex, sequential } from './palette.ts';

export interface ParallelLine {
  readonly label: string;
  /** One an axis: a number, a word, or null where there is none, which breaks the line. */
  readonly values: readonly (number | string | null)[];
}

export interface Parallel {
  readonly caption: string;
  /** The last is that of the score. */
  readonly axes: readonly string[];
  readonly lines: readonly ParallelLine[];
  /** Whether a high score is good: the good lines are drawn last. */
  readonly better: 'higher' | 'lower';
}

interface Scale {
  /** From 0 at the bottom to 1 at the top; undefined where there is no place. */
  readonly share: (value: number | string | null) => number | undefined;
  readonly ticks: readonly { readonly share: number; readonly label: string }[];
}

const textSize = 11;
const orders = 30;

const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);

/** Numbers from the least to the most, in powers of ten where they are many orders apart; words side by side. */
function scaleOf(values: readonly (number | string | null)[]): Scale {
  const words = [...new Set(values.filter(value => typeof value === 'string'))].sort();
  if (words.length > 0) {
    const all = [...new Set(values.filter(value => value !== null).map(String))].sort();
    const at = new Map(all.map((word, i) => [word, all.length === 1 ? 0.5 : i / (all.length - 1)]));
    return {
      share: value => (value === null ? undefined : at.get(String(value))),
      ticks: all.map(label => ({ share: at.get(label)!, label })),
    };
  }
  const known = values.filter(isNumber);
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const log = low > 0 && high / low > orders;
  const on = (value: number): number => (log ? Math.log10(value) : value);
  const share = (value: number): number => (high > low ? (on(value) - on(low)) / (on(high) - on(low)) : 0.5);
  const between = log ? Math.sqrt(low * high) : (low + high) / 2;
  const middle = known.every(Number.isInteger) ? Math.round(between) : between;
  const shown = high > low ? [low, middle, high] : known.slice(0, 1);
  return {
    share: value => (isNumber(value) ? share(value) : undefined),
    ticks: shown.map(value => ({ share: share(value), label: signed(formatNumber(value, 3)) })),
  };
}

/** Where the axes stand. */
export function parallelBox({ width, height }: Pick<Look, 'width' | 'height'>): Box {
  return {
    x: 12,
    y: 2 * textSize + 8,
    width: Math.max(1, width - 84),
    height: Math.max(1, height - 2 * textSize - 20),
  };
}

export function drawParallel(context: DrawContext, { axes, lines, better }: Parallel, look: Look): void {
  const { palette } = look;
  const box = parallelBox(look);
  const scales = axes.map((_, i) => scaleOf(lines.map(({ values }) => values[i] ?? null)));
  const last = axes.length - 1;
  const toX = (axis: number): number => box.x + (last > 0 ? axis / last : 0) * box.width;
  const toY = (share: number): number => box.y + (1 - share) * box.height;
  const ends = lines.map(({ values }) => scales[last]!.share(values[last] ?? null));
  const order = lines.map((_, i) => i).sort((a, b) => (ends[a] ?? -1) - (ends[b] ?? -1));
  context.save();
  context.lineWidth = lines.length > 60 ? 1 : 1.75;
  context.globalAlpha = lines.length > 60 ? 0.5 : 0.85;
  for (const i of better === 'higher' ? order : order.reverse()) {
    const end = ends[i];
    context.strokeStyle = end === undefined ? palette.line : hex(sequential(palette, end));
    context.beginPath();
    let drawn = false;
    for (const [axis, scale] of scales.entries()) {
      const share = scale.share(lines[i]!.values[axis] ?? null);
      if (share === undefined) drawn = false;
      else if (drawn) context.lineTo(toX(axis), toY(share));
      else context.moveTo(toX(axis), toY(share));
      drawn = share !== undefined;
    }
    context.stroke();
  }
  context.globalAlpha = 1;
  for (const [axis, { ticks }] of scales.entries())
    drawAxis(context, axes[axis]!, ticks, toX(axis), box, axes.length, look);
  context.restore();
}

function drawAxis(
  context: DrawContext,
  label: string,
  ticks: Scale['ticks'],
  x: number,
  box: Box,
  count: number,
  { palette }: Look,
): void {
  context.strokeStyle = palette.line;
  context.lineWidth = 1.5;
  context.beginPath();
  context.moveTo(x, box.y);
  context.lineTo(x, box.y + box.height);
  context.stroke();
  const room = Math.max(30, box.width / Math.max(1, count - 1) - 14);
  context.textBaseline = 'middle';
  context.textAlign = 'left';
  context.font = font(textSize, 600);
  context.fillStyle = palette.ink;
  context.fillText(fitted(context, label, room), x - 4, textSize / 2 + 2);
  context.font = font(textSize);
  let free = Number.POSITIVE_INFINITY;
  for (const { share, label: text } of ticks.toSorted((a, b) => a.share - b.share)) {
    const y = box.y + (1 - share) * box.height;
    if (y > free) continue;
    free = y - textSize - 3;
    const shown = fitted(context, text, room);
    context.globalAlpha = 0.8;
    context.fillStyle = palette.background;
    context.fillRect(x + 3, y - textSize / 2 - 1, context.measureText(shown).width + 4, textSize + 2);
    context.globalAlpha = 1;
    context.fillStyle = palette.muted;
    context.fillText(shown, x + 5, y);
  }
}

export const parallelNumbers = ({ caption, axes, lines }: Parallel): Numbers => ({
  caption,
  head: ['run', ...axes],
  rows: lines.map(({ label, values }) => [label, ...values.map(value => value ?? '')]),
});
