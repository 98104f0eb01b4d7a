/** What a page and its training worker tell each other; all of it can be cloned. */
import type { ImagesSplit, Table } from '../data/index.ts';
import { type ErrorKind, HillockError } from '../errors.ts';
import type { Outcome, StepEvent, StepOptions } from '../job/steps.ts';

/** Where programs are asked to run. */
export type PageDevice = 'wasm' | 'webgpu';

/** What the worker is told first. */
export interface WebTask {
  readonly data: Table | ImagesSplit;
  readonly options: StepOptions;
  readonly device: PageDevice;
  /** Absent = as many as the page may have. */
  readonly threads: number | undefined;
  readonly ort: string | undefined;
}

export type ToWorker = { readonly kind: 'task'; readonly task: WebTask } | { readonly kind: 'stop' };

export interface PlainError {
  readonly kind: ErrorKind;
  readonly message: string;
  readonly hint: string | undefined;
}

export type FromWorker =
  | { readonly kind: 'event'; readonly event: StepEvent }
  | { readonly kind: 'outcome'; readonly outcome: Outcome }
  | { readonly kind: 'error'; readonly error: PlainError }
  /** Not told by the worker, but of it. */
  | { readonly kind: 'failed'; readonly reason: string };

export function plainError(error: unknown): PlainError {
  if (error instanceof HillockError) return { kind: error.kind, message: error.message, hint: error.hint };
  return { kind: 'unexpected', message: error instanceof Error ? error.message : String(error), hint: undefined };
}

export const errorOf = ({ kind, message, hint }: PlainError): HillockError => new HillockError(kind, message, hint);
