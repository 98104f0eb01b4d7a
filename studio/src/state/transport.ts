/** What the shown screen plays: the buttons in the top bar and their keys act on it. */
import { signal } from '@preact/signals';

export interface Transport {
  /** Where it runs, in words: `in this page`, `on this machine`. */
  readonly where: string;
  readonly playing: boolean;
  /** What is asked for and has not begun yet, in words. */
  readonly waits?: string | undefined;
  /** Words and figures beside the buttons: epoch, loss, speed. */
  readonly figures: readonly { readonly name: string; readonly value: string; readonly says: string }[];
  readonly play?: (() => void) | undefined;
  readonly pause?: (() => void) | undefined;
  /** The smallest step. */
  readonly step?: (() => void) | undefined;
  readonly stepEpoch?: (() => void) | undefined;
  /** Back to the start with the same seed. */
  readonly rewind?: (() => void) | undefined;
  /** Back to the start with other weights. */
  readonly reseed?: (() => void) | undefined;
  readonly seed?: number | undefined;
}

/** Of the shown screen; undefined where there is nothing to play. */
export const transport = signal<Transport | undefined>(undefined);
