/** What every reader of foreign bytes tells the suite about itself. */
import type fc from 'fast-check';

/** What is wrong with a result; undefined = nothing. */
export type Verdict = string | undefined;

/** Bytes that must be read, and what they must come to. */
export interface Sample<Result> {
  readonly bytes: Uint8Array;
  readonly judge: (result: Result) => Verdict;
}

export interface Reader<Result = unknown> {
  /** Its name, and that of its folder in test/corpus. */
  readonly name: string;
  /** The name under which the bytes lie in a folder of their own while they are read. */
  readonly file: string;
  /** Reads them; may throw `HillockError` and nothing else. */
  readonly read: (file: string, bytes: Uint8Array) => Promise<Result>;
  readonly valid: fc.Arbitrary<Sample<Result>>;
  /** What an independent look at any bytes says about what was read from them. */
  readonly judge: (bytes: Uint8Array, result: Result, file: string) => Verdict | Promise<Verdict>;
  /** Texts of the format that damage is made of. */
  readonly words: readonly string[];
}

/** A reader among others, whatever it reads. */
export const reader = <Result>(record: Reader<Result>): Reader => record as unknown as Reader;

/** The first verdict that finds something. */
export const first = (...verdicts: readonly Verdict[]): Verdict => verdicts.find(verdict => verdict !== undefined);

/** What differs between two values, as JSON writes them (NaN = null). */
export function differs(what: string, found: unknown, expected: unknown): Verdict {
  const [a, b] = [found, expected].map(value => JSON.stringify(value));
  return a === b ? undefined : `${what}: found ${a?.slice(0, 200)}, expected ${b?.slice(0, 200)}`;
}
