/**
 * Maps in blocks of channels, [N, C/b, H, W, b]: the layout of ONNX Runtime's own convolutions, which it chooses by itself only
 * for kernels that never change. Georganas et al., "Anatomy of high-performance deep learning convolutions" (2018), section II.
 */
import { constant, i64, type Value } from '../graph/index.ts';
import { type ConvAttrs, gather, pad, reduceSum, reshape, scan, transpose, zeros } from '../ops/index.ts';
import { blockedConv, blockedMaxPool, intoBlocks, outOfBlocks } from './blocked-ops.ts';
import { type Layout, type Places, sizes } from './layouts.ts';
import { placeOf } from './windows.ts';

/** [N, C, H, W], or what broadcasts to it along whole axes, as blocks of b channels. */
function toBlocks(x: Value, b: number): Value {
  const [n, c, h, w] = sizes(x) as readonly [number, number, number, number];
  if (c === 1) return reshape(x, [n, 1, h, w, 1]);
  if (x.type.dtype !== 'float32') return transpose(reshape(x, [n, c / b, b, h, w]), [0, 1, 3, 4, 2]);
  return reshape(h * w === 1 ? x : intoBlocks(x), [n, c / b, h, w, b]);
}

function fromBlocks(x: Value): Value {
  const [n, blocks, h, w, b] = sizes(x) as readonly [number, number, number, number, number];
  if (x.type.dtype !== 'float32') return reshape(transpose(x, [0, 1, 4, 2, 3]), [n, blocks * b, h, w]);
  const made = reshape(x, [n, blocks * b, h, w]);
  return b === 1 || h * w === 1 ? made : outOfBlocks(made);
}

/** Rows of the shape as the op sees it: [N, C, H, W]. */
const merged = (x: Value): Value => {
  const [n, blocks, h, w, b] = sizes(x) as readonly [number, number, number, number, number];
  return reshape(x, [n, blocks * b, h, w]);
};

const parted = (x: Value, b: number): Value => {
  const [n, c, h, w] = sizes(x) as readonly [number, number, number, number];
  return reshape(x, [n, c / b, h, w, b]);
};

/** w [K, C, kh, kw] as [K/b, C/b, kh, kw, C's b, K's b]; fewer channels than a block stay apart. */
function kernels(w: Value, b: number): Value {
  const [k, c, kh, kw] = sizes(w) as readonly [number, number, number, number];
  if (c < b) return reshape(transpose(reshape(w, [k / b, b, c, kh, kw]), [0, 2, 3, 4, 1]), [k, c, kh, kw]);
  return reshape(transpose(reshape(w, [k / b, b, c / b, b, kh, kw]), [0, 2, 4, 5, 3, 1]), [k, c, kh, kw]);
}

/** The convolution of x (blocks, or plain [N, C, H, W] with fewer channels than one) with w [K, C, kh, kw]. */
export function blockedConvolution(
  x: Value,
  w: Value,
  bias: Value | undefined,
  { pads }: ConvAttrs,
  b: number,
  relu: boolean,
): Value {
  const whole = sizes(x).length === 5 ? merged(x) : x;
  return parted(blockedConv(whole, kernels(w, b), { pads, bias, relu }), b);
}

/** The gradient of its map: the convolution of dy with the kernels turned round. */
export function blockedImageGradient(dy: Value, w: Value, { pads }: ConvAttrs, b: number): Value {
  const [k, c, kh, kw] = sizes(w) as readonly [number, number, number, number];
  const taps = kh * kw;
  const backwards = constant(i64(Array.from({ length: taps }, (_, i) => taps - 1 - i)));
  const byTap = transpose(reshape(w, [k / b, b, c / b, b, taps]), [4, 2, 0, 1, 3]);
  const turned = reshape(transpose(gather(byTap, backwards), [1, 2, 0, 3, 4]), [c, k, kh, kw]);
  const full = pads.map((size, i) => [kh, kw][i % 2]! - 1 - size);
  return parted(blockedConv(merged(dy), turned, { pads: full }), b);
}

/** The largest part of a batch, below a block, that divides it. */
export function partOf(batch: number, b: number): number {
  for (let part = Math.min(b - 1, 8); part > 1; part--) if (batch % part === 0) return part;
  return 1;
}

/** Rows of kernels, times groups of images, times blocks: as much as this keeps threads busy. */
const leastWork = 16;

