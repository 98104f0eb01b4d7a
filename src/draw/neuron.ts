/** One artificial neuron at work: inputs, weights, sum, bias, activation, output, each with its number. */
import type { DrawContext } from './context.ts';
import { font, type Look, type Numbers } from './look.ts';
import type { Palette } from './palette.ts';

export interface NeuronPicture {
  readonly caption: string;
  readonly inputs: readonly { readonly name: string; readonly x: number; readonly w: number }[];
  /** Absent: the neuron has none. */
  readonly bias?: number | undefined;
  readonly z: number;
  readonly y: number;
  readonly activation: { readonly title: string; readonly output: (z: number) => number };
  /** The part that is singled out: the place of an input, or the bias. */
  readonly marked?: number | 'bias' | undefined;
  /** How far a signal has come, 0 at the inputs, 1 at the output; absent: none travels. */
  readonly signal?: number | undefined;
  readonly format: (value: number) => string;
}

interface Place {
  readonly x: number;
  readonly y: number;
}

/** Where the parts lie, the same in the picture of a biological neuron. */
export function neuronPlaces(count: number, { width, height }: Pick<Look, 'width' | 'height'>) {
  const middle = height * 0.54;
  const apart = Math.min(92, (height - 80) / Math.max(1, count));
  const inputs = Array.from({ length: count }, (_, i) => ({
    x: Math.max(34, width * 0.09),
    y: middle + (i - (count - 1) / 2) * apart,
  }));
  return {
    inputs,
    sum: { x: width * 0.49, y: middle },
    activation: { x: width * 0.71, y: middle },
    output: { x: width - Math.max(34, width * 0.075), y: middle },
    bias: { x: width * 0.49, y: Math.max(30, middle - height * 0.34) },
  };
}

const inputRadius = 21;
const sumRadius = 27;
const boxHalf = 27;

export function drawNeuron(context: DrawContext, model: NeuronPicture, look: Look): void {
  const { inputs, bias, z, y, marked, format } = model;
  const { palette } = look;
  const places = neuronPlaces(inputs.length, look);
  const most = Math.max(1e-9, ...inputs.map(({ w }) => Math.abs(w)));
  context.save();
  inputs.forEach(({ w }, i) => {
    edge(context, places.inputs[i]!, places.sum, w, Math.abs(w) / most, marked === i, palette);
  });
  if (bias !== undefined) {
    edge(context, places.bias, places.sum, bias, Math.min(1, Math.abs(bias) / most), marked === 'bias', palette);
    text(
      context,
      `bias ${format(bias)}`,
      places.bias.x,
      places.bias.y - 9,
      palette.ink,
      13,
      'center',
      marked === 'bias',
    );
  }
  line(context, places.sum, places.activation, palette.line, 2);
  line(context, places.activation, places.output, palette.line, 2);
  inputs.forEach(({ w }, i) => {
    weightLabel(context, places.inputs[i]!, places.sum, `w${sub(i + 1)} ${format(w)}`, w, marked === i, palette);
  });
  inputs.forEach(({ name, x }, i) => {
    const at = places.inputs[i]!;
    disc(context, at, inputRadius, palette, marked === i);
    text(context, format(x), at.x, at.y, palette.ink, 13, 'center', true);
    text(context, name, at.x, at.y - inputRadius - 10, palette.muted, 12, 'center');
  });
  disc(context, places.sum, sumRadius, palette, false);
  text(context, 'Σ', places.sum.x, places.sum.y + 1, palette.ink, 22, 'center');
  text(context, `z = ${format(z)}`, places.sum.x, places.sum.y + sumRadius + 14, palette.ink, 13, 'center', true);
  activationBox(context, places.activation, model, palette);
  disc(context, places.output, inputRadius + 2, palette, false);
  text(context, format(y), places.output.x, places.output.y, palette.ink, 13, 'center', true);
  text(context, 'ŷ', places.output.x, places.output.y - inputRadius - 12, palette.muted, 13, 'center');
  if (model.signal !== undefined) signals(context, model, places, palette);
  context.restore();
}

const sub = (index: number): string => [...String(index)].map(digit => '₀₁₂₃₄₅₆₇₈₉'[Number(digit)]).join('');

function edge(
  context: DrawContext,
  from: Place,
  to: Place,
  weight: number,
  share: number,
  marked: boolean,
  palette: Palette,
): void {
  context.setLineDash(weight < 0 ? [7, 4] : []);
  line(context, from, to, weight < 0 ? palette.negative : palette.positive, 1 + 6 * share + (marked ? 2 : 0));
  context.setLineDash([]);
}

function line(context: DrawContext, from: Place, to: Place, colour: string, width: number): void {
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.beginPath();
  context.moveTo(from.x, from.y);
  context.lineTo(to.x, to.y);
  context.stroke();
}

