/** Convolutions and their gradients in blocks of channels. */
import type { Value } from '../graph/index.ts';
import { blockedConvolution, blockedImageGradient, blockedKernelGradient, blocksOf, partOf } from './blocks.ts';
import { type Blocks, type ConvolutionForm, type Convolved, type FormContext, isDense } from './form.ts';
import { sizes } from './layouts.ts';

/** Fewer places in a map, or images in a part of a batch, do not pay for the order of the kernels. */
const [leastPlaces, leastPart] = [64, 4];

/** Whether the channels of a convolution fill whole blocks; those of its map may be fewer than one. */
function fills(found: Convolved, { blocks }: FormContext): boolean {
  if (!blocks || !isDense(found)) return false;
  const [x, y] = [sizes(found.x), sizes(found.y)];
  return y[1]! % blocks.size === 0 && (x[1]! < blocks.size || x[1]! % blocks.size === 0);
}

const isLarge = ({ y }: Convolved): boolean => sizes(y)[2]! * sizes(y)[3]! >= leastPlaces;

/** x in blocks, or as it is when its channels fill none. */
const operand = (x: Value, { layouts }: FormContext, { layout, size }: Blocks): Value =>
  sizes(x)[1]! < size ? layouts.plainOf(x) : layouts.of(x, layout);

const name = 'blocks of channels';

const kernelGradient: ConvolutionForm = {
  name,
  role: 'kernel gradient',
  can: fills,
  suits: (found, { blocks }) => isLarge(found) && partOf(sizes(found.x)[0]!, blocks!.size) >= leastPart,
  make({ x, y, kernel, moves }, node, context) {
    const { layouts } = context;
    const blocks = context.blocks!;
    const dy = layouts.of(y, blocks.layout);
    const made = blockedKernelGradient(operand(x, context, blocks), dy, kernel, moves, blocks.size);
    layouts.setPlain(node.outputs[0]!, made);
  },
};

const convolution: ConvolutionForm = {
  name,
  role: 'convolution',
  can: fills,
  suits: isLarge,
  make({ x, y, moves }, { inputs: [, w, b] }, context) {
    const { layouts, reluOnly, clipped } = context;
    const { size, layout } = context.blocks!;
    const relu = reluOnly.has(y);
    const bias = b && layouts.plainOf(b);
    const maps = operand(x, context, context.blocks!);
    layouts.set(y, layout, blockedConvolution(maps, layouts.plainOf(w!), bias, moves, size, relu));
    if (relu) clipped.add(y);
  },
};

const imageGradient: ConvolutionForm = {
  name,
  role: 'image gradient',
  can: (found, context) =>
    fills(found, context) &&
    sizes(found.x)[1]! >= context.blocks!.size &&
    found.moves.pads.every((size, i) => size < found.kernel[i % 2]!),
  suits: isLarge,
  make({ x, y, moves }, { inputs: [, w] }, { layouts, blocks }) {
    const { layout, size } = blocks!;
    layouts.set(x, layout, blockedImageGradient(layouts.of(y, layout), layouts.plainOf(w!), moves, size));
  },
};

export const blocksOfChannels = (size: number): Blocks => ({
  size,
  layout: blocksOf(size),
  forms: [kernelGradient, convolution, imageGradient],
});
