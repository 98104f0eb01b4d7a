/**
 * Winograd's convolution F(4×4, 3×3): tiles of four outputs along each axis from six products instead of twelve. Maps are
 * [H, W, N, C]; cutting into overlapping tiles, padding and both transforms of an axis are one product with a constant matrix.
 * Lavin & Gray, "Fast algorithms for convolutional neural networks" (2015).
 */
import { constant, f32, sizeOf, type Value } from '../graph/index.ts';
import { matMul, reduceSum, reshape, transpose } from '../ops/index.ts';

/** One axis of a convolution of stride 1: sizes of its map and its result, zeros before the map. */
export interface TiledAxis {
  readonly input: number;
  readonly output: number;
  readonly before: number;
}

/** Height and width. */
export type Tiling = readonly [TiledAxis, TiledAxis];

const [tile, taps] = [4, 3];
const points = [0, 1, -1, 2, -2];
const products = points.length + 1;

type Matrix = readonly (readonly number[])[];

const powers = (point: number, count: number): readonly number[] => Array.from({ length: count }, (_, i) => point ** i);
const last = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => (i === count - 1 ? 1 : 0));

/** Coefficients of Π (x − root), the constant first. */
const polynomial = (roots: readonly number[]): readonly number[] =>
  roots.reduce<readonly number[]>(
    (known, root) => known.concat(0).map((_, i) => (known[i - 1] ?? 0) - root * (known[i] ?? 0)),
    [1],
  );

/** Toom and Cook: y = outputs ᵀ((kernels · w) ∘ (inputs · x)) for six x, three w and four y; the last point is at infinity. */
const outputs: Matrix = [...points.map(point => powers(point, tile)), last(tile)];
const kernels: Matrix = [
  ...points.map((point, i) => {
    const scale = points.reduce((product, other, j) => (i === j ? product : product * (point - other)), 1);
    return powers(point, taps).map(value => value / scale);
  }),
  last(taps),
];
const inputs: Matrix = [
  ...points.map((_, i) => [...polynomial(points.filter((_, j) => j !== i)), 0]),
  polynomial(points),
];

const constantOf = (rows: Matrix): Value => constant(f32(rows.flat(), [rows.length, rows[0]!.length]));

const matrix = (rows: number, columns: number, at: (row: number, column: number) => number): Matrix =>
  Array.from({ length: rows }, (_, row) => Array.from({ length: columns }, (_, column) => at(row, column)));

const turned = (rows: Matrix): Matrix => matrix(rows[0]!.length, rows.length, (row, column) => rows[column]![row]!);

const tilesOf = ({ output }: TiledAxis): number => Math.ceil(output / tile);

/** [products·tiles, input]: a map's axis to its transformed tiles. */
const cutting = (axis: TiledAxis): Matrix => {
  const count = tilesOf(axis);
  return matrix(products * count, axis.input, (row, place) => {
    const [product, at] = [Math.floor(row / count), row % count];
    return inputs[product]![place - at * tile + axis.before] ?? 0;
  });
};

/** [output, products·tiles]: transformed tiles to the axis of the result. */
const joining = (axis: TiledAxis): Matrix => {
  const count = tilesOf(axis);
  return matrix(axis.output, products * count, (place, column) =>
    Math.floor(place / tile) === column % count ? outputs[Math.floor(column / count)]![place % tile]! : 0,
  );
};

/** m [p, q] times the first axis of x [q, …]. */
function onFirst(m: Matrix, x: Value): Value {
  const [size, ...rest] = x.type.shape as readonly number[];
  return reshape(matMul(constantOf(m), reshape(x, [size!, sizeOf(rest)])), [m.length, ...rest]);
}

/** m [p, q] times the second axis of x [a, q, …]. */
function onSecond(m: Matrix, x: Value): Value {
  const [first, size, ...rest] = x.type.shape as readonly number[];
  return reshape(matMul(constantOf(m), reshape(x, [first!, size!, sizeOf(rest)])), [first!, m.length, ...rest]);
}

/** [products·tiles, products·tiles, N, C] as matrices [tiles·N, C], those that a row of tiles shares apart. */
function matrices(value: Value, [height, width]: Tiling): Value {
  const [, , batch, channels] = value.type.shape as readonly number[];
  return reshape(value, [products, tilesOf(height), products, tilesOf(width) * batch!, channels!]);
}

const maps = (value: Value, [height, width]: Tiling): Value => {
  const [, , , rows, channels] = value.type.shape as readonly number[];
  const across = tilesOf(width);
  return reshape(value, [products * tilesOf(height), products * across, rows! / across, channels!]);
};

const turnLast = (value: Value): Value => transpose(value, [0, 1, 2, 4, 3]);

const cut = (x: Value, [height, width]: Tiling): Value =>
  matrices(onSecond(cutting(width), onFirst(cutting(height), x)), [height, width]);

const cutGradient = (dy: Value, [height, width]: Tiling): Value =>
  matrices(onSecond(turned(joining(width)), onFirst(turned(joining(height)), dy)), [height, width]);

/** w [K, C, 3, 3] transformed: [products, 1, products, C, K]. */
function transformed(w: Value): Value {
  const value = onSecond(kernels, onFirst(kernels, transpose(w, [2, 3, 1, 0])));
  return reshape(value, [products, 1, ...value.type.shape.slice(1)]);
}

/** The convolution of x [H, W, N, C] with w [K, C, 3, 3]: [H′, W′, N, K]. */
export function winograd(x: Value, w: Value, tiling: Tiling): Value {
  const made = maps(matMul(cut(x, tiling), transformed(w)), tiling);
  return onFirst(joining(tiling[0]), onSecond(joining(tiling[1]), made));
}

/** The gradient [H, W, N, C] of its map from that of its result. */
export function winogradImageGradient(dy: Value, w: Value, tiling: Tiling): Value {
  const made = maps(matMul(cutGradient(dy, tiling), turnLast(transformed(w))), tiling);
  return onFirst(turned(cutting(tiling[0])), onSecond(turned(cutting(tiling[1])), made));
}

/** The gradient [3, 3, C, K] of its kernels. */
export function winogradKernelGradient(x: Value, dy: Value, tiling: Tiling): Value {
  const sums = reduceSum(matMul(turnLast(cut(x, tiling)), cutGradient(dy, tiling)), [1]);
  const [, , , channels, filters] = sums.type.shape as readonly number[];
  const made = reshape(sums, [products, products, channels!, filters!]);
  return onFirst(turned(kernels), onSecond(turned(kernels), made));
}