function disc(context: DrawContext, at: Place, radius: number, palette: Palette, marked: boolean): void {
  context.beginPath();
  context.arc(at.x, at.y, radius, 0, 2 * Math.PI);
  context.fillStyle = palette.background;
  context.fill();
  context.strokeStyle = marked ? palette.ink : palette.line;
  context.lineWidth = marked ? 3 : 1.5;
  context.stroke();
}

function text(
  context: DrawContext,
  words: string,
  x: number,
  y: number,
  colour: string,
  size: number,
  align: CanvasTextAlign,
  strong = false,
): void {
  context.font = font(size, strong ? 600 : 400);
  context.textAlign = align;
  context.textBaseline = 'middle';
  context.fillStyle = colour;
  context.fillText(words, x, y);
}

/** The number of a weight on its edge, on a ground of its own so that the edge does not cross it. */
function weightLabel(
  context: DrawContext,
  from: Place,
  to: Place,
  words: string,
  weight: number,
  marked: boolean,
  palette: Palette,
): void {
  const at = { x: from.x + (to.x - from.x) * 0.46, y: from.y + (to.y - from.y) * 0.46 };
  context.font = font(13, marked ? 600 : 400);
  const width = context.measureText(words).width + 10;
  context.fillStyle = palette.background;
  context.fillRect(at.x - width / 2, at.y - 10, width, 20);
  text(context, words, at.x, at.y, weight < 0 ? palette.negative : palette.positive, 13, 'center', true);
}

function activationBox(context: DrawContext, at: Place, { activation, z }: NeuronPicture, palette: Palette): void {
  const box = { x: at.x - boxHalf, y: at.y - boxHalf, width: 2 * boxHalf, height: 2 * boxHalf };
  context.fillStyle = palette.background;
  context.fillRect(box.x, box.y, box.width, box.height);
  context.strokeStyle = palette.line;
  context.lineWidth = 1.5;
  context.strokeRect(box.x, box.y, box.width, box.height);
  const values = Array.from({ length: 41 }, (_, i) => activation.output((i - 20) / 5));
  const low = Math.min(...values, 0);
  const span = Math.max(1e-9, Math.max(...values) - low);
  const toX = (value: number): number => at.x + (value / 4) * (boxHalf - 5);
  const toY = (value: number): number => at.y + boxHalf - 6 - ((value - low) / span) * (2 * boxHalf - 12);
  context.strokeStyle = palette.ink;
  context.lineWidth = 2;
  context.beginPath();
  values.forEach((value, i) => {
    if (i === 0) context.moveTo(toX((i - 20) / 5), toY(value));
    else context.lineTo(toX((i - 20) / 5), toY(value));
  });
  context.stroke();
  const shown = Math.min(4, Math.max(-4, z));
  context.beginPath();
  context.arc(toX(shown), toY(activation.output(shown)), 4, 0, 2 * Math.PI);
  context.fillStyle = palette.negative;
  context.fill();
  text(context, activation.title, at.x, at.y + boxHalf + 14, palette.muted, 12, 'center');
}

/** Dots that travel: along every synapse at once, then through the sum and the activation to the output. */
function signals(
  context: DrawContext,
  model: NeuronPicture,
  places: ReturnType<typeof neuronPlaces>,
  palette: Palette,
) {
  const signal = model.signal!;
  const dot = (from: Place, to: Place, share: number, words: string, index: number): void => {
    const at = { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share };
    context.beginPath();
    context.arc(at.x, at.y, 7, 0, 2 * Math.PI);
    context.fillStyle = palette.classes[index]!;
    context.fill();
    text(context, words, at.x, at.y - 15, palette.ink, 12, 'center', true);
  };
  if (signal < 0.5) {
    model.inputs.forEach(({ x, w }, i) => {
      const crossed = signal > 0.23;
      dot(places.inputs[i]!, places.sum, signal / 0.5, model.format(crossed ? x * w : x), 4);
    });
  } else if (signal < 0.75) dot(places.sum, places.activation, (signal - 0.5) / 0.25, model.format(model.z), 4);
  else dot(places.activation, places.output, (signal - 0.75) / 0.25, model.format(model.y), 4);
}

export const neuronNumbers = ({ caption, inputs, bias, z, y }: NeuronPicture): Numbers => ({
  caption,
  head: ['name', 'x', 'w', 'x·w'],
  rows: [
    ...inputs.map(({ name, x, w }) => [name, x, w, x * w]),
    ...(bias === undefined ? [] : [['bias', 1, bias, bias]]),
    ['z', null, null, z],
    ['ŷ', null, null, y],
  ],
});
