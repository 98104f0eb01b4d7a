import type { Parameters } from '../artifact.ts';
import type { ModelSpec } from '../spec.ts';

/** A model on its way to another program. */
export interface ExportedModel {
  readonly spec: ModelSpec;
  readonly parameters: Parameters;
  /** Kept where the format has a place for it. */
  readonly report: unknown;
  /** The bytes of its model file, where there is one. */
  readonly file?: Uint8Array | undefined;
}

/** One file of an export. */
export interface ExportedFile {
  /** What its name ends in, such as `.py`; the files of one export differ in it alone. */
  readonly extension: string;
  readonly data: Uint8Array | string;
}

/** A form in which a model leaves Hillock. */
export interface ExportFormat {
  readonly format: string;
  /** What it is good for, in one sentence. */
  readonly about: string;
  /** Those of the files it writes, in their order. */
  readonly extensions: readonly string[];
  /** Throws `HillockError` kind `usage` for a model that the format cannot express. */
  write(model: ExportedModel): readonly ExportedFile[];
}
