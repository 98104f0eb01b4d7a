/** One thing looked at. */
export interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly found: string;
  /** What to do when it is not. */
  readonly advice: string | null;
}
