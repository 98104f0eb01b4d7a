/** What a training tells, as it tells it; a broken line is picked up where it broke. */
import type { TrainTold } from 'hillock/studio';

/** Follows a run until it ends; answers how to stop. The events come in groups, those of the past in a few large ones. */
export function follow(id: string, take: (events: readonly TrainTold[]) => void, ended: () => void): () => void {
  const source = new EventSource(`/api/runs/${encodeURIComponent(id)}/events`);
  let waiting: TrainTold[] = [];
  let soon = 0;
  const flush = (): void => {
    clearTimeout(soon);
    soon = 0;
    const events = waiting;
    waiting = [];
    if (events.length > 0) take(events);
  };
  source.onmessage = ({ data }: MessageEvent<string>) => {
    waiting.push(JSON.parse(data) as TrainTold);
    soon ||= window.setTimeout(flush, 60);
  };
  source.addEventListener('end', () => {
    source.close();
    flush();
    ended();
  });
  return () => {
    source.close();
    clearTimeout(soon);
  };
}
