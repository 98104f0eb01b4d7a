/**
 * Chooses how maps lie in memory: convolutions of small maps are computed by Winograd's products on [H, W, N, C], and what
 * stands between them stays in that order, so that maps are turned only where the chain begins and ends.
 */
import { applyAll, type Node, topological, type Value } from '../graph/index.ts';
import {
  add,
  type ConvAttrs,
  type ConvTransposeAttrs,
  expand,
  type MaxPoolAttrs,
  mul,
  positive,
  reduceSum,
  reshape,
  transpose,
} from '../ops/index.ts';
import { beforeSwap } from './convolution.ts';
import { poolPlanes, poolPlanesGradient, turn, turnAxis, turnShape } from './planes.ts';
import { maskedPool, pooledBy, sideBySide } from './pooling.ts';
import { largestKernel, type Tiling, winograd, winogradImageGradient, winogradKernelGradient } from './winograd.ts';

/** Every value in the layouts in which it is asked for. */
class Layouts {
  private readonly plain = new Map<Value, Value>();
  private readonly planes = new Map<Value, Value>();
  private readonly native = new Set<Value>();

  setPlain(value: Value, made: Value): void {
    this.plain.set(value, made);
  }

  setPlanes(value: Value, made: Value): void {
    this.planes.set(value, made);
    this.native.add(value);
  }

  /** Whether a value is computed as [H, W, N, C]. */
  isNative(value: Value): boolean {
    return this.native.has(value);
  }

  plainOf(value: Value): Value {
    const known = this.plain.get(value);
    if (known) return known;
    const made = this.native.has(value) ? turn(this.planes.get(value)!) : value;
    if (made !== value) this.plain.set(value, made);
    return made;
  }

  /** [H, W, N, C] of a value with four axes, or of one that broadcasts to four. */
  planesOf(value: Value): Value {
    const known = this.planes.get(value);
    if (known) return known;
    const { shape } = value.type;
    if (shape.length === 0) return this.plainOf(value);
    const made = this.madePlanes(value);
    this.planes.set(value, made);
    return made;
  }

  private madePlanes(value: Value): Value {
    const { shape } = value.type;
    if (shape.length < 4)
      return turn(reshape(this.plainOf(value), [...new Array<number>(4 - shape.length).fill(1), ...shape]));
    const [repeated] = value.node.op.name === 'Expand' ? value.node.inputs : [];
    return repeated ? expand(this.planesOf(repeated), turnShape(shape as number[])) : turn(this.plainOf(value));
  }
}

/** Makes a node's outputs in [H, W, N, C] (or from inputs in it); false = it is not for this form. */
type Form = (node: Node, layouts: Layouts) => boolean;

const allOne = (values: readonly number[]): boolean => values.every(value => value === 1);

/** Larger maps are faster by rows, fewer channels or images make the products too small. */
const [largestMap, leastChannels, leastImages] = [16, 16, 8];

/** How a convolution x [N, C, H, W] → y [N, K, H′, W′] is tiled; null when the plain form is the faster. */
function tiling(
  x: readonly number[],
  y: readonly number[],
  kernel: readonly number[],
  moves: ConvAttrs,
): Tiling | null {
  const { group, strides, dilations, pads } = moves;
  if (kernel.length !== 2 || group !== 1 || !allOne(strides) || !allOne(dilations)) return null;
  const small = [x[2]!, x[3]!, y[2]!, y[3]!].every(size => size <= largestMap);
  if (!small || !kernel.every(size => size <= largestKernel)) return null;
  if (Math.min(x[1]!, y[1]!) < leastChannels || typeof x[0] !== 'number' || x[0] < leastImages) return null;
  return [
    { input: x[2]!, output: y[2]!, kernel: kernel[0]!, before: pads[0]! },
    { input: x[3]!, output: y[3]!, kernel: kernel[1]!, before: pads[1]! },
  ];
}

/** A kernel of one place saves no products: not worth turning a map. */
const worthTurning = (tiles: Tiling, operands: readonly Value[], layouts: Layouts): boolean =>
  tiles.some(({ kernel }) => kernel > 1) || operands.some(value => layouts.isNative(value));

const sizes = (value: Value): readonly number[] => value.type.shape as readonly number[];

const convolution: Form = ({ op, inputs: [x, w, b], attrs, outputs: [y] }, layouts) => {
  if (op.name !== 'Conv') return false;
  const tiles = tiling(sizes(x!), sizes(y!), sizes(w!).slice(2), attrs as ConvAttrs);
  if (!tiles || !worthTurning(tiles, [x!], layouts)) return false;
  const made = winograd(layouts.planesOf(x!), layouts.plainOf(w!), tiles);
  layouts.setPlanes(y!, b ? add(made, layouts.plainOf(b)) : made);
  return true;
};

