/**
 * Ops of ONNX Runtime's own domain for maps in blocks of channels, which its native CPU build has. Shapes tell [N, C, H, W] and
 * [K, C, kh, kw], whatever the order in memory; kernels lie as their name says. None has a gradient: they are written last.
 */
import { apply, type Op, type Type, type Value } from '../graph/index.ts';
import { type ConvAttrs, positions, staticShape, windowAttributes, windows } from '../ops/index.ts';

const domain = 'com.microsoft.nchwc';

export interface BlockedConvAttrs extends ConvAttrs {
  /** Whether negative results become 0. */
  readonly relu: boolean;
  /** Which inputs follow x and w: a bias [K], a sum [N, K, H′, W′] that is added to. */
  readonly bias: boolean;
}

/** x, w, and a bias or a sum. */
const BlockedConv: Op<BlockedConvAttrs> = {
  name: `${domain}.Conv`,
  infer([x, w], attrs) {
    const [filters, , ...kernel] = staticShape('blocked Conv', w!);
    return [{ dtype: 'float32', shape: [x!.shape[0]!, filters!, ...positions('blocked Conv', x!, kernel, attrs)] }];
  },
  emit: ({ group, relu, bias, ...moves }, [, w, third]) => ({
    domain,
    opType: 'Conv',
    operands: third ? (bias ? [0, 1, 2] : [0, 1, null, 2]) : [0, 1],
    attributes: {
      ...windowAttributes(w!.shape.slice(2), moves),
      group: { int: group },
      ...(relu ? { activation: { string: 'Relu' } } : {}),
    },
  }),
  vjp: null,
  cases: [],
};

const sameType = ([x]: readonly Type[]): readonly Type[] => [x!];

/** [N, C, H, W] brought into blocks. */
const ReorderInput: Op<null> = {
  name: `${domain}.ReorderInput`,
  infer: sameType,
  emit: () => ({ domain, opType: 'ReorderInput', attributes: { channels_last: { int: 0 } } }),
  vjp: null,
  cases: [],
};

/** [N, C, H, W] brought out of blocks. */
const ReorderOutput: Op<null> = {
  name: `${domain}.ReorderOutput`,
  infer: sameType,
  emit: (_, [x]) => ({
    domain,
    opType: 'ReorderOutput',
    attributes: { channels: { int: x!.shape[1] as number }, channels_last: { int: 0 } },
  }),
  vjp: null,
  cases: [],
};

interface BlockedPoolAttrs {
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
}

const BlockedMaxPool: Op<BlockedPoolAttrs> = {
  name: `${domain}.MaxPool`,
  infer([x], { kernel, strides }) {
    const [n, c] = staticShape('blocked MaxPool', x!);
    return [
      { dtype: 'float32', shape: [n!, c!, ...positions('blocked MaxPool', x!, kernel, windows(2, { strides }))] },
    ];
  },
  emit: ({ kernel, strides }) => ({
    domain,
    opType: 'MaxPool',
    attributes: windowAttributes(kernel, windows(2, { strides })),
  }),
  vjp: null,
  cases: [],
};

/** The largest of each window of blocks x. */
export const blockedMaxPool = (x: Value, kernel: readonly number[], strides: readonly number[]): Value =>
  apply(BlockedMaxPool, [x], { kernel, strides });

export const intoBlocks = (x: Value): Value => apply(ReorderInput, [x], null);
export const outOfBlocks = (x: Value): Value => apply(ReorderOutput, [x], null);

export interface BlockedConvOptions extends Partial<ConvAttrs> {
  readonly relu?: boolean;
  readonly bias?: Value | undefined;
  readonly sum?: Value | undefined;
}

/** The convolution of blocks x with w, which lies in blocks too, plus a bias or a sum. */
export function blockedConv(x: Value, w: Value, options: BlockedConvOptions = {}): Value {
  const { relu = false, bias, sum, group = 1, ...moves } = options;
  const third = bias ?? sum;
  return apply(BlockedConv, third ? [x, w, third] : [x, w], {
    ...windows(2, moves),
    group,
    relu,
    bias: bias !== undefined,
  });
}
