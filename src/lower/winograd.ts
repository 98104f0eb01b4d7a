/**
 * Winograd's convolutions F(4×4, k×k): tiles of four outputs along each axis from k + 3 products instead of 4k. Maps are
 * [H, W, N, C]; cutting into overlapping tiles, padding and both transforms of an axis are one product with a constant matrix.
 * Lavin & Gray, "Fast algorithms for convolutional neural networks" (2015).
 */
import { constant, f32, sizeOf, type Value } from '../graph/index.ts';
import { matMul, reduceSum, reshape, transpose } from '../ops/index.ts';

/** One axis of a convolution of stride 1: sizes of its map, its result and its kernel, zeros before the map. */
export interface TiledAxis {
  readonly input: number;
  readonly output: number;
  readonly kernel: number;
  readonly before: number;
}

/** Height and width. */
export type Tiling = readonly [TiledAxis, TiledAxis];

type Matrix = readonly (readonly number[])[];

/** y = outputsᵀ((kernels · w) ∘ (inputs · x)) for the x and y of one tile. */
interface Transforms {
  readonly outputs: Matrix;
  readonly kernels: Matrix;
  readonly inputs: Matrix;
}

/** Where the polynomials of a tile are evaluated; the last point is at infinity. More points would cost digits. */
const points = [0, 1, -1, 2, -2, 1 / 2, -1 / 2];

/** The largest kernel along an axis. */
export const largestKernel = 5;

/** A kernel of 1 needs no tiles. */
const tileOf = ({ kernel }: TiledAxis): number => (kernel === 1 ? 1 : 4);

const productsOf = (axis: TiledAxis): number => tileOf(axis) + axis.kernel - 1;

const tilesOf = (axis: TiledAxis): number => Math.ceil(axis.output / tileOf(axis));

const powers = (point: number, count: number): readonly number[] => Array.from({ length: count }, (_, i) => point ** i);
const last = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => (i === count - 1 ? 1 : 0));

/** Coefficients of Π (x − root), the constant first. */
const polynomial = (roots: readonly number[]): readonly number[] =>
  roots.reduce<readonly number[]>(
    (known, root) => known.concat(0).map((_, i) => (known[i - 1] ?? 0) - root * (known[i] ?? 0)),
    [1],
  );

/** The algorithm of Toom and Cook. */
function transforms(axis: TiledAxis): Transforms {
  const used = points.slice(0, productsOf(axis) - 1);
  return {
    outputs: [...used.map(point => powers(point, tileOf(axis))), last(tileOf(axis))],
    kernels: [
      ...used.map((point, i) => {
        const scale = used.reduce((product, other, j) => (i === j ? product : product * (point - other)), 1);
        return powers(point, axis.kernel).map(value => value / scale);
      }),
      last(axis.kernel),
    ],
    inputs: [...used.map((_, i) => [...polynomial(used.filter((_, j) => j !== i)), 0]), polynomial(used)],
  };
}

const constantOf = (rows: Matrix): Value => constant(f32(rows.flat(), [rows.length, rows[0]!.length]));

const matrix = (rows: number, columns: number, at: (row: number, column: number) => number): Matrix =>
  Array.from({ length: rows }, (_, row) => Array.from({ length: columns }, (_, column) => at(row, column)));

const turned = (rows: Matrix): Matrix => matrix(rows[0]!.length, rows.length, (row, column) => rows[column]![row]!);

/** [products·tiles, input]: a map's axis to its transformed tiles. */
const cutting = (axis: TiledAxis): Matrix => {
  const [count, { inputs }] = [tilesOf(axis), transforms(axis)];
  return matrix(productsOf(axis) * count, axis.input, (row, place) => {
    const [product, at] = [Math.floor(row / count), row % count];
    return inputs[product]![place - at * tileOf(axis) + axis.before] ?? 0;
  });
};

/** [output, products·tiles]: transformed tiles to the axis of the result. */
const joining = (axis: TiledAxis): Matrix => {
  const [count, tile, { outputs }] = [tilesOf(axis), tileOf(axis), transforms(axis)];
  return matrix(axis.output, productsOf(axis) * count, (place, column) =>
    Math.floor(place / tile) === column % count ? outputs[Math.floor(column / count)]![place % tile]! : 0,
  );
};

