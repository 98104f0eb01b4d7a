/** Convolutions and their gradients in blocks of channels. */
import type { Value } from '../graph/index.ts';
import { blockedConvolution, blockedImageGradient, blockedKernelGradient, blocksOf, partOf } from './blocks.ts';
import {
  type Blocks,
  type Convolved,
  convolutionOf,
  type Form,
  type FormContext,
  imageGradientOf,
  isDense,
  kernelGradientOf,
} from './form.ts';
import { sizes } from './layouts.ts';

/** Fewer places in a map, or images in a part of a batch, do not pay for the order of the kernels. */
const [leastPlaces, leastPart] = [64, 4];

/** Whether the channels of a convolution fill whole blocks; those of its map may be fewer than one. */
function fits(found: Convolved | null, blocks: Blocks | null): found is Convolved {
  if (!found || !blocks || !isDense(found)) return false;
  const [x, y] = [sizes(found.x), sizes(found.y)];
  if (![...x, ...y].every(size => typeof size === 'number') || y[2]! * y[3]! < leastPlaces) return false;
  return y[1]! % blocks.size === 0 && (x[1]! < blocks.size || x[1]! % blocks.size === 0);
}

/** x in blocks, or as it is when its channels fill none. */
const operand = (x: Value, { layouts }: FormContext, { layout, size }: Blocks): Value =>
  sizes(x)[1]! < size ? layouts.plainOf(x) : layouts.of(x, layout);

const kernelGradient: Form = (node, context) => {
  const { layouts, blocks } = context;
  const found = kernelGradientOf(node);
  if (!fits(found, blocks) || partOf(sizes(found.x)[0]!, blocks!.size) < leastPart) return false;
  const dy = layouts.of(found.y, blocks!.layout);
  const x = operand(found.x, context, blocks!);
  layouts.setPlain(node.outputs[0]!, blockedKernelGradient(x, dy, found.kernel, found.moves, blocks!.size));
  return true;
};

const convolution: Form = (node, context) => {
  const { layouts, blocks, reluOnly, clipped } = context;
  const found = convolutionOf(node);
  if (!fits(found, blocks)) return false;
  const [, w, b] = node.inputs;
  const relu = reluOnly.has(found.y);
  const bias = b && layouts.plainOf(b);
  const x = operand(found.x, context, blocks!);
  layouts.set(
    found.y,
    blocks!.layout,
    blockedConvolution(x, layouts.plainOf(w!), bias, found.moves, blocks!.size, relu),
  );
  if (relu) clipped.add(found.y);
  return true;
};

const imageGradient: Form = (node, { layouts, blocks }) => {
  const found = imageGradientOf(node);
  if (!fits(found, blocks) || sizes(found.x)[1]! < blocks!.size) return false;
  if (found.moves.pads.some((size, i) => size >= found.kernel[i % 2]!)) return false;
  const dy = layouts.of(found.y, blocks!.layout);
  const made = blockedImageGradient(dy, layouts.plainOf(node.inputs[1]!), found.moves, blocks!.size);
  layouts.set(found.x, blocks!.layout, made);
  return true;
};

export const blocksOfChannels = (size: number): Blocks => ({
  size,
  layout: blocksOf(size),
  forms: [kernelGradient, convolution, imageGradient],
});
