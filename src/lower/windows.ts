/** Max pooling with windows side by side, in any layout. */
import type { Value } from '../graph/index.ts';
import { cast, concat, equal, mul, reduceMax, reshape, slice, sub } from '../ops/index.ts';
import type { Layout, Line, Places } from './layouts.ts';

const lengthOf = ([height, width]: Line): number => height * width;

/** [windows, length, numbers that lie together] of windows of one row (or column, when their width is 1). */
function windowed(x: Value, { maps, height, width, together }: Places, line: Line): Value {
  const length = lengthOf(line);
  return line[0] === 1
    ? reshape(x, [(maps * height * width) / length, length, together])
    : reshape(x, [(maps * height) / length, length, width * together]);
}

/** The largest of each window. */
export const largestOf = (x: Value, places: Places, line: Line): Value => reduceMax(windowed(x, places, line), 1);

/** The number at place `i` of each window. */
export const placeOf = (x: Value, places: Places, line: Line, i: number): Value =>
  slice(windowed(x, places, line), 1, i, i + 1);

/** The largest of each window of x. */
export function pooled(x: Value, [height, width]: readonly number[], layout: Layout): Value {
  return layout.largest(layout.largest(x, [1, width!]), [height!, 1]);
}

/** The gradient of pooling: dy goes to the first row that holds the largest and there to the first column that does. */
export function pooledGradient(x: Value, dy: Value, [height, width]: readonly number[], layout: Layout): Value {
  const rows = layout.largest(x, [1, width!]);
  const byRow = toFirst(rows, layout.largest(rows, [height!, 1]), dy, [height!, 1], layout);
  return toFirst(x, rows, byRow, [1, width!], layout);
}

/** Spreads d over windows of x, to the first place that is the largest; the last takes what is left. */
function toFirst(x: Value, largest: Value, d: Value, line: Line, layout: Layout): Value {
  const places = layout.places(x);
  const { shape } = windowed(x, places, line).type;
  const one = [shape[0] as number, 1, shape[2] as number];
  const most = reshape(largest, one);
  let left = reshape(d, one);
  const taken: Value[] = [];
  for (let i = 0; i < lengthOf(line) - 1; i++) {
    const here = reshape(layout.place(x, line, i), one);
    const own = mul(left, cast(equal(here, most), 'float32'));
    taken.push(own);
    left = sub(left, own);
  }
  return reshape(concat([...taken, left], 1), x.type.shape as number[]);
}
