/** A network as columns of neurons: edges by sign and size, wide layers as blocks with their matrices. */
import { formatCount } from '../format.ts';
import type { DrawContext } from './context.ts';
import { heatPixels } from './heat-map.ts';
import { fitted, font, type Look, type Numbers } from './look.ts';
import { mostNeurons, type NetworkLayout, type NetworkPicture, networkLayout } from './network-layout.ts';
import { diverging, hex } from './palette.ts';

/** No more edges than this are drawn between two layers; the strongest. */
export const mostEdges = 1000;
const mostPixels = 96;

/** An edge between two neurons, counted from 0. */
interface Edge {
  readonly from: number;
  readonly to: number;
  readonly weight: number;
}

/** The strongest edges of a matrix [before, size], weakest first, so that the strongest lie on top. */
export function strongestEdges(weights: ArrayLike<number>, size: number, most = mostEdges): readonly Edge[] {
  const order = Array.from({ length: weights.length }, (_, i) => i).sort(
    (a, b) => Math.abs(weights[b]!) - Math.abs(weights[a]!) || a - b,
  );
  return order
    .slice(0, most)
    .reverse()
    .map(i => ({ from: Math.floor(i / size), to: i % size, weight: weights[i]! }));
}

/** A matrix made smaller than `most` each way: of each block the number that is furthest from 0. */
export function reduced(values: ArrayLike<number>, rows: number, columns: number, most = mostPixels) {
  const small = { rows: Math.min(rows, most), columns: Math.min(columns, most) };
  const out = new Float64Array(small.rows * small.columns);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const value = values[row * columns + column]!;
      const at = Math.floor((row * small.rows) / rows) * small.columns + Math.floor((column * small.columns) / columns);
      if (Math.abs(value) > Math.abs(out[at]!)) out[at] = value;
    }
  }
  return { ...small, values: out };
}

const largest = (values: ArrayLike<number>): number => {
  let most = 0;
  for (let i = 0; i < values.length; i++) most = Math.max(most, Math.abs(values[i]!));
  return most || 1;
};

export function drawNetwork(context: DrawContext, model: NetworkPicture, look: Look): NetworkLayout {
  const layout = networkLayout(model, look);
  const { palette } = look;
  context.save();
  model.layers.forEach((_, i) => {
    drawBetween(context, model, i, layout, look);
  });
  const share = (look.width / model.layers.length) * 0.95;
  context.font = font(12, 600);
  /** Names that find no room side by side take turns on two lines, without what they are about. */
  const crowded = model.layers.some(({ name }) => context.measureText(name).width > share);
  const room = crowded ? 2 * share : share;
  model.layers.forEach((layer, i) => {
    const { x, box, neurons } = layout.columns[i]!;
    context.textAlign = 'center';
    context.textBaseline = 'top';
    context.fillStyle = palette.ink;
    context.font = font(12, 600);
    const centre = Math.min(Math.max(x, room / 2), look.width - room / 2);
    context.fillText(fitted(context, layer.name, room), centre, crowded ? 2 + 16 * (i % 2) : 2);
    context.font = font(11);
    context.fillStyle = palette.muted;
    if (!crowded) context.fillText(fitted(context, layer.about, room), centre, 18);
    if (neurons.length > 0) drawNeurons(context, model, i, layout, look);
    else drawBlock(context, formatCount(layer.size), box, look);
  });
  context.restore();
  return layout;
}

function drawBlock(
  context: DrawContext,
  text: string,
  box: NetworkLayout['columns'][number]['box'],
  { palette }: Look,
) {
  context.fillStyle = palette.grid;
  context.fillRect(box.x, box.y, box.width, box.height);
  context.strokeStyle = palette.line;
  context.lineWidth = 1;
  context.strokeRect(box.x, box.y, box.width, box.height);
  context.save();
  context.translate(box.x + box.width / 2, box.y + box.height / 2);
  context.rotate(-Math.PI / 2);
  context.textBaseline = 'middle';
  context.fillStyle = palette.ink;
  context.font = font(13, 600);
  context.fillText(text, 0, 0);
  context.restore();
}

