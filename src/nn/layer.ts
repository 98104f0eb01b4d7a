import type { z } from 'zod';
import type { Dim, Value } from '../graph/index.ts';
import type { ActivationName } from '../neuron/index.ts';
import type { Parameter } from './parameter.ts';
import type { Moves } from './window.ts';

/** What a layer may ask for while its graph is built. */
export interface BuildContext {
  /** In training, noise enters and batch statistics are used. */
  readonly training: boolean;
  /** Networks side by side: above 1, x and noise have a leading axis of members (or of 1, where they share the values). */
  readonly members: number;
  /** Uniform [0, 1) noise of a shape such as that of `x`, fresh for each row of the batch. Training only. */
  noise(shape: readonly Dim[]): Value;
}

/** How many axes stand before those of a row: the batch, and the members of an ensemble before it. */
export const leadingAxes = ({ members }: BuildContext): number => (members > 1 ? 2 : 1);

export interface Built {
  /** Post-activation: what the next layer sees. */
  readonly y: Value;
  /** Pre-activation, where the layer has neurons. */
  readonly z?: Value;
  /** New values of the layer's statistics, in the order of its parameters with that role. */
  readonly statistics?: readonly Value[];
}

/** x·weight + bias of one row. */
export interface Affine {
  /** [inputs, outputs], row by row; of a diagonal matrix the diagonal alone. */
  readonly weight: Float64Array;
  readonly bias: Float64Array;
  readonly diagonal?: true;
}

/** What the layers inside a layer make, by the field of its specification that holds them. */
export type Nested<T> = Readonly<Record<string, T>>;

/** One weighted sum of a recurrent unit and its activation. */
export interface Gate {
  readonly name: string;
  readonly activation: ActivationName;
  /** A gate lets a share through; a candidate is what may be let through; an output is passed on as it is. */
  readonly role: 'gate' | 'candidate' | 'output';
  /** The gate before it that multiplies its recurrent sum, together with the `recurrent_bias` of that sum. */
  readonly resetBy?: string;
}

/** What a recurrent layer computes for one unit, number by number; its parameters hold the gates in this order. */
export interface Recurrence {
  readonly gates: readonly Gate[];
  /** Once for each time it reads the sequence: the ending of its parameters' names, and whether it reads from the end. */
  readonly directions: readonly { readonly suffix: string; readonly reverse: boolean }[];
  /** Whether a unit has a memory beside its output. */
  readonly remembers: boolean;
  /** Output and memory of a unit from its gates' outputs and what it put out and remembered before. */
  next(gates: readonly number[], h: number, c: number): { readonly h: number; readonly c: number };
}

/** A kind of layer: one record, from which specs are validated, graphs built, and summaries and documentation written. */
export interface LayerKind<S extends { readonly kind: string }> {
  readonly kind: S['kind'];
  /** What it computes, in one sentence with its formula. */
  readonly about: string;
  readonly schema: z.ZodType<S>;
  /** The axes of the rows it takes, by name; absent = it takes rows of any shape. */
  readonly rows?: readonly (readonly string[])[];
  /**
   * The fields of its specification that hold layers, each a chain from its input. Those of `layers` are named after it
   * (`residual1.conv2d1`), those of any other field after the field too (`residual1.shortcut.conv2d1`).
   */
  readonly nested?: readonly (keyof S & string)[];
  /** Whether it works on an ensemble: x [members, batch, …input], parameters with a leading axis of members. */
  readonly members: boolean;
  /** Whether it has neurons: `weight` [inputs, units] into a sum, a `bias` where it has one, an activation. */
  readonly neurons: boolean;
  /** Whether its outputs are its inputs, once training is over. */
  readonly keepsInputs: boolean;
  /**
   * How its filters look at the row, where it has filters: `weight` [filters, channels / groups, …kernel] over a window
   * that moves, a `bias` where it has one, an activation.
   */
  filters?(spec: S, input: readonly number[]): { readonly moves: Moves; readonly groups: number };
  /** Whether it takes whole numbers that stand for things, so that no gradient passes it. */
  readonly takesCodes?: true;
  /** How its units go from one time step to the next, where it carries a state over rows [time, features]. */
  recurrence?(spec: S): Recurrence;
  /** The activation between its z and its ŷ, where it has one. */
  activation?(spec: S): ActivationName;
  /**
   * What it computes before its activation, once training is over, where that is x·weight + bias: null when it changes
   * nothing, absent when no matrix does the same. `parameters` are those of one network, by name.
   */
  affine?(spec: S, parameters: Readonly<Record<string, Float64Array>>, input: readonly number[]): Affine | null;
  /**
   * Shape of one row after the layer, of one of `rows`; `nested` are the shapes that its own layers make, by field. Throws
   * `HillockError` kind `usage` when the layer cannot take `input`.
   */
  outputShape(spec: S, input: readonly number[], nested: Nested<readonly number[]>): readonly number[];
  parameters(spec: S, input: readonly number[]): readonly Parameter[];
  /** x is [batch, …input]; `parameters` are in the order of `parameters()`. */
  build(spec: S, x: Value, parameters: readonly Value[], context: BuildContext, nested: Nested<Value>): Built;
  /** Multiply-adds of one row, forward, without those of the layers inside. */
  macs(spec: S, input: readonly number[], nested: Nested<readonly number[]>): number;
  readonly examples: readonly S[];
}
