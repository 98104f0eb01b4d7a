/** Pooling over one or two spatial axes. */
import { apply, applyAll, constant, f32, type Op, type OpCase, sizeOf, type Type, type Value } from '../graph/index.ts';
import { reject, staticShape } from './check.ts';
import { convTranspose } from './conv.ts';
import { scatterElements } from './gather.ts';
import { mul } from './math.ts';
import { reduceMean } from './reduce.ts';
import { reshape } from './shape.ts';
import { positions, type Windows, windowAttributes, windows } from './windows.ts';

export interface PoolAttrs extends Windows {
  readonly kernel: readonly number[];
}

export interface MaxPoolAttrs extends PoolAttrs {
  /** Whether a second output tells where each maximum stands in the flattened input. */
  readonly indices: boolean;
}

interface AveragePoolAttrs extends PoolAttrs {
  readonly countIncludePad: boolean;
}

type Moves = Partial<Windows> & { readonly kernel: readonly number[] };

const filled = (axes: number, { kernel, strides = kernel, ...more }: Moves): PoolAttrs => ({
  kernel,
  ...windows(axes, { strides, ...more }),
});

const maxCase = (shape: readonly number[], moves: Moves): OpCase<MaxPoolAttrs> => ({
  inputs: [shape],
  attrs: { ...filled(shape.length - 2, moves), indices: false },
  domain: 'distinct',
});

const maxTies = (values: readonly number[], shape: readonly number[], moves: Moves): OpCase<MaxPoolAttrs> => ({
  ...maxCase(shape, moves),
  inputs: [f32(values, shape)],
});

const averageCase = (
  shape: readonly number[],
  { countIncludePad = false, ...moves }: Moves & { readonly countIncludePad?: boolean },
): OpCase<AveragePoolAttrs> => ({
  inputs: [shape],
  attrs: { ...filled(shape.length - 2, moves), countIncludePad },
  linear: true,
});

const MaxPool: Op<MaxPoolAttrs> = {
  name: 'MaxPool',
  infer([x], attrs) {
    const shape = pooled('MaxPool', x!, attrs);
    const values: Type = { dtype: 'float32', shape };
    return attrs.indices ? [values, { dtype: 'int64', shape }] : [values];
  },
  emit: attrs => ({ attributes: windowAttributes(attrs.kernel, attrs) }),
  vjp([dy], { inputs: [x], attrs }) {
    const [, found] = applyAll(MaxPool, [x!], { ...attrs, indices: true });
    const shape = staticShape('gradient of MaxPool', x!.type);
    const count = sizeOf(staticShape('gradient of MaxPool', dy!.type));
    const flat: Type = { dtype: 'float32', shape: [sizeOf(shape)] };
    return [reshape(scatterElements(flat, reshape(found!, [count]), reshape(dy!, [count])), shape)];
  },
  cases: [
    maxCase([2, 2, 4, 6], { kernel: [2, 2] }),
    maxCase([1, 2, 5, 7], { kernel: [2, 3] }),
    maxCase([1, 2, 6, 5], { kernel: [3, 3], strides: [1, 2] }),
    maxCase([2, 1, 5, 6], { kernel: [3, 2], strides: [2, 2], pads: [1, 1, 1, 0] }),
    maxCase([1, 1, 7, 8], { kernel: [2, 2], strides: [3, 4] }),
    maxCase([1, 2, 6, 7], { kernel: [2, 3], strides: [2, 1], dilations: [2, 3], pads: [0, 2, 1, 2] }),
    maxCase([2, 3, 4, 3], { kernel: [4, 3] }),
    maxCase([2, 3, 7], { kernel: [3], strides: [2], pads: [1, 1] }),
    maxCase([2, 2, 4], { kernel: [2] }),
    maxTies([1, 1, 0, 2, 1, 1, 2, 0, -1, 3, 3, 3, 3, -1, 3, 3], [1, 1, 4, 4], { kernel: [2, 2] }),
    maxTies([0, 1, 1, 1, 0, 1, 1, 0, 0], [1, 1, 3, 3], { kernel: [2, 2], strides: [1, 1] }),
    maxTies([-1, -2, -2, -1], [1, 1, 4], { kernel: [3], strides: [1], pads: [2, 2] }),
  ],
};

