/** A biological neuron with the names of its parts, in the places of the artificial one. */
import type { DrawContext } from './context.ts';
import { font, type Look } from './look.ts';
import { neuronPlaces } from './neuron.ts';
import type { Palette } from './palette.ts';

export interface BiologyPicture {
  /** Of each dendrite the weight of its synapse. */
  readonly weights: readonly number[];
  /** The part that is singled out. */
  readonly marked?: number | 'bias' | undefined;
  /** How far a signal has come, 0 at the synapses, 1 at the end of the axon. */
  readonly signal?: number | undefined;
}

interface Place {
  readonly x: number;
  readonly y: number;
}

export function drawBiology(context: DrawContext, { weights, marked, signal }: BiologyPicture, look: Look): void {
  const { palette } = look;
  const places = neuronPlaces(weights.length, look);
  const most = Math.max(1e-9, ...weights.map(Math.abs));
  context.save();
  context.lineCap = 'round';
  weights.forEach((w, i) => {
    dendrite(context, places.inputs[i]!, places.sum, w, Math.abs(w) / most, marked === i, palette);
  });
  spareDendrites(context, places.sum, palette);
  axon(context, places, palette);
  body(context, places.sum, palette);
  names(context, places, weights.length, look);
  if (signal !== undefined) pulse(context, places, weights, signal, palette);
  context.restore();
}

const reach = 34;

/** The way of a dendrite, from its synapse to the cell body. */
function wayOf(from: Place, to: Place) {
  const span = to.x - from.x;
  return [
    { x: from.x + 14, y: from.y },
    { x: from.x + span * 0.45, y: from.y + (to.y - from.y) * 0.05 },
    { x: to.x - span * 0.3, y: to.y + (from.y - to.y) * 0.25 },
    { x: to.x - 20, y: to.y + (from.y - to.y) * 0.12 },
  ] as const;
}

function dendrite(
  context: DrawContext,
  from: Place,
  to: Place,
  weight: number,
  share: number,
  marked: boolean,
  palette: Palette,
): void {
  const [a, b, c, d] = wayOf(from, to);
  const colour = weight < 0 ? palette.negative : palette.positive;
  context.strokeStyle = palette.line;
  context.lineWidth = 5 + (marked ? 2 : 0);
  path(context, a, b, c, d);
  context.lineWidth = 2.5;
  path(
    context,
    { x: a.x + 20, y: a.y },
    { x: a.x + 34, y: a.y - 4 },
    { x: a.x + 40, y: a.y - 12 },
    {
      x: a.x + 44,
      y: a.y - 20,
    },
  );
  context.strokeStyle = colour;
  context.setLineDash(weight < 0 ? [4, 3] : []);
  context.lineWidth = 2;
  const radius = 5 + 8 * share;
  context.beginPath();
  context.arc(a.x - 16 - radius * 0.4, a.y, radius, -0.5 * Math.PI, 0.5 * Math.PI);
  context.stroke();
  context.setLineDash([]);
  context.beginPath();
  context.moveTo(0, a.y);
  context.lineTo(Math.max(2, a.x - 18 - radius * 0.4), a.y);
  context.stroke();
  context.beginPath();
  context.arc(a.x - 3, a.y, 2 + 3 * share, 0, 2 * Math.PI);
  context.fillStyle = colour;
  context.fill();
}

function path(context: DrawContext, a: Place, b: Place, c: Place, d: Place): void {
  context.beginPath();
  context.moveTo(a.x, a.y);
  context.bezierCurveTo(b.x, b.y, c.x, c.y, d.x, d.y);
  context.stroke();
}

/** Dendrites that no input of the picture reaches. */
function spareDendrites(context: DrawContext, { x, y }: Place, palette: Palette): void {
  context.strokeStyle = palette.line;
  context.lineWidth = 4;
  for (const side of [-1, 1]) {
    path(
      context,
      { x: x - 8, y: y + side * 18 },
      { x: x - 14, y: y + side * 40 },
      { x: x - 2, y: y + side * 48 },
      {
        x: x - 12,
        y: y + side * 66,
      },
    );
  }
}

