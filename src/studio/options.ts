import type { Field } from './fields.ts';

/** What a studio is told. */
export interface StudioOptions {
  /** The folder that paths are relative to. */
  readonly folder: string;
  /** Where the run folders are. */
  readonly runs: string;
  /** The files of the app. */
  readonly app: string;
  /** What runs the command line: a program and its first arguments. */
  readonly command: readonly string[];
  /** The options of `hillock train`, as their records declare them. */
  readonly trainFields: readonly Field[];
}
