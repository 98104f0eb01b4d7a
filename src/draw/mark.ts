import type { DrawContext } from './context.ts';

type Shape = (context: DrawContext, x: number, y: number, r: number) => void;

const polygon =
  (points: readonly (readonly [number, number])[]): Shape =>
  (context, x, y, r) => {
    points.forEach(([dx, dy], i) => {
      if (i === 0) context.moveTo(x + dx * r, y + dy * r);
      else context.lineTo(x + dx * r, y + dy * r);
    });
    context.closePath();
  };

const shapes: readonly Shape[] = [
  (context, x, y, r) => context.arc(x, y, r, 0, 2 * Math.PI),
  polygon([
    [-0.9, -0.9],
    [0.9, -0.9],
    [0.9, 0.9],
    [-0.9, 0.9],
  ]),
  polygon([
    [0, -1.2],
    [1.1, 0.8],
    [-1.1, 0.8],
  ]),
  polygon([
    [0, -1.3],
    [1.3, 0],
    [0, 1.3],
    [-1.3, 0],
  ]),
  polygon([
    [0, 1.2],
    [1.1, -0.8],
    [-1.1, -0.8],
  ]),
  polygon([
    [-0.4, -1.2],
    [0.4, -1.2],
    [0.4, -0.4],
    [1.2, -0.4],
    [1.2, 0.4],
    [0.4, 0.4],
    [0.4, 1.2],
    [-0.4, 1.2],
    [-0.4, 0.4],
    [-1.2, 0.4],
    [-1.2, -0.4],
    [-0.4, -0.4],
  ]),
];

/** The outline of the shape that a class or curve has beside its colour, as a path to fill or stroke. */
export function markPath(context: DrawContext, index: number, x: number, y: number, radius: number): void {
  context.beginPath();
  shapes[index % shapes.length]!(context, x, y, radius);
}

/** Dashes of the curve of an index; the first is drawn through. */
export const dashOf = (index: number): number[] => [[], [6, 3], [2, 3], [8, 3, 2, 3]][index % 4]!;