/** How many parts of a batch are computed at once; ONNX Runtime takes less than a block of images, or whole blocks. */
function groupsOf(batch: number, part: number, b: number, work: number): number {
  const fits = [1, 2, 4, 8, 16].filter(groups => {
    const images = part * groups;
    return batch % images === 0 && (images < b || images % b === 0);
  });
  return fits.find(groups => work * groups >= leastWork) ?? fits.at(-1)!;
}

/**
 * The gradient [C, K, kh, kw] of its kernels: images take the place of channels, those of a block lie along the width, where the
 * dilation steps over them, and dy is the kernel. Parts of the batch follow one another; groups of one part are added at the end.
 */
export function blockedKernelGradient(
  x: Value,
  dy: Value,
  kernel: readonly number[],
  attrs: ConvAttrs,
  b: number,
): Value {
  const inBlocks = sizes(x).length === 5;
  const [n, c, h, w] = sizes(inBlocks ? merged(x) : x) as readonly [number, number, number, number];
  const [, filterBlocks, height, width] = sizes(dy);
  const [kh, kw] = kernel as readonly [number, number];
  const [top, left, bottom, right] = attrs.pads as readonly [number, number, number, number];
  const [blocks, lanes] = inBlocks ? [c / b, b] : [1, c];
  const k = filterBlocks! * b;
  const part = partOf(n, b);
  const groups = groupsOf(n, part, b, blocks * kh * Math.ceil(filterBlocks! / 4));
  const images = part * groups;
  const rows = inBlocks ? x : transpose(x, [0, 2, 3, 1]);
  const sequences = [
    reshape(rows, [n / images, images, blocks, h, w * lanes]),
    reshape(dy, [n / images, groups, part, filterBlocks!, height! * width! * b]),
  ];
  const shape = [blocks, groups * k, kh, kw * lanes];
  const start = zeros({ dtype: 'float32', shape });
  const { state } = scan({ state: [start], sequences }, ([sum], [xs, ds]) => {
    const wide = pad(transpose(xs!, [1, 0, 2, 3]), 3, left * lanes, right * lanes);
    const filters = reshape(transpose(ds!, [0, 2, 1, 3]), [groups * k, part, height!, width!]);
    const after = blockedConv(wide, filters, {
      pads: [top, 0, bottom, 0],
      dilations: [1, lanes],
      group: groups,
      sum: sum!,
    });
    return { state: [after], emit: [] };
  });
  const sums = reduceSum(reshape(state[0]!, [blocks, groups, filterBlocks! * kh * kw * lanes * b]), [1]);
  const made = reshape(sums, [blocks, filterBlocks!, kh, kw, lanes, b]);
  return reshape(transpose(made, [0, 4, 1, 5, 2, 3]), [c, k, kh, kw]);
}

/** The sums of [N, C/b, H, W, b] over axes of [N, C, H, W], kept as 1: over places first, which lie together. */
function blockSums(x: Value, axes: readonly number[]): Value {
  const places = axes.filter(axis => axis > 1);
  const rest = axes.flatMap(axis => (axis === 0 ? [0] : axis === 1 ? [1, 4] : []));
  const [n, blocks, h, w, b] = sizes(x) as readonly [number, number, number, number, number];
  const both =
    places.length === 2 ? reshape(reduceSum(reshape(x, [n * blocks, h * w, b]), [1]), [n, blocks, 1, 1, b]) : null;
  const summed = both ?? (places.length > 0 ? reduceSum(x, places) : x);
  return rest.length > 0 ? reduceSum(summed, rest) : summed;
}

function places(x: Value): Places {
  const [n, blocks, height, width, together] = sizes(x) as readonly [number, number, number, number, number];
  return { maps: n * blocks, height, width, together };
}

/** Blocks of b channels. */
export const blocksOf = (b: number): Layout => ({
  to: x => toBlocks(x, b),
  from: fromBlocks,
  shapeOf: ([n, c, h, w]) => (c === 1 ? [n!, 1, h!, w!, 1] : [n!, c! / b, h!, w!, b]),
  sums: blockSums,
  places,
  largest: (x, line) => parted(blockedMaxPool(merged(x), line, line), b),
  place: (x, line, i) => (i === 0 ? blockedMaxPool(merged(x), [1, 1], line) : placeOf(x, places(x), line, i)),
});
