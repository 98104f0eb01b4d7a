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

/** Segments of polylines as runs of five numbers: start, direction, 1 / squared length. */
function segmentsOf(strokes: readonly Stroke[]): Float64Array {
  return Float64Array.from(
    strokes.flatMap(stroke =>
      stroke.slice(1).flatMap(([x, y], i) => {
        const [fromX, fromY] = stroke[i]!;
        const [dx, dy] = [x - fromX, y - fromY];
        return [fromX, fromY, dx, dy, 1 / Math.max(1e-12, dx * dx + dy * dy)];
      }),
    ),
  );
}

function distance(px: number, py: number, segments: Float64Array): number {
  let nearest = 1;
  for (let i = 0; i < segments.length; i += 5) {
    const x = px - segments[i]!;
    const y = py - segments[i + 1]!;
    const dx = segments[i + 2]!;
    const dy = segments[i + 3]!;
    const t = Math.min(1, Math.max(0, (x * dx + y * dy) * segments[i + 4]!));
    nearest = Math.min(nearest, (x - t * dx) ** 2 + (y - t * dy) ** 2);
  }
  return Math.sqrt(nearest);
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
  const segments = segmentsOf(
    glyphs[digit]!.map(stroke =>
      stroke.map(([x, y]): readonly [number, number] => {
        const u = (x - 0.5) * sx - slant * (y - 0.5) + 0.014 * rng.normal();
        const v = (y - 0.5) * sy + 0.014 * rng.normal();
        return [tx + cos * u - sin * v, ty + sin * u + cos * v];
      }),
    ),
  );
  for (let row = 0; row < side; row++) {
    for (let col = 0; col < side; col++) {
      const away = distance((col + 0.5) / side, (row + 0.5) / side, segments);
      const cover = Math.min(1, Math.max(0, 0.5 + (width - away) * side * 0.8));
      const value = cover * ink + 40 * (rng.uniform() - 0.5);
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
  kind: 'images',
  task: 'multiclass',
  target: 'label',
  make,
} as const;
