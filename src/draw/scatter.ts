/** Points in a plane, by class or not, over what a model answers there. */
import { type Axis, drawPlot, type Plot, within } from './axes.ts';
import type { DrawContext, Pixels } from './context.ts';
import { type HeatMap, heatPixels } from './heat-map.ts';
import type { Look, Numbers } from './look.ts';
import { markPath } from './mark.ts';
import { classColour, type Palette, rgb } from './palette.ts';
import { extent } from './ticks.ts';

/** Points that belong together. */
export interface Points {
  readonly label: string;
  readonly points: readonly (readonly [x: number, y: number])[];
  /** Colour and shape; its place among the others unless told. */
  readonly index?: number;
  /** Outlines only, such as points of the test part. */
  readonly hollow?: boolean;
}

/** A model's answers over a rectangle: a matrix whose first row lies at the top. */
export interface Surface extends Pick<HeatMap, 'values' | 'rows' | 'columns' | 'scale'> {
  readonly range: readonly [low: number, high: number];
  /** Each cell holds so many shares, one a class: it has the colour of the largest, the paler the smaller. */
  readonly classes?: number;
  readonly x: readonly [left: number, right: number];
  readonly y: readonly [bottom: number, top: number];
}

export interface Scatter {
  readonly caption: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly groups: readonly Points[];
  readonly surface?: Surface;
  /** The line y = x, on which predictions equal truths. */
  readonly diagonal?: boolean;
  /** Lines across at the ticks; there unless told, or where a surface lies. */
  readonly grid?: boolean;
  /** Radius of the points in pixels. */
  readonly radius?: number;
}

export function drawScatter(context: DrawContext, model: Scatter, look: Look): Plot {
  const { groups, surface, grid = surface === undefined, radius = 3.5 } = model;
  const { palette } = look;
  const all = groups.flatMap(({ points }) => points);
  const xs = surface ? surface.x : all.map(([x]) => x);
  const ys = surface ? surface.y : all.map(([, y]) => y);
  const legend = groups.map(({ label, index, hollow }, i) => {
    return { label, index: index ?? i, form: hollow ? ('hollow' as const) : ('point' as const) };
  });
  const axes = { x: model.x, y: model.y, xs, ys, legend: legend.length > 1 ? legend : [], grid };
  const plot = drawPlot(context, axes, look);
  const { toX, toY } = plot;
  within(context, plot.box, () => {
    if (surface) drawSurface(context, surface, plot, look);
    if (model.diagonal) {
      const [low, high] = extent([...xs, ...ys]);
      context.strokeStyle = palette.line;
      context.lineWidth = 1.5;
      context.setLineDash([4, 3]);
      context.beginPath();
      context.moveTo(toX(low), toY(low));
      context.lineTo(toX(high), toY(high));
      context.stroke();
      context.setLineDash([]);
    }
    for (const [i, group] of groups.entries()) drawGroup(context, group, group.index ?? i, radius, plot, look);
  });
  return plot;
}

/** A model's answers where a plot has its data. */
export function drawSurface(
  context: DrawContext,
  surface: Surface,
  { toX, toY }: Pick<Plot, 'toX' | 'toY'>,
  { palette }: Look,
): void {
  const [left, top] = [toX(surface.x[0]), toY(surface.y[1])];
  const pixels = surface.classes ? classPixels(surface, surface.classes, palette) : heatPixels(surface, palette);
  context.pixels(pixels, left, top, toX(surface.x[1]) - left, toY(surface.y[0]) - top);
}

/** Shares of classes as pixels, one a cell. */
function classPixels({ values, rows, columns }: Surface, classes: number, palette: Palette): Pixels {
  const colours = Array.from({ length: classes }, (_, k) => rgb(classColour(palette, k)));
  const plain = rgb(palette.background);
  const out = new Uint8Array(rows * columns * 3);
  for (let cell = 0; cell < rows * columns; cell++) {
    let best = 0;
    for (let k = 1; k < classes; k++) if (values[cell * classes + k]! > values[cell * classes + best]!) best = k;
    const share = Math.max(0, (values[cell * classes + best]! - 1 / classes) / (1 - 1 / classes)) * 0.75;
    for (let i = 0; i < 3; i++)
      out[cell * 3 + i] = Math.round(
        plain[i]! + (colours[best]![i]! - plain[i]!) * (Number.isFinite(share) ? share : 0),
      );
  }
  return { width: columns, height: rows, rgb: out };
}

function drawGroup(
  context: DrawContext,
  { points, hollow }: Points,
  index: number,
  radius: number,
  { toX, toY }: Plot,
  { palette }: Look,
): void {
  const colour = classColour(palette, index);
  for (const [x, y] of points) {
    const [atX, atY] = [toX(x), toY(y)];
    if (!Number.isFinite(atX) || !Number.isFinite(atY)) continue;
    markPath(context, index, atX, atY, radius);
    context.fillStyle = hollow ? palette.background : colour;
    context.fill();
    context.lineWidth = hollow ? 1.5 : 1;
    context.strokeStyle = hollow ? colour : palette.background;
    context.stroke();
  }
}

export const scatterNumbers = ({ caption, x, y, groups }: Scatter): Numbers => ({
  caption,
  head: [x.label, y.label, 'group'],
  rows: groups.flatMap(({ label, points }) => points.map(([atX, atY]) => [atX, atY, label])),
});
