/** The frame of a plot: axes, ticks, labels, legend; what is left in the middle is for the data. */
import { formatNumber } from '../format.ts';
import type { DrawContext } from './context.ts';
import { type Box, fitted, font, type Look, signed } from './look.ts';
import { dashOf, markPath } from './mark.ts';
import { classColour } from './palette.ts';
import { extent, type Tick, ticks } from './ticks.ts';

/** One axis of a plot. */
export interface Axis {
  readonly label: string;
  /** Powers of ten are evenly apart; values that are not above 0 are not drawn. */
  readonly log?: boolean;
  /** Its ends; those of the data unless told. */
  readonly range?: readonly [low: number, high: number];
  /** What stands at the axis instead of round numbers. */
  readonly ticks?: readonly Tick[];
}

/** A line of the legend: a curve, an area or a point of the colour and shape of an index. */
export interface LegendEntry {
  readonly label: string;
  readonly index: number;
  readonly form: 'line' | 'dashed' | 'area' | 'point' | 'hollow';
}

export interface Plot {
  /** Where the data are drawn. */
  readonly box: Box;
  readonly toX: (value: number) => number;
  readonly toY: (value: number) => number;
}

const small = 12;
const gap = 6;
const legendLine = 18;

interface Scale {
  readonly low: number;
  readonly high: number;
  readonly share: (value: number) => number;
  readonly ticks: (most: number) => readonly Tick[];
}

function scaleOf(axis: Axis, values: Iterable<number>): Scale {
  if (!axis.log) {
    const [low, high] = extent(axis.range ?? values);
    return {
      low,
      high,
      share: value => (value - low) / (high - low),
      ticks: most => axis.ticks ?? ticks(low, high, most),
    };
  }
  const positive = Array.from(axis.range ?? values, value => (value > 0 ? Math.log10(value) : Number.NaN));
  const [low, high] = extent(positive);
  return {
    low: 10 ** low,
    high: 10 ** high,
    share: value => (value > 0 ? (Math.log10(value) - low) / (high - low) : Number.NaN),
    ticks: most => axis.ticks ?? logTicks(low, high, most),
  };
}

/** Powers of ten, thinned to `most`; within one power round values instead. */
function logTicks(low: number, high: number, most: number): readonly Tick[] {
  const first = Math.ceil(low - 1e-9);
  const last = Math.floor(high + 1e-9);
  if (last - first < 1) return ticks(10 ** low, 10 ** high, most).filter(({ value }) => value > 0);
  const step = Math.max(1, Math.ceil((last - first + 1) / Math.max(1, most)));
  const powers = Array.from({ length: Math.floor((last - first) / step) + 1 }, (_, i) => 10 ** (first + i * step));
  return powers.map(value => ({ value, label: formatNumber(value) }));
}

const written = (all: readonly Tick[]): readonly Tick[] =>
  all.map(({ value, label }) => ({ value, label: signed(label) }));

/** The line of a legend entry, at most so wide; returns how wide it is. */
function drawEntry(context: DrawContext, entry: LegendEntry, x: number, y: number, most: number, look: Look): number {
  const { palette } = look;
  const colour = classColour(palette, entry.index);
  context.fillStyle = colour;
  context.strokeStyle = colour;
  if (entry.form === 'point' || entry.form === 'hollow') {
    markPath(context, entry.index, x + 9, y, 4.5);
    context.lineWidth = 1.5;
    if (entry.form === 'point') context.fill();
    else context.stroke();
  } else if (entry.form === 'area') {
    context.globalAlpha = 0.3;
    context.fillRect(x, y - 5, 18, 10);
    context.globalAlpha = 1;
  } else {
    context.lineWidth = 2;
    context.setLineDash(entry.form === 'dashed' ? dashOf(1) : []);
    context.beginPath();
    context.moveTo(x, y);
    context.lineTo(x + 18, y);
    context.stroke();
    context.setLineDash([]);
  }
  context.fillStyle = palette.ink;
  const text = fitted(context, entry.label, Math.max(20, most - 24));
  context.fillText(text, x + 24, y);
  return 24 + context.measureText(text).width;
}

