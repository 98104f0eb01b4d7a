/** A small network whose neurons are tiles with a picture each, and every edge by sign and size. */
import type { DrawContext } from './context.ts';
import { heatPixels } from './heat-map.ts';
import { font, type Look } from './look.ts';
import { strongestEdges } from './network.ts';
import { inkOn, luminance, type Palette, rgb } from './palette.ts';

export interface Tile {
  /** What stands beside or on it. */
  readonly label?: string | undefined;
  /** [cells²] from the top left, between −1 and 1; none: the tile is plain. */
  readonly picture?: ArrayLike<number> | undefined;
  readonly frozen?: boolean | undefined;
}

export interface TilesPicture {
  /** The inputs first. */
  readonly columns: readonly (readonly Tile[])[];
  /** Before each column but the first: [before, here], row by row. */
  readonly edges: readonly ArrayLike<number>[];
  /** Whether the numbers of the edges stand on them. */
  readonly numbers?: boolean;
  /** A neuron that is singled out, with its edges. */
  readonly marked?: { readonly column: number; readonly unit: number } | undefined;
  /** How far a signal is on its way: columns that it has reached. */
  readonly reached?: number | undefined;
  readonly format: (value: number) => string;
}

export interface TilePlace {
  readonly x: number;
  readonly y: number;
}

export interface TilesLayout {
  readonly size: number;
  /** Centres of the tiles, column by column. */
  readonly columns: readonly (readonly TilePlace[])[];
}

/** Where the tiles of columns of these sizes lie. */
export function tilesLayout(sizes: readonly number[], { width, height }: Pick<Look, 'width' | 'height'>): TilesLayout {
  const most = Math.max(1, ...sizes);
  const step = width / sizes.length;
  const size = Math.max(14, Math.min(46, step * 0.5, (height - 8) / most - 6));
  const apart = Math.min((height - 8) / most, size + 22);
  const columns = sizes.map((count, i) =>
    Array.from({ length: count }, (_, n) => ({
      x: step * (i + 0.5),
      y: height / 2 + (n - (count - 1) / 2) * apart,
    })),
  );
  return { size, columns };
}

export function drawTiles(context: DrawContext, model: TilesPicture, look: Look): TilesLayout {
  const layout = tilesLayout(
    model.columns.map(({ length }) => length),
    look,
  );
  context.save();
  model.edges.forEach((weights, i) => {
    drawEdges(context, model, weights, i + 1, layout, look);
  });
  model.columns.forEach((tiles, column) => {
    tiles.forEach((tile, unit) => {
      const marked = model.marked?.column === column && model.marked.unit === unit;
      drawTile(context, tile, layout.columns[column]![unit]!, layout.size, marked, look.palette);
    });
  });
  context.restore();
  return layout;
}

function largest(values: ArrayLike<number>): number {
  let most = 0;
  for (let i = 0; i < values.length; i++) most = Math.max(most, Math.abs(values[i]!));
  return most || 1;
}

function drawEdges(
  context: DrawContext,
  { marked, numbers, format, reached }: TilesPicture,
  weights: ArrayLike<number>,
  column: number,
  { size, columns }: TilesLayout,
  { palette }: Look,
): void {
  const [before, here] = [columns[column - 1]!, columns[column]!];
  const scale = largest(weights);
  const touches = (from: number, to: number): boolean =>
    marked !== undefined &&
    ((marked.column === column && marked.unit === to) || (marked.column === column - 1 && marked.unit === from));
  const texts: (() => void)[] = [];
  for (const { from, to, weight } of strongestEdges(weights, here.length)) {
    const share = Math.abs(weight) / scale;
    const own = touches(from, to);
    if (share < 0.004 && !own) continue;
    const [a, b] = [before[from]!, here[to]!];
    const [x0, x1] = [a.x + size / 2, b.x - size / 2];
    const bend = (x1 - x0) / 2;
    context.strokeStyle = weight < 0 ? palette.negative : palette.positive;
    context.lineWidth = 0.6 + 5 * share + (own ? 1 : 0);
    context.globalAlpha = marked && !own ? 0.16 : 0.3 + 0.7 * share;
    if (reached !== undefined && reached < column) context.globalAlpha *= 0.35;
    context.setLineDash(weight < 0 ? [6, 4] : []);
    context.beginPath();
    context.moveTo(x0, a.y);
    context.bezierCurveTo(x0 + bend, a.y, x1 - bend, b.y, x1, b.y);
    context.stroke();
    if (!numbers && !own) continue;
    // Along the edge, each at another place, so that the numbers of a column do not lie on one another.
    const t = 0.3 + 0.45 * ((from + 0.5) / before.length);
    const u = 1 - t;
    const at = {
      x: u ** 3 * x0 + 3 * u * u * t * (x0 + bend) + 3 * u * t * t * (x1 - bend) + t ** 3 * x1,
      y: u ** 3 * a.y + 3 * u * u * t * a.y + 3 * u * t * t * b.y + t ** 3 * b.y,
    };
    texts.push(() => edgeNumber(context, format(weight), at, weight, palette));
  }
  context.setLineDash([]);
  context.globalAlpha = 1;
  for (const write of texts) write();
}

function edgeNumber(context: DrawContext, text: string, { x, y }: TilePlace, weight: number, palette: Palette): void {
  context.font = font(11, 600);
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  const width = context.measureText(text).width + 6;
  context.globalAlpha = 0.88;
  context.fillStyle = palette.background;
  context.fillRect(x - width / 2, y - 7, width, 14);
  context.globalAlpha = 1;
  context.fillStyle = weight < 0 ? palette.negative : palette.positive;
  context.fillText(text, x, y);
}

function drawTile(
  context: DrawContext,
  { label, picture, frozen }: Tile,
  { x, y }: TilePlace,
  size: number,
  marked: boolean,
  palette: Palette,
): void {
  const [left, top] = [x - size / 2, y - size / 2];
  context.fillStyle = palette.background;
  context.fillRect(left, top, size, size);
  if (picture && picture.length > 0) {
    const cells = Math.round(Math.sqrt(picture.length));
    const map = { values: picture, rows: cells, columns: cells, scale: 'signed' as const, range: [-1, 1] as const };
    context.pixels(heatPixels(map, palette), left, top, size, size);
  }
  context.strokeStyle = marked ? palette.ink : palette.line;
  context.lineWidth = marked ? 3 : 1.25;
  context.setLineDash(frozen ? [3, 3] : []);
  context.strokeRect(left, top, size, size);
  context.setLineDash([]);
  if (!label) return;
  context.font = font(size < 26 ? 10 : 12, 600);
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  const plain = !picture || picture.length === 0;
  context.fillStyle = plain ? inkOn(rgb(palette.background)) : palette.ink;
  if (plain) context.fillText(label, x, y);
  else {
    const width = context.measureText(label).width + 6;
    context.globalAlpha = luminance(rgb(palette.background)) > 0.5 ? 0.82 : 0.7;
    context.fillStyle = palette.background;
    context.fillRect(left + 1, top + 1, width, 15);
    context.globalAlpha = 1;
    context.fillStyle = palette.ink;
    context.textAlign = 'left';
    context.fillText(label, left + 4, top + 8.5);
  }
}