function drawNeurons(context: DrawContext, { layers }: NetworkPicture, i: number, layout: NetworkLayout, look: Look) {
  const { palette, width } = look;
  const { labels, values } = layers[i]!;
  const scale = values ? largest(values) : 1;
  const { radius } = layout;
  layout.columns[i]!.neurons.forEach(({ x, y }, n) => {
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    context.fillStyle = values ? hex(diverging(palette, values[n]! / scale)) : palette.background;
    context.fill();
    context.strokeStyle = palette.line;
    context.lineWidth = 1.5;
    context.stroke();
    const outside = i === 0 ? 'right' : i === layers.length - 1 ? 'left' : undefined;
    if (!labels?.[n] || !outside) return;
    context.font = font(Math.min(12, Math.max(8, radius * 1.6)));
    context.textAlign = outside;
    context.textBaseline = 'middle';
    context.fillStyle = palette.ink;
    const at = outside === 'right' ? x - radius - 5 : x + radius + 5;
    context.fillText(fitted(context, labels[n], outside === 'right' ? at : width - at), at, y);
  });
}

function drawBetween(context: DrawContext, { layers }: NetworkPicture, i: number, layout: NetworkLayout, look: Look) {
  const [before, here] = [layout.columns[i - 1], layout.columns[i]!];
  if (!before) return;
  const { weights, size, matrix } = layers[i]!;
  const { palette } = look;
  const box = layout.matrices[i];
  const small = matrix ?? (weights && box ? reduced(weights, layers[i - 1]!.size, size) : undefined);
  if (small && box) {
    context.pixels(heatPixels({ ...small, scale: 'signed' }, palette), box.x, box.y, box.width, box.height);
    context.strokeStyle = palette.line;
    context.lineWidth = 1;
    context.strokeRect(box.x, box.y, box.width, box.height);
    return;
  }
  if (!weights || before.neurons.length === 0 || here.neurons.length === 0) {
    const y = here.box.y + here.box.height / 2;
    context.strokeStyle = palette.line;
    context.lineWidth = 1.5;
    context.beginPath();
    context.moveTo(before.box.x + before.box.width + 4, y);
    context.lineTo(here.box.x - 4, y);
    context.lineTo(here.box.x - 9, y - 4);
    context.moveTo(here.box.x - 4, y);
    context.lineTo(here.box.x - 9, y + 4);
    context.stroke();
    return;
  }
  const scale = largest(weights);
  for (const { from, to, weight } of strongestEdges(weights, size)) {
    const share = Math.abs(weight) / scale;
    if (share < 0.002) continue;
    drawEdge(context, before.neurons[from]!, here.neurons[to]!, weight, share, layout.radius, look);
  }
}

/** The edge of a weight: blue and through above 0, vermilion and dashed below, the wider the larger. */
function drawEdge(
  context: DrawContext,
  from: { readonly x: number; readonly y: number },
  to: { readonly x: number; readonly y: number },
  weight: number,
  share: number,
  radius: number,
  { palette }: Look,
): void {
  context.strokeStyle = weight < 0 ? palette.negative : palette.positive;
  context.globalAlpha = 0.25 + 0.75 * share;
  context.lineWidth = 0.5 + 4 * share;
  context.setLineDash(weight < 0 ? [5, 3] : []);
  const [x0, x1] = [from.x + radius, to.x - radius];
  const bend = (x1 - x0) / 2;
  context.beginPath();
  context.moveTo(x0, from.y);
  context.bezierCurveTo(x0 + bend, from.y, x1 - bend, to.y, x1, to.y);
  context.stroke();
  context.setLineDash([]);
  context.globalAlpha = 1;
}

/** The layers with their weights: how many, how large, and what the picture leaves out. */
export function networkNumbers({ caption, layers }: NetworkPicture): Numbers {
  return {
    caption,
    head: ['layer', 'what it is', 'size', 'weights', 'largest weight', 'drawn as'],
    rows: layers.map(({ name, about, size, ...layer }, i) => {
      const weights = layer.matrix?.values ?? layer.weights;
      const count = (layers[i - 1]?.size ?? 0) * size;
      const blocks = size > mostNeurons || (layers[i - 1]?.size ?? 0) > mostNeurons;
      const edges = count > mostEdges ? `the ${formatCount(mostEdges)} strongest edges` : 'edges';
      return [
        name,
        about,
        size,
        weights ? count : null,
        weights ? largest(weights) : null,
        i === 0 ? 'inputs' : weights === undefined ? 'arrow' : blocks ? 'matrix' : edges,
      ];
    }),
  };
}
