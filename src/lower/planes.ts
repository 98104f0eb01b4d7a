/** Maps as [H, W, N, C]: places first, so that what is done to a whole place is done to one block of memory. */
import type { Value } from '../graph/index.ts';
import { reduceSum, reshape, transpose, turnMatrix } from '../ops/index.ts';
import type { Layout, Places } from './layouts.ts';
import { largestOf, placeOf } from './windows.ts';

const turnShape = ([a, b, c, d]: readonly number[]): readonly number[] => [c!, d!, a!, b!];

/** [N, C, H, W] ⇄ [H, W, N, C]. */
function turn(x: Value): Value {
  const [a, b, c, d] = x.type.shape as readonly number[];
  if (x.type.dtype !== 'float32') return transpose(x, [2, 3, 0, 1]);
  return reshape(turnMatrix(reshape(x, [a! * b!, c! * d!])), [c!, d!, a!, b!]);
}

function places(x: Value): Places {
  const [height, width, images, channels] = x.type.shape as readonly [number, number, number, number];
  return { maps: 1, height, width, together: images * channels };
}

export const planes: Layout = {
  to: turn,
  from: turn,
  shapeOf: turnShape,
  sums: (x, axes) =>
    reduceSum(
      x,
      axes.map(axis => (axis + 2) % 4),
    ),
  places,
  largest(x, line) {
    const [height, width, n, c] = x.type.shape as readonly [number, number, number, number];
    return reshape(largestOf(x, places(x), line), [height / line[0], width / line[1], n, c]);
  },
  place: (x, line, i) => placeOf(x, places(x), line, i),
};
