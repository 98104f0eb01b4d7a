import type { Tensor } from '../../graph/index.ts';
import type { Tensors } from '../../runtime/index.ts';

/** A JSON Schema (2020-12). */
export type Schema = Readonly<Record<string, unknown>>;

/** One thing that a row of a request has. */
export interface Field {
  readonly name: string;
  /** What to give, in words. */
  readonly about: string;
  readonly schema: Schema;
  /** A value that works. */
  readonly example: unknown;
  /** Texts that training saw in it, where they are kept. */
  readonly known?: readonly string[];
  /** It may be left out. */
  readonly optional?: boolean;
  /** It may be null: the value is missing. */
  readonly nullable?: boolean;
}

/** A body that is not JSON. */
export interface BinaryBody {
  readonly types: readonly string[];
  readonly about: string;
  read(bytes: Uint8Array): Promise<readonly Row[]>;
}

/** One row of a request, read and checked; only the input that read it looks inside. */
export type Row = { readonly row: unknown }['row'];

/** A row with one of its fields set to what is usual. */
export interface Variant {
  readonly field: string;
  readonly found: unknown;
  readonly usual: unknown;
  readonly row: Row;
}

/** A field as a protocol of tensors names it; dates are texts. */
export interface TensorInput {
  readonly name: string;
  readonly dtype: Tensor['dtype'];
  /** Of one row. */
  readonly shape: readonly number[];
  /** The field takes a list, also of one. */
  readonly list: boolean;
}

/** How rows for one model come out of requests. */
export interface InputReader {
  readonly fields: readonly Field[];
  /** One row of JSON; throws a `Refusal` with a pointer below `at`. */
  read(value: unknown, at: string): Row;
  /** The rows of a JSON list in one pass over its bytes, as `feeds` takes them; undefined where `read` has to look. */
  readonly scan?: ((bytes: Uint8Array) => readonly Row[] | undefined) | undefined;
  readonly bodies: readonly BinaryBody[];
  /** One for each field, in their order. */
  readonly tensors: readonly TensorInput[];
  /** What `packed` of the model takes for rows. */
  feeds(rows: readonly Row[]): Tensors;
  /** Rows to compare with, each with one field as usual; undefined where there is no such thing. */
  readonly variants?: (row: Row) => readonly Variant[];
}

export interface ReadingOptions {
  /** Words never seen in training and columns that are not there are taken as another and as missing. */
  readonly acceptUnknown: boolean;
}