const imageGradient: Form = ({ op, inputs: [dy, w, b], attrs, outputs: [dx] }, layouts) => {
  if (op.name !== 'ConvTranspose' || b) return false;
  const tiles = tiling(sizes(dx!), sizes(dy!), sizes(w!).slice(2), attrs as ConvTransposeAttrs);
  if (!tiles || !worthTurning(tiles, [dy!], layouts)) return false;
  layouts.setPlanes(dx!, winogradImageGradient(layouts.planesOf(dy!), layouts.plainOf(w!), tiles));
  return true;
};

const kernelGradient: Form = ({ op, inputs, attrs, outputs: [dw] }, layouts) => {
  if (op.name !== 'Conv' || inputs.length !== 2) return false;
  const [x, dy] = inputs.map(beforeSwap);
  const { strides: dilations, dilations: strides, ...rest } = attrs as ConvAttrs;
  const tiles = x && dy && tiling(sizes(x), sizes(dy), sizes(dw!).slice(2), { ...rest, strides, dilations });
  if (!tiles || !worthTurning(tiles, [x, dy], layouts)) return false;
  const made = winogradKernelGradient(layouts.planesOf(x), layouts.planesOf(dy), tiles);
  layouts.setPlain(dw!, transpose(made, [2, 3, 0, 1]));
  return true;
};

const elementwise: Form = ({ op, inputs, attrs, outputs: [y] }, layouts) => {
  const whole = (x: Value): boolean => layouts.isNative(x) && sizes(x).every((size, i) => size === y!.type.shape[i]);
  if (!op.elementwise || y!.type.shape.length !== 4 || !inputs.some(whole)) return false;
  const operands = inputs.map(x => layouts.planesOf(x));
  layouts.setPlanes(y!, applyAll(op, operands, attrs)[0]!);
  return true;
};

const sums: Form = ({ op, inputs: [x], attrs, outputs: [y] }, layouts) => {
  if (op.name !== 'ReduceSum' || !layouts.isNative(x!)) return false;
  const { axes } = attrs as { readonly axes: readonly number[] };
  layouts.setPlanes(
    y!,
    reduceSum(
      layouts.planesOf(x!),
      axes.map(axis => turnAxis(axis + 4)),
    ),
  );
  return true;
};

const pool: Form = (node, layouts) => {
  const [x] = node.inputs;
  if (node.op.name !== 'MaxPool' || !layouts.isNative(x!) || !sideBySide(node)) return false;
  layouts.setPlanes(node.outputs[0]!, poolPlanes(layouts.planesOf(x!), (node.attrs as MaxPoolAttrs).kernel).y);
  const [, indices] = node.outputs;
  if (indices) layouts.setPlain(indices, applyAll(node.op, [layouts.plainOf(x!)], node.attrs)[1]!);
  return true;
};

const poolGradient: Form = (node, layouts) => {
  const [dx] = node.outputs;
  const masked = maskedPool(node);
  const found = masked ?? pooledBy(dx);
  const x = found?.pool.inputs[0];
  if (!x || !layouts.isNative(x) || !sideBySide(found.pool)) return false;
  const dy = layouts.planesOf(found.dy);
  const kept = masked ? mul(dy, positive(layouts.planesOf(found.pool.outputs[0]!))) : dy;
  layouts.setPlanes(dx!, poolPlanesGradient(layouts.planesOf(x), kept, (found.pool.attrs as MaxPoolAttrs).kernel));
  return true;
};

const forms: readonly Form[] = [kernelGradient, convolution, imageGradient, pool, poolGradient, elementwise, sums];

/** The same values, with maps in the order that suits what is done to them. */
export function layOut(outputs: readonly Value[]): readonly Value[] {
  const layouts = new Layouts();
  for (const node of topological(outputs)) {
    if (forms.some(form => form(node, layouts))) continue;
    const inputs = node.inputs.map(input => layouts.plainOf(input));
    if (inputs.every((input, i) => input === node.inputs[i])) continue;
    applyAll(node.op, inputs, node.attrs).forEach((value, i) => {
      value.name = node.outputs[i]!.name;
      layouts.setPlain(node.outputs[i]!, value);
    });
  }
  return outputs.map(value => layouts.plainOf(value));
}