const AveragePool: Op<AveragePoolAttrs> = {
  name: 'AveragePool',
  infer: ([x], attrs) => [{ dtype: 'float32', shape: pooled('AveragePool', x!, attrs) }],
  emit: ({ countIncludePad, ...attrs }) => ({
    attributes: {
      ...windowAttributes(attrs.kernel, attrs),
      count_include_pad: { int: countIncludePad ? 1 : 0 },
    },
  }),
  vjp([dy], { inputs: [x], attrs }) {
    const [batch, channels, ...sizes] = staticShape('gradient of AveragePool', x!.type);
    const counts = dy!.type.shape.slice(2) as readonly number[];
    const shares = mul(dy!, constant(f32(weights(sizes, counts, attrs), counts)));
    const ones = constant(f32(new Float32Array(sizeOf(attrs.kernel)).fill(1), [1, 1, ...attrs.kernel]));
    const rest = sizes.map((size, i) => size - attrs.kernel[i]! - (counts[i]! - 1) * attrs.strides[i]!);
    const pads = attrs.pads;
    const outputPadding = rest.map((left, i) => left + pads[i]! + pads[sizes.length + i]!);
    const alone = reshape(shares, [batch! * channels!, 1, ...counts]);
    return [reshape(convTranspose(alone, ones, undefined, { ...attrs, outputPadding }), x!.type.shape)];
  },
  cases: [
    averageCase([2, 2, 4, 6], { kernel: [2, 2] }),
    averageCase([1, 2, 5, 7], { kernel: [2, 3], pads: [1, 2, 0, 1], countIncludePad: true }),
    averageCase([1, 2, 5, 7], { kernel: [2, 3], pads: [1, 2, 0, 1] }),
    averageCase([2, 1, 6, 5], { kernel: [3, 3], strides: [2, 1], pads: [1, 1, 1, 1] }),
    averageCase([2, 1, 6, 5], { kernel: [3, 3], strides: [2, 1], pads: [1, 1, 1, 1], countIncludePad: true }),
    averageCase([1, 1, 7, 8], { kernel: [2, 2], strides: [3, 4] }),
    averageCase([2, 3, 4, 3], { kernel: [4, 3] }),
    averageCase([2, 3, 7], { kernel: [3], strides: [2], pads: [1, 1] }),
    averageCase([2, 3, 7], { kernel: [3], strides: [2], pads: [1, 2], countIncludePad: true }),
  ],
};

/** The shape of the pooled x; rejects windows that could hold nothing but padding. */
function pooled(op: string, x: Type, attrs: PoolAttrs): Type['shape'] {
  const { kernel, pads, dilations, strides } = attrs;
  const axes = x.shape.length - 2;
  if (kernel.length !== axes || !kernel.every(size => Number.isInteger(size) && size >= 1))
    reject(op, `a kernel for each spatial axis ([${kernel}])`, [x]);
  const counts = positions(op, x, kernel, attrs);
  if (pads.some((pad, i) => pad >= kernel[i % axes]!)) reject(op, `pads [${pads}] below the kernel [${kernel}]`, [x]);
  const empty = counts.some((count, i) =>
    Array.from({ length: count }, (_, at) => at * strides[i]! - pads[i]!).some(start =>
      Array.from({ length: kernel[i]! }, (_, k) => start + k * dilations[i]!).every(
        at => at < 0 || at >= (x.shape[2 + i] as number),
      ),
    ),
  );
  if (empty) reject(op, `dilations [${dilations}] with which no window holds padding only`, [x]);
  return [...x.shape.slice(0, 2), ...counts];
}

/** 1/(how many elements are averaged) at each output position. */
function weights(
  sizes: readonly number[],
  counts: readonly number[],
  { kernel, strides, pads, countIncludePad }: AveragePoolAttrs,
): Float32Array {
  const along = sizes.map((size, i) =>
    Array.from({ length: counts[i]! }, (_, at) => {
      const start = at * strides[i]! - pads[i]!;
      return countIncludePad ? kernel[i]! : Math.min(start + kernel[i]!, size) - Math.max(start, 0);
    }),
  );
  return Float32Array.from(
    along.reduce((outer, inner) => outer.flatMap(a => inner.map(b => a * b))),
    n => 1 / n,
  );
}

export interface PoolOptions {
  readonly kernel: readonly number[];
  /** The kernel when left out: windows side by side. */
  readonly strides?: readonly number[];
  /** Beginnings, then ends. */
  readonly pads?: readonly number[];
}

/** The largest of each window of x [N, C, …spatial]; its gradient goes to the first of equals. A rest that fills no window is left out. */
export const maxPool = (x: Value, options: PoolOptions & { readonly dilations?: readonly number[] }): Value =>
  apply(MaxPool, [x], { ...filled(x.type.shape.length - 2, options), indices: false });

/** The mean of each window of x [N, C, …spatial]; padding counts as zeros or, without `countIncludePad`, not at all. */
export function averagePool(x: Value, options: PoolOptions & { readonly countIncludePad?: boolean }): Value {
  const { countIncludePad = false, ...more } = options;
  return apply(AveragePool, [x], { ...filled(x.type.shape.length - 2, more), countIncludePad });
}

/** The mean over all spatial axes of x [N, C, …spatial], which stay as size 1. */
export const globalAveragePool = (x: Value): Value => reduceMean(x, [...x.type.shape.keys()].slice(2));

export const poolOps: readonly Op[] = [MaxPool, AveragePool];