/** Draws the legend from the top; returns how high it is. */
function drawLegend(context: DrawContext, entries: readonly LegendEntry[], left: number, look: Look): number {
  if (entries.length === 0) return 0;
  context.font = font(small);
  context.textAlign = 'left';
  context.textBaseline = 'middle';
  let [x, y] = [left, legendLine / 2];
  for (const entry of entries) {
    const width = 24 + context.measureText(entry.label).width;
    if (x > left && x + width > look.width) [x, y] = [left, y + legendLine];
    x += drawEntry(context, entry, x, y, look.width - x, look) + 16;
  }
  return y + legendLine / 2;
}

export interface PlotParts {
  readonly x: Axis;
  readonly y: Axis;
  readonly xs: Iterable<number>;
  readonly ys: Iterable<number>;
  readonly legend?: readonly LegendEntry[];
  /** Lines across at the ticks; there unless told. */
  readonly grid?: boolean;
}

/** Draws axes and legend, and says where the data go. */
export function drawPlot(
  context: DrawContext,
  { x, y, xs, ys, legend = [], grid = true }: PlotParts,
  look: Look,
): Plot {
  const { palette, width, height } = look;
  context.save();
  context.font = font(small);
  const horizontal = scaleOf(x, xs);
  const vertical = scaleOf(y, ys);
  const rows = written(vertical.ticks(Math.max(2, Math.floor(height / 55))));
  const gutter = Math.max(...rows.map(({ label }) => context.measureText(label).width), 0);
  const left = Math.ceil(gutter + gap + (y.label === '' ? 0 : small + 8));
  const top = Math.max(10, drawLegend(context, legend, left, look) + 6);
  const bottom = small + gap + (x.label === '' ? 4 : small + 10);
  const box = { x: left, y: top, width: Math.max(1, width - left - 12), height: Math.max(1, height - top - bottom) };
  const toX = (value: number): number => box.x + horizontal.share(value) * box.width;
  const toY = (value: number): number => box.y + (1 - vertical.share(value)) * box.height;
  context.lineWidth = 1;
  context.textBaseline = 'middle';
  context.textAlign = 'right';
  for (const { value, label } of rows) {
    const at = toY(value);
    if (!(at >= box.y - 1 && at <= box.y + box.height + 1)) continue;
    if (grid) line(context, palette.grid, box.x, at, box.x + box.width, at);
    context.fillStyle = palette.muted;
    context.fillText(label, box.x - gap, at);
  }
  context.textAlign = 'center';
  context.textBaseline = 'top';
  let free = Number.NEGATIVE_INFINITY;
  for (const { value, label } of written(horizontal.ticks(Math.max(2, Math.floor(box.width / 70))))) {
    const at = toX(value);
    if (!(at >= box.x - 1 && at <= box.x + box.width + 1)) continue;
    line(context, palette.line, at, box.y + box.height, at, box.y + box.height + 4);
    const reach = context.measureText(label).width / 2;
    const centre = Math.min(Math.max(at, reach), width - reach);
    if (centre - reach < free) continue;
    context.fillStyle = palette.muted;
    context.fillText(label, centre, box.y + box.height + gap);
    free = centre + reach + 8;
  }
  line(context, palette.line, box.x, box.y + box.height, box.x + box.width, box.y + box.height);
  context.fillStyle = palette.ink;
  context.fillText(fitted(context, x.label, box.width), box.x + box.width / 2, box.y + box.height + gap + small + 6);
  if (y.label !== '') {
    context.translate(2, box.y + box.height / 2);
    context.rotate(-Math.PI / 2);
    context.fillText(fitted(context, y.label, box.height), 0, 0);
  }
  context.restore();
  return { box, toX, toY };
}

function line(context: DrawContext, colour: string, x0: number, y0: number, x1: number, y1: number): void {
  context.strokeStyle = colour;
  context.beginPath();
  context.moveTo(x0, y0);
  context.lineTo(x1, y1);
  context.stroke();
}

/** Keeps what `paint` draws within a rectangle. */
export function within(context: DrawContext, { x, y, width, height }: Box, paint: () => void): void {
  context.save();
  context.beginPath();
  context.rect(x, y, width, height);
  context.clip();
  paint();
  context.restore();
}
