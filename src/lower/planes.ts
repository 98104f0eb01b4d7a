/** Maps as [H, W, N, C]: places first, so that what is done to a whole place is done to one block of memory. */
import type { Value } from '../graph/index.ts';
import { cast, concat, equal, mul, reduceMax, reshape, slice, sub, transpose, turnMatrix } from '../ops/index.ts';

/** The shape or axes of the other layout. */
export const turnShape = <T>([a, b, c, d]: readonly T[]): readonly [T, T, T, T] => [c!, d!, a!, b!];

export const turnAxis = (axis: number): number => (axis + 2) % 4;

/** [N, C, H, W] ⇄ [H, W, N, C]. */
export function turn(x: Value): Value {
  const [a, b, c, d] = x.type.shape as readonly number[];
  if (x.type.dtype !== 'float32') return transpose(x, [2, 3, 0, 1]);
  return reshape(turnMatrix(reshape(x, [a! * b!, c! * d!])), [c!, d!, a!, b!]);
}

/** Windows side by side on [H, W, N, C]. */
export interface Pooling {
  /** The largest of the columns of each window: [H, W′, N, C]. */
  readonly rows: Value;
  /** The largest of each window: [H′, W′, N, C]. */
  readonly y: Value;
}

export function poolPlanes(x: Value, [height, width]: readonly number[]): Pooling {
  const [h, w, n, c] = x.type.shape as readonly [number, number, number, number];
  const [down, across] = [h / height!, w / width!];
  const rows = reduceMax(reshape(x, [h * across, width!, n * c]), 1);
  const y = reduceMax(reshape(rows, [down, height!, across * n * c]), 1);
  return { rows: reshape(rows, [h, across, n, c]), y: reshape(y, [down, across, n, c]) };
}

/** The gradient of pooling: dy goes to the first row that holds the largest and there to the first column that does. */
export function poolPlanesGradient(x: Value, dy: Value, kernel: readonly number[]): Value {
  const { rows, y } = poolPlanes(x, kernel);
  const [height, width] = kernel as readonly [number, number];
  const [down, across, n, c] = y.type.shape as readonly [number, number, number, number];
  const byRow = toFirst(reshape(rows, [down, height, across * n * c]), reshape(y, [down, 1, across * n * c]), dy);
  const places = down * height * across;
  const byPlace = toFirst(reshape(x, [places, width, n * c]), reshape(rows, [places, 1, n * c]), byRow);
  return reshape(byPlace, x.type.shape);
}

/** Spreads d over the second axis of `parts`, to the first that is the largest; the last takes what is left. */
function toFirst(parts: Value, largest: Value, d: Value): Value {
  const count = parts.type.shape[1] as number;
  let left = reshape(d, largest.type.shape);
  const taken: Value[] = [];
  for (let i = 0; i < count - 1; i++) {
    const own = mul(left, cast(equal(slice(parts, 1, i, i + 1), largest), 'float32'));
    taken.push(own);
    left = sub(left, own);
  }
  return concat([...taken, left], 1);
}
