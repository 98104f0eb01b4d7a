/** Keeps up with the run that is shown. */
import { api } from '../../api/client.ts';
import { followed, followRun } from './follow.ts';
import { act, detail, loadRuns, neurons, run } from './state.ts';

let stop: () => void = () => undefined;

/** Follows the shown run from its beginning. */
export function refollow(): void {
  stop();
  const id = run.peek();
  if (id === '') return;
  const load = (): void => void detail.load(() => api.run(id));
  stop = followRun(id, () => {
    load();
    void loadRuns().catch(() => undefined);
    if (followed.peek()?.finished) void neurons.load(() => api.health(id));
  });
  neurons.clear();
  load();
}

/** Goes on with the shown run and follows it. */
export const goOn = (): Promise<void> =>
  act(api.resume).then(() => {
    refollow();
    void loadRuns().catch(() => undefined);
  });

export const unfollow = (): void => stop();

/** A run that had ended may have gone on in another window; answers how to stop looking. */
export function followWhenSeen(): () => void {
  const seen = (): void => {
    if (document.visibilityState === 'visible' && followed.peek()?.live === false && !followed.peek()?.finished)
      refollow();
  };
  document.addEventListener('visibilitychange', seen);
  return () => document.removeEventListener('visibilitychange', seen);
}
