import { extent, type Tick, ticks } from '../draw/ticks.ts';
import { type Canvas, canvas } from './canvas.ts';
import { type Style, styled, type Terminal } from './terminal.ts';
import { displayWidth, padLeft, singleLine } from './width.ts';

/** A curve: points in order of x; a point that is not finite breaks it. */
export interface Series {
  readonly label?: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

/** A point singled out, with a word beside it. */
export interface Mark {
  readonly x: number;
  readonly y: number;
  readonly label?: string;
}

/** An area between two curves, drawn behind all others. */
export interface Band {
  readonly label?: string;
  readonly points: readonly (readonly [x: number, low: number, high: number])[];
}

/** How a line plot is drawn. */
export interface LinePlot {
  readonly series: readonly Series[];
  readonly bands?: readonly Band[];
  readonly mark?: Mark | undefined;
  readonly title?: string;
  readonly xLabel?: string;
  readonly yLabel?: string;
  /** What stands at the x axis instead of round numbers. */
  readonly xTicks?: readonly Tick[];
  /** Limits of the axes; default to the points. */
  readonly x?: readonly [low: number, high: number];
  readonly y?: readonly [low: number, high: number];
  /** Characters across and down inside the axes. */
  readonly width?: number;
  readonly height?: number;
}

type Look = Pick<Terminal, 'unicode' | 'colour'>;

const seriesColours: readonly Style[] = ['cyan', 'magenta', 'yellow', 'green', 'blue', 'red'];
const dashes: readonly ((step: number) => boolean)[] = [
  () => true,
  step => step % 6 < 4,
  step => step % 3 === 0,
  step => step % 10 < 6 || step % 10 === 8,
];

/** A line plot with axes, round ticks, labels and a legend where there are several series. */
export function linePlot(plot: LinePlot, look: Look): string {
  const { series, mark, width = 60, height = 14 } = plot;
  const bands = plot.bands ?? [];
  const edges = bands.flatMap(({ points }) => points);
  const xs = [...series.flatMap(s => s.points.map(([x]) => x)), ...edges.map(([x]) => x), mark?.x ?? Number.NaN];
  const ys = [...series.flatMap(s => s.points.map(([, y]) => y)), ...edges.flatMap(([, low, high]) => [low, high])];
  const [x0, x1] = plot.x ?? extent(xs);
  const [y0, y1] = plot.y ?? extent([...ys, mark?.y ?? Number.NaN]);
  const several = series.length + bands.length > 1;
  const surface = canvas(width, height, look.unicode, several);
  const toX = (x: number): number => Math.round(((x - x0) / (x1 - x0)) * (surface.width - 1));
  const toY = (y: number): number => Math.round(((y1 - y) / (y1 - y0)) * (surface.height - 1));
  bands.forEach((band, i) => {
    drawBand(surface, band, series.length + i, toX, toY);
  });
  series.forEach((one, i) => {
    const pen = several && look.unicode && !look.colour ? dashes[i % dashes.length]! : dashes[0]!;
    drawCurve(surface, one, i, pen, toX, toY);
  });
  const rows = surface.cells().map(row =>
    row.map(({ character, series: owner }) => {
      return owner < 0 ? character : styled(character, seriesColours[owner % seriesColours.length]!, look);
    }),
  );
  if (mark)
    drawMark(rows, mark, Math.floor(toX(mark.x) / surface.dotsX), Math.floor(toY(mark.y) / surface.dotsY), look);

  const yTicks = new Map(
    ticks(y0, y1, Math.max(3, Math.ceil(height / 2.5))).map(tick => [
      Math.floor(toY(tick.value) / surface.dotsY),
      tick.label,
    ]),
  );
  const xTicks = plot.xTicks ?? ticks(x0, x1, Math.max(2, Math.floor(width / 8)));
  const gutter = Math.max(0, ...[...yTicks.values()].map(displayWidth));
  const line = look.unicode
    ? { tick: '┤', side: '│', corner: '└', base: '─', mark: '┬' }
    : { tick: '+', side: '|', corner: '+', base: '-', mark: '+' };
  const lines = rows.map((row, r) => {
    const label = yTicks.get(r);
    return `${padLeft(label ?? '', gutter)} ${label === undefined ? line.side : line.tick}${row.join('').trimEnd()}`;
  });
  const tickColumns = xTicks.map(tick => ({ column: Math.floor(toX(tick.value) / surface.dotsX), tick }));
  const base = Array.from({ length: width }, (_, c) =>
    tickColumns.some(({ column }) => column === c) ? line.mark : line.base,
  );
  lines.push(`${' '.repeat(gutter + 1)}${line.corner}${base.join('')}`);
  lines.push(tickLabels(tickColumns, gutter + 2).trimEnd());
  if (plot.yLabel) lines.unshift(`${padLeft(plot.yLabel, Math.max(gutter + 2, displayWidth(plot.yLabel)))}`);
  if (plot.title) lines.unshift(`${' '.repeat(gutter + 2)}${plot.title}`);
  if (plot.xLabel) lines.push(padLeft(plot.xLabel, gutter + 2 + Math.floor((width + displayWidth(plot.xLabel)) / 2)));
  if (several) lines.push(...legend(series, bands, look, gutter + 2));
  return lines.join('\n');
}

type Scale = (value: number) => number;

function drawCurve(
  surface: Canvas,
  { points }: Series,
  series: number,
  pen: (step: number) => boolean,
  toX: Scale,
  toY: Scale,
): void {
  let last: { x: number; y: number } | undefined;
  for (const [x, y] of points) {
    const here = Number.isFinite(x) && Number.isFinite(y) ? { x: toX(x), y: toY(y) } : undefined;
    if (here) surface.line(last ?? here, here, series, pen);
    last = here;
  }
}

/** Dots on every second column and row between the two edges. */
function drawBand(surface: Canvas, { points }: Band, series: number, toX: Scale, toY: Scale): void {
  const edges = points
    .filter(point => point.every(Number.isFinite))
    .map(([x, low, high]) => ({ x: toX(x), low: toY(low), high: toY(high) }));
  const between = (a: number, b: number, share: number): number => Math.round(a + (b - a) * share);
  edges.forEach((to, i) => {
    const from = edges[i - 1] ?? to;
    for (let x = from.x; x <= to.x; x++) {
      const share = to.x === from.x ? 1 : (x - from.x) / (to.x - from.x);
      const top = between(from.high, to.high, share);
      const bottom = between(from.low, to.low, share);
      for (let y = top; y <= bottom; y++) if (x % 2 === 0 && y % 2 === 0) surface.dot(x, y, series);
    }
  });
}

function drawMark(rows: string[][], mark: Mark, column: number, row: number, look: Look): void {
  const cells = rows[row];
  if (cells?.[column] === undefined) return;
  cells[column] = styled(look.unicode ? '●' : 'O', 'red', look);
  const label = mark.label ? singleLine(mark.label) : '';
  const letters = [...label];
  const free = (r: number, start: number): boolean =>
    start >= 0 && start + letters.length <= cells.length && letters.every((_, i) => rows[r]?.[start + i] === ' ');
  const near = [0, -1, 1, -2, 2, -3, 3].flatMap(step =>
    [column + 2, column - 1 - letters.length].map(start => ({ r: row + step, start })),
  );
  const { r, start } = near.find(place => free(place.r, place.start)) ?? { r: -1, start: 0 };
  letters.forEach((letter, i) => {
    if (rows[r]) rows[r][start + i] = letter;
  });
}

function tickLabels(placed: readonly { column: number; tick: Tick }[], offset: number): string {
  let line = '';
  for (const { column, tick } of placed) {
    const start = Math.max(0, offset + column - Math.floor(tick.label.length / 2));
    if (line !== '' && start < line.length + 1) continue;
    line = line.padEnd(start) + tick.label;
  }
  return line;
}

function legend(series: readonly Series[], bands: readonly Band[], look: Look, indent: number): string[] {
  return [...series, ...bands].map(({ label = '' }, i) => {
    const sample = canvas(4, 1, look.unicode, true);
    const y = look.unicode ? 1 : 0;
    const pen = look.unicode && !look.colour ? dashes[i % dashes.length]! : dashes[0]!;
    if (i < series.length) sample.line({ x: 0, y }, { x: sample.width - 1, y }, i, pen);
    else for (let x = 0; x < sample.width; x += 2) for (const dot of [0, 2]) sample.dot(x, dot, i);
    const drawn = sample
      .cells()[0]!
      .map(cell => cell.character)
      .join('');
    return `${' '.repeat(indent)}${styled(drawn, seriesColours[i % seriesColours.length]!, look)}  ${singleLine(label)}`;
  });
}
