/** A run as it is followed: its epochs, how far it is, how it ended. */
import { type Signal, signal } from '@preact/signals';
import type { TrainTold } from 'hillock/studio';
import { follow } from '../../api/events.ts';

type Of<Name extends TrainTold['event']> = Extract<TrainTold, { event: Name }>;
export type Epoch = Of<'epoch'>;

export interface Followed {
  readonly id: string;
  readonly data: Of<'data'> | undefined;
  readonly start: Of<'start'> | undefined;
  readonly step: Of<'step'> | undefined;
  readonly epochs: readonly Epoch[];
  readonly notices: readonly string[];
  readonly failure: Of<'error'> | undefined;
  readonly finished: boolean;
  readonly live: boolean;
}

const nothing = (id: string): Followed => ({
  id,
  data: undefined,
  start: undefined,
  step: undefined,
  epochs: [],
  notices: [],
  failure: undefined,
  finished: false,
  live: true,
});

/** What is learned from, in a word: a row of an image has channels, height and width. */
export const thingsOf = (inputShape: readonly number[] | undefined): 'rows' | 'images' =>
  inputShape?.length === 3 ? 'images' : 'rows';

export const followed: Signal<Followed | undefined> = signal(undefined);

/** What is known after some events more; a resumed run tells its epochs once. */
export function told(before: Followed, events: readonly TrainTold[]): Followed {
  let { data, start, step, failure, finished } = before;
  const epochs = new Map(before.epochs.map(one => [one.epoch, one]));
  const notices = [...before.notices];
  for (const event of events) {
    if (event.event === 'data') {
      data = event;
      failure = undefined;
      finished = false;
    } else if (event.event === 'start') start = event;
    else if (event.event === 'step') step = event;
    else if (event.event === 'epoch') epochs.set(event.epoch, event);
    else if (event.event === 'notice') notices.push(event.message);
    else if (event.event === 'error') failure = event;
    else if (event.event === 'result') finished = true;
  }
  const sorted = [...epochs.values()].sort((a, b) => a.epoch - b.epoch);
  return { ...before, data, start, step, failure, finished, notices, epochs: sorted };
}

/** Follows a run; answers how to stop. `ended` hears when nothing more will come. */
export function followRun(id: string, ended: () => void): () => void {
  followed.value = nothing(id);
  return follow(
    id,
    events => {
      followed.value = told(followed.peek() ?? nothing(id), events);
    },
    () => {
      followed.value = { ...(followed.peek() ?? nothing(id)), live: false };
      ended();
    },
  );
}
