/** Lines over a common axis: learning curves, ROC, calibration, forecasts with their intervals. */
import { type Axis, drawPlot, type LegendEntry, type Plot, within } from './axes.ts';
import type { DrawContext } from './context.ts';
import { font, type Look, type Numbers } from './look.ts';
import { dashOf, markPath } from './mark.ts';
import { classColour } from './palette.ts';

/** Points in order of x; one that is not finite breaks the line. */
export interface Curve {
  readonly label: string;
  readonly points: readonly (readonly [x: number, y: number])[];
  /** Colour; its place among the curves unless told. */
  readonly index?: number;
  readonly dashed?: boolean;
  /** Drawn faintly, behind others. */
  readonly faint?: boolean;
  /** A mark at each point. */
  readonly marks?: boolean;
}

/** An area between two lines. */
export interface Band {
  readonly label: string;
  readonly points: readonly (readonly [x: number, low: number, high: number])[];
  readonly index?: number;
}

/** A point singled out, with a word beside it. */
export interface Mark {
  readonly x: number;
  readonly y: number;
  readonly label: string;
}

export interface Curves {
  readonly caption: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly curves: readonly Curve[];
  readonly bands?: readonly Band[];
  readonly marks?: readonly Mark[];
  /** The line y = x, where both axes are shares. */
  readonly diagonal?: boolean;
}

export function drawCurves(context: DrawContext, model: Curves, look: Look): Plot {
  const { curves, bands = [], marks = [] } = model;
  const edges = bands.flatMap(({ points }) => points);
  const points = curves.flatMap(curve => curve.points);
  const entries = [
    ...curves.map((curve, i): LegendEntry => {
      const form = curve.dashed ? 'dashed' : 'line';
      return { label: curve.label, index: curve.index ?? i, form };
    }),
    ...bands.map((band, i): LegendEntry => ({ label: band.label, index: band.index ?? i, form: 'area' })),
  ].filter(({ label }) => label !== '');
  const plot = drawPlot(
    context,
    {
      x: model.x,
      y: model.y,
      xs: [...points.map(([x]) => x), ...edges.map(([x]) => x), ...marks.map(({ x }) => x)],
      ys: [...points.map(([, y]) => y), ...edges.flatMap(([, low, high]) => [low, high]), ...marks.map(({ y }) => y)],
      legend: entries.length > 1 ? entries : [],
    },
    look,
  );
  const { palette } = look;
  within(context, { ...plot.box, y: plot.box.y - 4, height: plot.box.height + 4 }, () => {
    if (model.diagonal) drawLine(context, [plot.toX(0), plot.toY(0)], [plot.toX(1), plot.toY(1)], palette.line);
    for (const [i, band] of bands.entries()) drawBand(context, band, classColour(palette, band.index ?? i), plot);
    for (const [i, curve] of curves.entries()) drawCurve(context, curve, curve.index ?? i, plot, look);
  });
  for (const mark of marks) drawMark(context, mark, plot, look);
  return plot;
}

function drawLine(
  context: DrawContext,
  from: readonly [number, number],
  to: readonly [number, number],
  colour: string,
) {
  context.strokeStyle = colour;
  context.lineWidth = 1;
  context.setLineDash([3, 3]);
  context.beginPath();
  context.moveTo(...from);
  context.lineTo(...to);
  context.stroke();
  context.setLineDash([]);
}

function drawCurve(context: DrawContext, curve: Curve, index: number, { toX, toY }: Plot, { palette }: Look): void {
  context.strokeStyle = classColour(palette, index);
  context.lineWidth = curve.faint ? 1 : 2;
  context.globalAlpha = curve.faint ? 0.35 : 1;
  context.lineJoin = 'round';
  context.setLineDash(curve.dashed ? dashOf(1) : []);
  context.beginPath();
  let drawing = false;
  const there: (readonly [number, number])[] = [];
  for (const [x, y] of curve.points) {
    const at = [toX(x), toY(y)] as const;
    if (!at.every(Number.isFinite)) {
      drawing = false;
      continue;
    }
    if (drawing) context.lineTo(...at);
    else context.moveTo(...at);
    drawing = true;
    there.push(at);
  }
  context.stroke();
  context.setLineDash([]);
  context.fillStyle = classColour(palette, index);
  if (curve.marks || there.length === 1) {
    for (const [x, y] of there) {
      markPath(context, index, x, y, 3.5);
      context.fill();
    }
  }
  context.globalAlpha = 1;
}

function drawBand(context: DrawContext, { points }: Band, colour: string, { toX, toY }: Plot): void {
  const there = points.filter(([x, low, high]) => [toX(x), toY(low), toY(high)].every(Number.isFinite));
  if (there.length === 0) return;
  context.fillStyle = colour;
  context.globalAlpha = 0.2;
  context.beginPath();
  there.forEach(([x, , high], i) => {
    if (i === 0) context.moveTo(toX(x), toY(high));
    else context.lineTo(toX(x), toY(high));
  });
  for (const [x, low] of there.toReversed()) context.lineTo(toX(x), toY(low));
  context.closePath();
  context.fill();
  context.globalAlpha = 1;
}

function drawMark(context: DrawContext, { x, y, label }: Mark, { toX, toY, box }: Plot, { palette }: Look): void {
  const [atX, atY] = [toX(x), toY(y)];
  if (!Number.isFinite(atX) || !Number.isFinite(atY)) return;
  context.save();
  context.fillStyle = palette.background;
  context.strokeStyle = palette.ink;
  context.lineWidth = 2;
  markPath(context, 0, atX, atY, 5);
  context.fill();
  context.stroke();
  context.font = font(12);
  context.textBaseline = 'bottom';
  const { width } = context.measureText(label);
  const from = atX + 8 + width > box.x + box.width ? Math.max(box.x, atX - 8 - width) : atX + 8;
  const foot = Math.max(atY - 4, box.y + 12);
  context.fillStyle = palette.background;
  context.globalAlpha = 0.85;
  context.fillRect(from - 3, foot - 15, width + 6, 16);
  context.globalAlpha = 1;
  context.fillStyle = palette.ink;
  context.textAlign = 'left';
  context.fillText(label, from, foot);
  context.restore();
}

/** Every x once, with the value of each curve there. */
export function curvesNumbers({ caption, x, curves, bands = [] }: Curves): Numbers {
  const columns = [
    ...curves.map(({ label, points }) => ({ label, values: new Map(points) })),
    ...bands.flatMap(({ label, points }) => [
      { label: `${label}, low`, values: new Map(points.map(([at, low]) => [at, low])) },
      { label: `${label}, high`, values: new Map(points.map(([at, , high]) => [at, high])) },
    ]),
  ];
  const all = [...new Set(columns.flatMap(({ values }) => [...values.keys()]))].sort((a, b) => a - b);
  return {
    caption,
    head: [x.label, ...columns.map(({ label }) => label)],
    rows: all.map(at => [at, ...columns.map(({ values }) => values.get(at) ?? null)]),
  };
}
