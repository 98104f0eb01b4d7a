import type { Random } from '../../random.ts';
import { type Images, makeImages } from '../images.ts';

type Stroke = readonly (readonly [x: number, y: number])[];

const side = 12;
const rows = 3000;

function arc(cx: number, cy: number, rx: number, ry: number, from: number, to: number): Stroke {
  const steps = Math.max(4, Math.ceil(Math.abs(to - from) / 30));
  return Array.from({ length: steps + 1 }, (_, i) => {
    const angle = ((from + ((to - from) * i) / steps) * Math.PI) / 180;
    return [cx + rx * Math.cos(angle), cy + ry * Math.sin(angle)] as const;
  });
}

// In a unit square, y downwards; angles in degrees, 0 = right, 90 = down.
const glyphs: readonly (readonly Stroke[])[] = [
  [arc(0.5, 0.5, 0.28, 0.42, 0, 360)],
  [
    [
      [0.32, 0.28],
      [0.54, 0.08],
      [0.54, 0.92],
    ],
  ],
  [[...arc(0.5, 0.32, 0.27, 0.24, 190, 380), [0.22, 0.92], [0.8, 0.92]]],
  [[...arc(0.47, 0.3, 0.26, 0.21, 210, 450)], [...arc(0.47, 0.7, 0.3, 0.22, 270, 510)]],
  [
    [
      [0.64, 0.92],
      [0.64, 0.08],
      [0.2, 0.64],
      [0.84, 0.64],
    ],
  ],
  [[[0.76, 0.08], [0.3, 0.08], [0.27, 0.46], ...arc(0.47, 0.66, 0.3, 0.26, 250, 500)]],
  [[[0.68, 0.08], [0.36, 0.4], ...arc(0.5, 0.68, 0.26, 0.24, 190, 550)]],
  [
    [
      [0.2, 0.1],
      [0.8, 0.1],
      [0.42, 0.92],
    ],
  ],
  [arc(0.5, 0.3, 0.22, 0.21, 0, 360), arc(0.5, 0.71, 0.27, 0.22, 0, 360)],
  [[...arc(0.5, 0.32, 0.26, 0.24, 350, -10), [0.74, 0.34], [0.66, 0.92]]],
];

function squaredDistance(px: number, py: number, a: readonly [number, number], b: readonly [number, number]): number {
  const [dx, dy] = [b[0] - a[0], b[1] - a[1]];
  const length = dx * dx + dy * dy;
  const t = length === 0 ? 0 : Math.min(1, Math.max(0, ((px - a[0]) * dx + (py - a[1]) * dy) / length));
  return (px - a[0] - t * dx) ** 2 + (py - a[1] - t * dy) ** 2;
}

/** Draws a digit with random slant, size, place, stroke width and ink. */
function draw(digit: number, rng: Random, pixels: Uint8Array): void {
  const angle = 0.14 * rng.normal();
  const slant = 0.16 * rng.normal();
  const [sx, sy] = [0.78 * (1 + 0.1 * rng.normal()), 0.84 * (1 + 0.07 * rng.normal())];
  const [tx, ty] = [0.5 + 0.05 * rng.normal(), 0.5 + 0.04 * rng.normal()];
  const width = 0.055 * (1 + 0.2 * rng.normal());
  const ink = 215 + 30 * rng.normal();
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const strokes = glyphs[digit]!.map(stroke =>
    stroke.map(([x, y]): readonly [number, number] => {
      const u = (x - 0.5) * sx - slant * (y - 0.5) + 0.014 * rng.normal();
      const v = (y - 0.5) * sy + 0.014 * rng.normal();
      return [tx + cos * u - sin * v, ty + sin * u + cos * v];
    }),
  );
  for (let row = 0; row < side; row++) {
    for (let col = 0; col < side; col++) {
      const [px, py] = [(col + 0.5) / side, (row + 0.5) / side];
      let nearest = 1;
      for (const stroke of strokes) {
        for (let i = 1; i < stroke.length; i++) {
          nearest = Math.min(nearest, squaredDistance(px, py, stroke[i - 1]!, stroke[i]!));
        }
      }
      const cover = Math.min(1, Math.max(0, 0.5 + (width - Math.sqrt(nearest)) * side * 0.8));
      const value = cover * ink + 12 * rng.normal();
      pixels[row * side + col] = Math.min(255, Math.max(0, Math.round(value)));
    }
  }
}

function make(rng: Random): Images {
  const size = side * side;
  const pixels = new Uint8Array(rows * size);
  const labels = new Int32Array(rows);
  for (let row = 0; row < rows; row++) {
    labels[row] = row % 10;
    draw(row % 10, rng, pixels.subarray(row * size, (row + 1) * size));
  }
  return makeImages({
    source: 'demo:digits',
    rows,
    shape: [side, side, 1],
    pixels,
    labels,
    classNames: Array.from({ length: 10 }, (_, digit) => String(digit)),
  });
}

/** The ten digits drawn from strokes. */
export const digits = {
  name: 'digits',
  title: 'the ten digits drawn from strokes, 12×12 pixels',
  task: 'multiclass',
  target: 'label',
  make,
} as const;
