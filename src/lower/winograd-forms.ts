/** Convolutions of small maps and their gradients as Winograd's products. */
import type { Value } from '../graph/index.ts';
import { add, transpose } from '../ops/index.ts';
import { type Convolved, convolutionOf, type Form, imageGradientOf, isDense, kernelGradientOf } from './form.ts';
import { type Layouts, sizes } from './layouts.ts';
import { planes } from './planes.ts';
import { largestKernel, type Tiling, winograd, winogradImageGradient, winogradKernelGradient } from './winograd.ts';

/** Larger maps are faster by rows or blocks, fewer channels or images make the products too small. */
const [largestMap, leastChannels, leastImages] = [16, 16, 8];

/** How a convolution is tiled; null when another form is the faster. */
function tiling(found: Convolved | null): Tiling | null {
  if (!found || !isDense(found)) return null;
  const [x, y] = [sizes(found.x), sizes(found.y)];
  const { kernel, moves } = found;
  const small = [x[2]!, x[3]!, y[2]!, y[3]!].every(size => size <= largestMap);
  if (!small || !kernel.every(size => size <= largestKernel)) return null;
  if (Math.min(x[1]!, y[1]!) < leastChannels || typeof x[0] !== 'number' || x[0] < leastImages) return null;
  return [
    { input: x[2]!, output: y[2]!, kernel: kernel[0]!, before: moves.pads[0]! },
    { input: x[3]!, output: y[3]!, kernel: kernel[1]!, before: moves.pads[1]! },
  ];
}

/** A kernel of one place saves no products: not worth turning a map. */
const worthTurning = (tiles: Tiling, operands: readonly Value[], layouts: Layouts): boolean =>
  tiles.some(({ kernel }) => kernel > 1) || operands.some(value => layouts.nativeOf(value) === planes);

const kernelGradient: Form = (node, { layouts }) => {
  const found = kernelGradientOf(node);
  const tiles = tiling(found);
  if (!found || !tiles || !worthTurning(tiles, [found.x, found.y], layouts)) return false;
  const made = winogradKernelGradient(layouts.of(found.x, planes), layouts.of(found.y, planes), tiles);
  layouts.setPlain(node.outputs[0]!, transpose(made, [2, 3, 0, 1]));
  return true;
};

const convolution: Form = (node, { layouts }) => {
  const tiles = tiling(convolutionOf(node));
  const [x, w, b] = node.inputs;
  if (!tiles || !worthTurning(tiles, [x!], layouts)) return false;
  const made = winograd(layouts.of(x!, planes), layouts.plainOf(w!), tiles);
  layouts.set(node.outputs[0]!, planes, b ? add(made, layouts.plainOf(b)) : made);
  return true;
};

const imageGradient: Form = (node, { layouts }) => {
  const tiles = tiling(imageGradientOf(node));
  const [dy, w] = node.inputs;
  if (!tiles || !worthTurning(tiles, [dy!], layouts)) return false;
  layouts.set(node.outputs[0]!, planes, winogradImageGradient(layouts.of(dy!, planes), layouts.plainOf(w!), tiles));
  return true;
};

export const winogradForms: readonly Form[] = [kernelGradient, convolution, imageGradient];
