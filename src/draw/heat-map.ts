/** A matrix as a picture of its numbers: weights around 0, activations and shares from 0 up. */
import { formatNumber } from '../format.ts';
import type { DrawContext, Pixels } from './context.ts';
import { type Box, fitted, font, type Look, type Numbers, signed } from './look.ts';
import { type Colour, diverging, hex, inkOn, type Palette, sequential } from './palette.ts';

export interface HeatMap {
  readonly caption: string;
  /** Row by row. */
  readonly values: ArrayLike<number>;
  readonly rows: number;
  readonly columns: number;
  /** Around 0, or from the least to the most. */
  readonly scale: 'signed' | 'sequence';
  /** The ends of the scale; those of the values unless told (signed: as far to either side of 0). */
  readonly range?: readonly [low: number, high: number];
  readonly rowLabels?: readonly string[];
  readonly columnLabels?: readonly string[];
  readonly xLabel?: string;
  readonly yLabel?: string;
  /** Each number is a square, and the whole as large as that allows. */
  readonly square?: boolean;
  /** A scale of colours beside it; there unless told. */
  readonly key?: boolean;
}

/** The ends of a scale: those told, else of the values; of a signed scale equally far from 0. */
export function rangeOf({ values, range, scale }: Pick<HeatMap, 'values' | 'range' | 'scale'>): [number, number] {
  let [low, high] = range ?? [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; !range && i < values.length; i++) {
    if (!Number.isFinite(values[i])) continue;
    low = Math.min(low, values[i]!);
    high = Math.max(high, values[i]!);
  }
  if (!(low <= high)) [low, high] = [0, 1];
  if (scale === 'sequence') return [low, high];
  const most = Math.max(Math.abs(low), Math.abs(high)) || 1;
  return [-most, most];
}

/** The colour of a value between the ends of its scale. */
export function heat(palette: Palette, scale: HeatMap['scale'], [low, high]: readonly [number, number], value: number) {
  if (scale === 'signed') return diverging(palette, value / high);
  return sequential(palette, high > low ? (value - low) / (high - low) : 0.5);
}

/** A matrix as pixels, one a number. */
export function heatPixels(
  map: Pick<HeatMap, 'values' | 'rows' | 'columns' | 'scale' | 'range'>,
  palette: Palette,
): Pixels {
  const { rows, columns, values } = map;
  const range = rangeOf(map);
  const rgb = new Uint8Array(rows * columns * 3);
  const table = coloursOf(palette, map.scale);
  const [low, high] = range[1] > range[0] ? range : [range[0] - 1, range[0] + 1];
  for (let i = 0; i < rows * columns; i++) {
    const share = (values[i]! - low) / (high - low);
    const at = 3 * Math.round(Math.min(1, Math.max(0, Number.isNaN(share) ? nothing[map.scale] : share)) * steps);
    rgb[3 * i] = table[at]!;
    rgb[3 * i + 1] = table[at + 1]!;
    rgb[3 * i + 2] = table[at + 2]!;
  }
  return { width: columns, height: rows, rgb };
}

const steps = 510;
/** Where what is no number lies on a scale. */
const nothing = { signed: 0.5, sequence: 0 };
const tables = new Map<string, Uint8Array>();

/** The colours of a scale in equal steps: pictures are made many times a second. */
function coloursOf(palette: Palette, scale: HeatMap['scale']): Uint8Array {
  const name = `${scale} ${palette.name}`;
  const known = tables.get(name);
  if (known) return known;
  const ends = scale === 'signed' ? ([-1, 1] as const) : ([0, 1] as const);
  const table = new Uint8Array((steps + 1) * 3);
  for (let i = 0; i <= steps; i++)
    table.set(heat(palette, scale, ends, ends[0] + ((ends[1] - ends[0]) * i) / steps), 3 * i);
  tables.set(name, table);
  return table;
}

const textSize = 11;
const keyWidth = 10;

/** Where the numbers lie, inside labels and key. */
export function heatMapBox(context: DrawContext, map: HeatMap, { width, height }: Look): Box {
  context.font = font(textSize);
  const widest = (labels: readonly string[] = []): number =>
    Math.min(width * 0.3, Math.max(0, ...labels.map(label => context.measureText(label).width)));
  const left = widest(map.rowLabels) + (map.rowLabels ? 6 : 0) + (map.yLabel ? textSize + 6 : 0);
  const bottom = (map.columnLabels ? textSize + 6 : 0) + (map.xLabel ? textSize + 6 : 0);
  const right = map.key === false ? 1 : keyWidth + 12 + 48;
  const room = { width: Math.max(1, width - left - right), height: Math.max(1, height - bottom - 2) };
  if (!map.square) return { x: left, y: 1, ...room };
  const cell = Math.min(room.width / map.columns, room.height / map.rows);
  return { x: left, y: 1, width: cell * map.columns, height: cell * map.rows };
}

