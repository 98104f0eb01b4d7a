/** Convolutions of small maps and their gradients as Winograd's products. */
import type { Value } from '../graph/index.ts';
import { add, transpose } from '../ops/index.ts';
import { type ConvolutionForm, type Convolved, type FormContext, isDense } from './form.ts';
import { sizes } from './layouts.ts';
import { planes } from './planes.ts';
import { largestKernel, type Tiling, winograd, winogradImageGradient, winogradKernelGradient } from './winograd.ts';

/** Larger maps are faster by rows or blocks, fewer channels or images make the products too small. */
const [largestMap, leastChannels, leastImages] = [16, 16, 8];

/** Maps are cut into tiles by products that grow with the square of their sizes. */
const largestCut = 64;

function can(found: Convolved): boolean {
  if (!isDense(found) || found.kernel.some(size => size > largestKernel)) return false;
  return [found.x, found.y].every(map => Math.max(sizes(map)[2]!, sizes(map)[3]!) <= largestCut);
}

/** Whether a convolution is the faster so, where these of its values are turned for it. */
const suits =
  (operands: (found: Convolved) => readonly Value[]) =>
  (found: Convolved, { layouts }: FormContext): boolean => {
    const [x, y] = [sizes(found.x), sizes(found.y)];
    const small = [x[2]!, x[3]!, y[2]!, y[3]!].every(size => size <= largestMap);
    if (!small || Math.min(x[1]!, y[1]!) < leastChannels || x[0]! < leastImages) return false;
    // A kernel of one place saves no products: not worth turning a map.
    const saves = found.kernel.some(size => size > 1);
    return saves || operands(found).some(value => layouts.nativeOf(value) === planes);
  };

/** How a convolution is tiled. */
function tiling({ x, y, kernel, moves: { pads } }: Convolved): Tiling {
  return [
    { input: sizes(x)[2]!, output: sizes(y)[2]!, kernel: kernel[0]!, before: pads[0]! },
    { input: sizes(x)[3]!, output: sizes(y)[3]!, kernel: kernel[1]!, before: pads[1]! },
  ];
}

const name = 'Winograd';

const kernelGradient: ConvolutionForm = {
  name,
  role: 'kernel gradient',
  can,
  suits: suits(({ x, y }) => [x, y]),
  make(found, node, { layouts }) {
    const [x, dy] = [layouts.of(found.x, planes), layouts.of(found.y, planes)];
    layouts.setPlain(node.outputs[0]!, transpose(winogradKernelGradient(x, dy, tiling(found)), [2, 3, 0, 1]));
  },
};

const convolution: ConvolutionForm = {
  name,
  role: 'convolution',
  can,
  suits: suits(({ x }) => [x]),
  make(found, { inputs: [, w, b] }, { layouts }) {
    const made = winograd(layouts.of(found.x, planes), layouts.plainOf(w!), tiling(found));
    layouts.set(found.y, planes, b ? add(made, layouts.plainOf(b)) : made);
  },
};

const imageGradient: ConvolutionForm = {
  name,
  role: 'image gradient',
  can,
  suits: suits(({ y }) => [y]),
  make(found, { inputs: [, w] }, { layouts }) {
    const made = winogradImageGradient(layouts.of(found.y, planes), layouts.plainOf(w!), tiling(found));
    layouts.set(found.x, planes, made);
  },
};

export const winogradForms: readonly ConvolutionForm[] = [kernelGradient, convolution, imageGradient];
