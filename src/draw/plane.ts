/** The plane of two inputs: what a neuron answers there, the line where z = 0, and the way its weights point. */
import type { Plot } from './axes.ts';
import { within } from './axes.ts';
import type { DrawContext } from './context.ts';
import { font, type Look } from './look.ts';
import { drawScatter, type Scatter } from './scatter.ts';

export interface PlanePicture extends Scatter {
  /** The line w₁x₁ + w₂x₂ + b = 0, with the side where z > 0 shown by the arrow of (w₁, w₂); none where both are 0. */
  readonly line?: { readonly w1: number; readonly w2: number; readonly b: number } | undefined;
  /** The point that is looked at. */
  readonly here?: readonly [x: number, y: number] | undefined;
}

export function drawPlane(context: DrawContext, model: PlanePicture, look: Look): Plot {
  const plot = drawScatter(context, model, look);
  const { palette } = look;
  const { box, toX, toY } = plot;
  context.save();
  within(context, box, () => {
    if (model.line) drawLine(context, model.line, plot, look);
    if (!model.here) return;
    const [x, y] = [toX(model.here[0]), toY(model.here[1])];
    context.strokeStyle = palette.ink;
    context.lineWidth = 2;
    context.beginPath();
    context.arc(x, y, 8, 0, 2 * Math.PI);
    context.moveTo(x - 12, y);
    context.lineTo(x - 4, y);
    context.moveTo(x + 4, y);
    context.lineTo(x + 12, y);
    context.stroke();
  });
  context.restore();
  return plot;
}

function drawLine(
  context: DrawContext,
  { w1, w2, b }: NonNullable<PlanePicture['line']>,
  { toX, toY, box }: Plot,
  { palette }: Look,
): void {
  const size = w1 * w1 + w2 * w2;
  if (!(size > 0)) return;
  const foot = { x: (-b * w1) / size, y: (-b * w2) / size };
  const length = Math.sqrt(size);
  const along = { x: -w2 / length, y: w1 / length };
  const far = 1000;
  context.strokeStyle = palette.ink;
  context.lineWidth = 2.5;
  context.beginPath();
  context.moveTo(toX(foot.x - far * along.x), toY(foot.y - far * along.y));
  context.lineTo(toX(foot.x + far * along.x), toY(foot.y + far * along.y));
  context.stroke();
  const from = { x: toX(foot.x), y: toY(foot.y) };
  const inside = from.x > box.x && from.x < box.x + box.width && from.y > box.y && from.y < box.y + box.height;
  if (!inside) return;
  const way = { x: toX(foot.x + w1) - from.x, y: toY(foot.y + w2) - from.y };
  const reach = Math.hypot(way.x, way.y);
  const unit = { x: way.x / reach, y: way.y / reach };
  const to = { x: from.x + unit.x * 46, y: from.y + unit.y * 46 };
  context.beginPath();
  context.moveTo(from.x, from.y);
  context.lineTo(to.x, to.y);
  for (const side of [-1, 1]) {
    context.moveTo(to.x, to.y);
    context.lineTo(to.x - unit.x * 9 - side * unit.y * 5, to.y - unit.y * 9 + side * unit.x * 5);
  }
  context.stroke();
  context.font = font(13, 600);
  context.fillStyle = palette.ink;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.fillText('w', to.x + unit.x * 12, to.y + unit.y * 12);
}
