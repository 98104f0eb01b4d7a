import type { Node, Value } from '../graph/index.ts';
import type { ConvAttrs, ConvTransposeAttrs } from '../ops/index.ts';
import { beforeSwap } from './convolution.ts';
import { type Layout, type Layouts, sizes } from './layouts.ts';

/** What forms of nodes share while a graph is laid out. */
export interface FormContext {
  readonly layouts: Layouts;
  /** Blocks of channels; null = the runtime has none. */
  readonly blocks: Blocks | null;
  /** Values whose negative numbers nobody reads. */
  readonly reluOnly: ReadonlySet<Value>;
  /** Those that were made without them. */
  readonly clipped: Set<Value>;
}

/** The convolutions of a runtime that hold `size` channels together. */
export interface Blocks {
  readonly size: number;
  readonly layout: Layout;
  readonly forms: readonly ConvolutionForm[];
}

/** Makes a node's outputs in another layout (or from inputs in it); false = it is not for this form. */
export type Form = (node: Node, context: FormContext) => boolean;

/** What a node is to a convolution. */
type Role = 'convolution' | 'image gradient' | 'kernel gradient';

/** A convolution x [N, C, H, W] → y [N, K, H′, W′] or one of its gradients, as its three values and how its windows move. */
export interface Convolved {
  readonly role: Role;
  readonly x: Value;
  readonly y: Value;
  readonly kernel: readonly number[];
  readonly moves: ConvAttrs;
}

/** A way to compute convolutions and their gradients, and where it is the fastest as a rule. */
export interface ConvolutionForm {
  readonly name: string;
  readonly role: Role;
  /** Whether what is made is right, however long it takes. */
  can(found: Convolved, context: FormContext): boolean;
  /** Whether it is faster than those behind it, as a rule; asked of what it can. */
  suits(found: Convolved, context: FormContext): boolean;
  make(found: Convolved, node: Node, context: FormContext): void;
}

/** The name of what `lower` leaves to the rules of single nodes. */
export const plainForm = 'plain';

/** Chooses among the forms that a node can take, the plain one last; undefined = what the rules say, which is `taken`. */
export type Choose = (found: Convolved, forms: readonly string[], taken: string) => string | undefined;

/** What a node is to a convolution, and to which; null = nothing. */
export const convolvedBy = (node: Node): Convolved | null =>
  kernelGradientOf(node) ?? convolutionOf(node) ?? imageGradientOf(node);

/** The kernel gradient that a convolution of swapped images and gradients is; null = it is none. */
function kernelGradientOf({ op, inputs, attrs, outputs: [dw] }: Node): Convolved | null {
  if (op.name !== 'Conv' || inputs.length !== 2) return null;
  const [x, y] = inputs.map(beforeSwap);
  const { strides: dilations, dilations: strides, ...rest } = attrs as ConvAttrs;
  const kernel = (dw!.type.shape as readonly number[]).slice(2);
  return x && y ? { role: 'kernel gradient', x, y, kernel, moves: { ...rest, strides, dilations } } : null;
}

function convolutionOf({ op, inputs: [x, w], attrs, outputs: [y] }: Node): Convolved | null {
  const kernel = w?.type.shape.slice(2) as readonly number[];
  return op.name === 'Conv' ? { role: 'convolution', x: x!, y: y!, kernel, moves: attrs as ConvAttrs } : null;
}

function imageGradientOf({ op, inputs: [y, w, b], attrs, outputs: [x] }: Node): Convolved | null {
  const kernel = w?.type.shape.slice(2) as readonly number[];
  const moves = attrs as ConvTransposeAttrs;
  return op.name === 'ConvTranspose' && !b ? { role: 'image gradient', x: x!, y: y!, kernel, moves } : null;
}

/** Maps of two axes and known sizes under windows that move by one place and hold neighbours. */
export function isDense({ x, y, kernel, moves: { group, strides, dilations } }: Convolved): boolean {
  const known = [...sizes(x), ...sizes(y)].every(size => typeof size === 'number');
  return known && kernel.length === 2 && group === 1 && [...strides, ...dilations].every(value => value === 1);
}
