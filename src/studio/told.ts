/** What trainings and plans tell, as it comes out of JSON. */
import type { TrainEvent } from '../job/index.ts';
import type { NetworkSummary } from '../nn/index.ts';

/** A training as it would be. */
export type Planned = Omit<Extract<TrainEvent, { event: 'data' }>, 'event'> & { readonly layers: NetworkSummary };

/** One event of a training; the result is the report itself. */
export type TrainTold =
  | Exclude<TrainEvent, { event: 'result' }>
  | { readonly event: 'result'; readonly run: string }
  | { readonly event: 'error'; readonly kind: string; readonly message: string; readonly hint: string | null };
