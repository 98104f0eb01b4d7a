import type { Node, Value } from '../graph/index.ts';
import type { ConvAttrs, ConvTransposeAttrs } from '../ops/index.ts';
import { beforeSwap } from './convolution.ts';
import type { Layout, Layouts } from './layouts.ts';

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
  readonly forms: readonly Form[];
}

/** Makes a node's outputs in another layout (or from inputs in it); false = it is not for this form. */
export type Form = (node: Node, context: FormContext) => boolean;

/** A convolution x [N, C, H, W] → y [N, K, H′, W′] or one of its gradients, as its three values and how its windows move. */
export interface Convolved {
  readonly x: Value;
  readonly y: Value;
  readonly kernel: readonly number[];
  readonly moves: ConvAttrs;
}

/** The kernel gradient that a convolution of swapped images and gradients is; null = it is none. */
export function kernelGradientOf({ op, inputs, attrs, outputs: [dw] }: Node): Convolved | null {
  if (op.name !== 'Conv' || inputs.length !== 2) return null;
  const [x, y] = inputs.map(beforeSwap);
  const { strides: dilations, dilations: strides, ...rest } = attrs as ConvAttrs;
  const kernel = (dw!.type.shape as readonly number[]).slice(2);
  return x && y ? { x, y, kernel, moves: { ...rest, strides, dilations } } : null;
}

export function convolutionOf({ op, inputs: [x, w], attrs, outputs: [y] }: Node): Convolved | null {
  const kernel = w?.type.shape.slice(2) as readonly number[];
  return op.name === 'Conv' ? { x: x!, y: y!, kernel, moves: attrs as ConvAttrs } : null;
}

export function imageGradientOf({ op, inputs: [y, w, b], attrs, outputs: [x] }: Node): Convolved | null {
  const kernel = w?.type.shape.slice(2) as readonly number[];
  return op.name === 'ConvTranspose' && !b ? { x: x!, y: y!, kernel, moves: attrs as ConvTransposeAttrs } : null;
}

/** Maps of two axes under windows that move by one place and hold neighbours. */
export function isDense({ kernel, moves: { group, strides, dilations } }: Convolved): boolean {
  return kernel.length === 2 && group === 1 && [...strides, ...dilations].every(value => value === 1);
}