function body(context: DrawContext, { x, y }: Place, palette: Palette): void {
  context.beginPath();
  context.moveTo(x - reach, y);
  context.bezierCurveTo(x - reach, y - 26, x - 12, y - 36, x + 4, y - 28);
  context.bezierCurveTo(x + 24, y - 20, x + 30, y - 9, x + 46, y - 5);
  context.lineTo(x + 46, y + 5);
  context.bezierCurveTo(x + 30, y + 9, x + 24, y + 22, x + 2, y + 29);
  context.bezierCurveTo(x - 16, y + 34, x - reach, y + 24, x - reach, y);
  context.closePath();
  context.fillStyle = palette.neutral;
  context.fill();
  context.strokeStyle = palette.line;
  context.lineWidth = 2.5;
  context.stroke();
  context.beginPath();
  context.arc(x - 6, y, 10, 0, 2 * Math.PI);
  context.fillStyle = palette.grid;
  context.fill();
  context.stroke();
}

function axon(context: DrawContext, { sum, output }: ReturnType<typeof neuronPlaces>, palette: Palette): void {
  context.strokeStyle = palette.line;
  context.lineWidth = 5;
  context.beginPath();
  context.moveTo(sum.x + 40, sum.y);
  context.lineTo(output.x - 20, output.y);
  context.stroke();
  const [from, to] = [sum.x + 74, output.x - 34];
  const count = Math.max(1, Math.floor((to - from) / 42));
  const room = (to - from) / count;
  for (let i = 0; i < count; i++) {
    context.strokeStyle = palette.grid;
    context.lineWidth = 15;
    context.beginPath();
    context.moveTo(from + i * room + 9, sum.y);
    context.lineTo(from + (i + 1) * room - 9, sum.y);
    context.stroke();
  }
  context.strokeStyle = palette.line;
  context.lineWidth = 3;
  for (const side of [-1, 0, 1]) {
    const end = { x: output.x + 8, y: output.y + side * 26 };
    const start = { x: output.x - 22, y: output.y };
    path(context, start, { x: start.x + 14, y: start.y }, { x: end.x - 18, y: end.y }, end);
    context.beginPath();
    context.arc(end.x + 2, end.y, 5, 0, 2 * Math.PI);
    context.fillStyle = palette.line;
    context.fill();
  }
}

function names(context: DrawContext, places: ReturnType<typeof neuronPlaces>, count: number, look: Look): void {
  const { palette, height, width } = look;
  context.font = font(width < 460 ? 11 : 12);
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  const label = (words: string, x: number, y: number, to: Place): void => {
    context.strokeStyle = palette.grid;
    context.lineWidth = 1;
    context.beginPath();
    context.moveTo(x, y + (to.y > y ? 9 : -9));
    context.lineTo(to.x, to.y);
    context.stroke();
    context.fillStyle = palette.ink;
    context.fillText(words, x, y);
  };
  const first = places.inputs[0]!;
  const last = places.inputs[count - 1]!;
  const low = height - 14;
  label('synapse', Math.max(30, first.x + 4), 14, { x: first.x + 6, y: first.y - 16 });
  label('dendrite', width * 0.26, low, { x: last.x + (places.sum.x - last.x) * 0.42, y: last.y - 2 });
  label('cell body', places.sum.x - 2, low, { x: places.sum.x - 2, y: places.sum.y + 34 });
  label('axon hillock', places.sum.x + 62, 14, { x: places.sum.x + 46, y: places.sum.y - 9 });
  label('axon', width * 0.74, low, { x: width * 0.74, y: places.sum.y + 12 });
}

const pointOn = ([a, b, c, d]: readonly [Place, Place, Place, Place], t: number): Place => {
  const mix = (p: number, q: number, r: number, s: number): number =>
    (1 - t) ** 3 * p + 3 * (1 - t) ** 2 * t * q + 3 * (1 - t) * t ** 2 * r + t ** 3 * s;
  return { x: mix(a.x, b.x, c.x, d.x), y: mix(a.y, b.y, c.y, d.y) };
};

function pulse(
  context: DrawContext,
  { inputs, sum, output }: ReturnType<typeof neuronPlaces>,
  weights: readonly number[],
  signal: number,
  palette: Palette,
): void {
  context.fillStyle = palette.classes[4]!;
  const dot = ({ x, y }: Place, radius: number): void => {
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    context.fill();
  };
  if (signal < 0.5) {
    weights.forEach((_, i) => {
      dot(pointOn(wayOf(inputs[i]!, sum), signal / 0.5), 6);
    });
  } else dot({ x: sum.x + 20 + (output.x - sum.x - 30) * ((signal - 0.5) / 0.5), y: sum.y }, 8);
}