export function drawHeatMap(context: DrawContext, map: HeatMap, look: Look): Box {
  const { palette } = look;
  const box = heatMapBox(context, map, look);
  const range = rangeOf(map);
  context.save();
  context.pixels(heatPixels(map, palette), box.x, box.y, box.width, box.height);
  context.strokeStyle = palette.line;
  context.lineWidth = 1;
  context.strokeRect(box.x, box.y, box.width, box.height);
  drawLabels(context, map, box, look);
  if (map.key !== false) drawKey(context, map, range, { ...box, x: box.x + box.width + 12, width: keyWidth }, look);
  context.restore();
  return box;
}

function drawLabels(context: DrawContext, map: HeatMap, box: Box, { palette }: Look): void {
  const { rowLabels, columnLabels, xLabel, yLabel } = map;
  context.font = font(textSize);
  context.fillStyle = palette.muted;
  const cell = { width: box.width / map.columns, height: box.height / map.rows };
  const each = Math.max(1, Math.ceil((textSize + 2) / cell.height));
  context.textAlign = 'right';
  context.textBaseline = 'middle';
  const room = box.x - 6 - (yLabel ? textSize + 6 : 0);
  rowLabels?.forEach((label, row) => {
    if (row % each === 0) context.fillText(fitted(context, label, room), box.x - 6, box.y + (row + 0.5) * cell.height);
  });
  context.textAlign = 'center';
  context.textBaseline = 'top';
  const widest = Math.max(0, ...(columnLabels ?? []).map(label => context.measureText(label).width)) + 6;
  const step = Math.max(1, Math.ceil(Math.min(widest, 80) / cell.width));
  columnLabels?.forEach((label, column) => {
    if (column % step > 0) return;
    const x = box.x + (column + 0.5) * cell.width;
    context.fillText(fitted(context, label, cell.width * step - 4), x, box.y + box.height + 4);
  });
  context.fillStyle = palette.ink;
  const below = columnLabels ? textSize + 6 : 0;
  if (xLabel) context.fillText(xLabel, box.x + box.width / 2, box.y + box.height + 5 + below);
  if (!yLabel) return;
  context.save();
  context.translate(2, box.y + box.height / 2);
  context.rotate(-Math.PI / 2);
  context.fillText(yLabel, 0, 0);
  context.restore();
}

function drawKey(
  context: DrawContext,
  { scale }: HeatMap,
  [low, high]: readonly [number, number],
  box: Box,
  { palette }: Look,
): void {
  const steps = 64;
  const values = Float64Array.from({ length: steps }, (_, i) => high + ((low - high) * i) / (steps - 1));
  const key = { values, rows: steps, columns: 1, scale, range: [low, high] as const };
  context.pixels(heatPixels(key, palette), box.x, box.y, box.width, box.height);
  context.strokeRect(box.x, box.y, box.width, box.height);
  context.textAlign = 'left';
  context.fillStyle = palette.muted;
  const x = box.x + box.width + 5;
  context.textBaseline = 'top';
  context.fillText(signed(formatNumber(high, 3)), x, box.y);
  context.textBaseline = 'bottom';
  context.fillText(signed(formatNumber(low, 3)), x, box.y + box.height);
  context.textBaseline = 'middle';
  if (scale === 'signed' && box.height > 48) context.fillText('0', x, box.y + box.height / 2);
}

/** The numbers of a matrix, a row a line. */
export function heatMapNumbers({ caption, values, rows, columns, rowLabels, columnLabels }: HeatMap): Numbers {
  return {
    caption,
    head: ['', ...Array.from({ length: columns }, (_, column) => columnLabels?.[column] ?? String(column + 1))],
    rows: Array.from({ length: rows }, (_, row) => [
      rowLabels?.[row] ?? String(row + 1),
      ...Array.from({ length: columns }, (_, column) => values[row * columns + column]!),
    ]),
  };
}

/** A cell with a number written into it, in the ink that is read on its colour. */
export function drawCell(context: DrawContext, text: string, colour: Colour, box: Box): void {
  context.fillStyle = hex(colour);
  context.fillRect(box.x, box.y, box.width, box.height);
  context.fillStyle = inkOn(colour);
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.fillText(fitted(context, text, box.width - 2), box.x + box.width / 2, box.y + box.height / 2);
}
