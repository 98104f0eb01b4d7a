/** An activation and its slope, with the point where a neuron stands. */
import type { DrawContext } from './context.ts';
import { type Curves, drawCurves } from './curves.ts';
import type { Look } from './look.ts';

export interface ActivationPicture {
  readonly output: (z: number) => number;
  /** null: 0 everywhere it exists. */
  readonly slope: ((z: number) => number) | null;
  readonly z: number;
  readonly format: (value: number) => string;
}

/** f and f′ around 0, wide enough to show z. */
export function activationCurves({ output, slope, z, format }: ActivationPicture): Curves {
  const reach = Math.min(40, Math.max(5, Math.abs(z) * 1.15));
  const zs = Array.from({ length: 241 }, (_, i) => -reach + (2 * reach * i) / 240);
  return {
    caption: 'activation and slope',
    x: { label: 'z' },
    y: { label: '' },
    curves: [
      { label: 'f(z)', points: zs.map(value => [value, output(value)]), index: 0 },
      { label: 'f′(z)', points: zs.map(value => [value, slope?.(value) ?? 0]), index: 1, dashed: true },
    ],
    marks: [{ x: z, y: output(z), label: `ŷ = ${format(output(z))}` }],
  };
}

export function drawActivation(context: DrawContext, model: ActivationPicture, look: Look) {
  return drawCurves(context, activationCurves(model), look);
}

/** One small curve without axes, with its point. */
export function drawSmallActivation(
  context: DrawContext,
  { output, z }: Pick<ActivationPicture, 'output' | 'z'>,
  { width, height, palette }: Look,
): void {
  const reach = 4;
  const count = 60;
  const values = Array.from({ length: count + 1 }, (_, i) => output(-reach + (2 * reach * i) / count));
  const low = Math.min(0, ...values);
  const high = Math.max(1, ...values);
  const toX = (value: number): number => 4 + ((value + reach) / (2 * reach)) * (width - 8);
  const toY = (value: number): number => height - 5 - ((value - low) / (high - low)) * (height - 10);
  context.save();
  context.strokeStyle = palette.grid;
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(0, toY(0));
  context.lineTo(width, toY(0));
  context.moveTo(toX(0), 0);
  context.lineTo(toX(0), height);
  context.stroke();
  context.strokeStyle = palette.classes[0]!;
  context.lineWidth = 2;
  context.beginPath();
  values.forEach((value, i) => {
    const x = toX(-reach + (2 * reach * i) / count);
    if (i === 0) context.moveTo(x, toY(value));
    else context.lineTo(x, toY(value));
  });
  context.stroke();
  const at = Math.min(reach, Math.max(-reach, z));
  context.beginPath();
  context.arc(toX(at), toY(output(at)), 4, 0, 2 * Math.PI);
  context.fillStyle = palette.negative;
  context.fill();
  context.restore();
}
