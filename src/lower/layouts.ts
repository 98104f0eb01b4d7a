/** How maps [N, C, H, W] lie in memory, and every value in the layouts in which it is asked for. */

import type { Value } from '../graph/index.ts';
import { expand, reshape } from '../ops/index.ts';

/** The shape of a value whose sizes are all known. */
export const sizes = (value: Value): readonly number[] => value.type.shape as readonly number[];

/** Maps that lie one after another, and how many numbers lie together at each of their places. */
export interface Places {
  readonly maps: number;
  readonly height: number;
  readonly width: number;
  readonly together: number;
}

/** Windows of one row or one column. */
export type Line = readonly [height: number, width: number];

/** An order of the numbers of maps. */
export interface Layout {
  /** From [N, C, H, W], where any size may be 1. */
  to(x: Value): Value;
  from(x: Value): Value;
  /** The shape in which [N, C, H, W] lies. */
  shapeOf(shape: readonly number[]): readonly number[];
  /** Sums over axes of [N, C, H, W], which stay as size 1. */
  sums(x: Value, axes: readonly number[]): Value;
  places(x: Value): Places;
  /** The largest of windows side by side, of one row or one column. */
  largest(x: Value, line: Line): Value;
  /** The number at place `i` of each such window, in any shape. */
  place(x: Value, line: Line, i: number): Value;
}

export class Layouts {
  private readonly plain = new Map<Value, Value>();
  private readonly made = new Map<Layout, Map<Value, Value>>();
  private readonly native = new Map<Value, Layout>();

  setPlain(value: Value, made: Value): void {
    this.plain.set(value, made);
  }

  set(value: Value, layout: Layout, made: Value): void {
    this.known(layout).set(value, made);
    this.native.set(value, layout);
  }

  /** The layout in which a value is computed, unless that is the plain one. */
  nativeOf(value: Value): Layout | undefined {
    return this.native.get(value);
  }

  plainOf(value: Value): Value {
    const known = this.plain.get(value);
    if (known) return known;
    const layout = this.native.get(value);
    const made = layout ? layout.from(this.of(value, layout)) : value;
    if (made !== value) this.plain.set(value, made);
    return made;
  }

  /** A value with four axes, or one that broadcasts to four, in a layout. */
  of(value: Value, layout: Layout): Value {
    const known = this.known(layout).get(value);
    if (known) return known;
    if (value.type.shape.length === 0) return this.plainOf(value);
    const made = this.brought(value, layout);
    this.known(layout).set(value, made);
    return made;
  }

  private brought(value: Value, layout: Layout): Value {
    const shape = sizes(value);
    if (shape.length < 4)
      return layout.to(reshape(this.plainOf(value), [...new Array<number>(4 - shape.length).fill(1), ...shape]));
    const [repeated] = value.node.op.name === 'Expand' ? value.node.inputs : [];
    return repeated ? expand(this.of(repeated, layout), layout.shapeOf(shape)) : layout.to(this.plainOf(value));
  }

  private known(layout: Layout): Map<Value, Value> {
    const known = this.made.get(layout) ?? new Map<Value, Value>();
    this.made.set(layout, known);
    return known;
  }
}