const kernelMatrix = (axis: TiledAxis): Matrix => transforms(axis).kernels;

const isIdentity = (m: Matrix): boolean =>
  m.length === m[0]!.length && m.every((row, i) => row.every((value, j) => value === (i === j ? 1 : 0)));

/** m [p, q] times the first axis of x [q, …]. */
function onFirst(m: Matrix, x: Value): Value {
  if (isIdentity(m)) return x;
  const [size, ...rest] = x.type.shape as readonly number[];
  return reshape(matMul(constantOf(m), reshape(x, [size!, sizeOf(rest)])), [m.length, ...rest]);
}

/** m [p, q] times the second axis of x [a, q, …]. */
function onSecond(m: Matrix, x: Value): Value {
  if (isIdentity(m)) return x;
  const [first, size, ...rest] = x.type.shape as readonly number[];
  return reshape(matMul(constantOf(m), reshape(x, [first!, size!, sizeOf(rest)])), [first!, m.length, ...rest]);
}

/** [products·tiles, products·tiles, N, C] as matrices [tiles·N, C], those that a row of tiles shares apart. */
function matrices(value: Value, [height, width]: Tiling): Value {
  const [, , batch, channels] = value.type.shape as readonly number[];
  const rows = tilesOf(width) * batch!;
  return reshape(value, [productsOf(height), tilesOf(height), productsOf(width), rows, channels!]);
}

function maps(value: Value, [height, width]: Tiling): Value {
  const [, , , rows, channels] = value.type.shape as readonly number[];
  const across = tilesOf(width);
  return reshape(value, [productsOf(height) * tilesOf(height), productsOf(width) * across, rows! / across, channels!]);
}

const turnLast = (value: Value): Value => transpose(value, [0, 1, 2, 4, 3]);

/** A matrix of each axis on the first and the second axis of x. */
const onBoth = (of: (axis: TiledAxis) => Matrix, [height, width]: Tiling, x: Value): Value =>
  onSecond(of(width), onFirst(of(height), x));

/** The same where it is cheaper the other way round: the second axis first. */
const onBothBack = (of: (axis: TiledAxis) => Matrix, [height, width]: Tiling, x: Value): Value =>
  onFirst(of(height), onSecond(of(width), x));

const cut = (x: Value, tiling: Tiling): Value => matrices(onBoth(cutting, tiling, x), tiling);

const cutGradient = (dy: Value, tiling: Tiling): Value =>
  matrices(
    onBoth(axis => turned(joining(axis)), tiling, dy),
    tiling,
  );

/** w [K, C, kh, kw] transformed: [products, 1, products, C, K]. */
function transformed(w: Value, tiling: Tiling): Value {
  const value = onBoth(kernelMatrix, tiling, transpose(w, [2, 3, 1, 0]));
  const [first, ...rest] = value.type.shape;
  return reshape(value, [first!, 1, ...rest]);
}

/** The convolution of x [H, W, N, C] with w [K, C, kh, kw]: [H′, W′, N, K]. */
export function winograd(x: Value, w: Value, tiling: Tiling): Value {
  const made = maps(matMul(cut(x, tiling), transformed(w, tiling)), tiling);
  return onBothBack(joining, tiling, made);
}

/** The gradient [H, W, N, C] of its map from that of its result. */
export function winogradImageGradient(dy: Value, w: Value, tiling: Tiling): Value {
  const made = maps(matMul(cutGradient(dy, tiling), turnLast(transformed(w, tiling))), tiling);
  return onBothBack(axis => turned(cutting(axis)), tiling, made);
}

/** The gradient [kh, kw, C, K] of its kernels. */
export function winogradKernelGradient(x: Value, dy: Value, tiling: Tiling): Value {
  const sums = reduceSum(matMul(turnLast(cut(x, tiling)), cutGradient(dy, tiling)), [1]);
  const [first, , ...rest] = sums.type.shape;
  return onBothBack(axis => turned(kernelMatrix(axis)), tiling, reshape(sums, [first!, ...rest]));
}
