import { Refusal } from '../../serve/exchange.ts';
import { parseEvent } from '../command.ts';
import type { Route } from '../route.ts';
import { runFolder } from '../run-id.ts';
import type { Line } from '../tail.ts';

const encoder = new TextEncoder();
const keepAlive = 15_000;

const isStep = ({ text }: Line): boolean => text.startsWith('{"event":"step"');

/** Lines as server-sent events; of the steps that came together only the last is told. */
const sent = (lines: readonly Line[]): string =>
  lines
    .filter((line, i) => parseEvent(line.text) !== undefined && !(isStep(line) && lines.slice(i + 1).some(isStep)))
    .map(({ number, text }) => `id: ${number}\ndata: ${text}\n\n`)
    .join('');

export const eventRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/api/runs/{id}/events',
    about: 'What a training told and tells, as server-sent events; Last-Event-ID or ?after=N goes on from there.',
    handle({ param, request, url }, { trainings, runs }) {
      const id = param('id');
      runFolder(runs, id);
      const after = Number(request.headers.get('last-event-id') ?? url.searchParams.get('after') ?? 0);
      if (!Number.isSafeInteger(after) || after < 0) throw new Refusal(400, 'after must be the number of an event');
      const ended = new AbortController();
      request.signal.addEventListener('abort', () => ended.abort(), { once: true });
      const body = new ReadableStream<Uint8Array>({
        async start(out) {
          const beat = setInterval(() => out.enqueue(encoder.encode(': still here\n\n')), keepAlive);
          ended.signal.addEventListener('abort', () => clearInterval(beat), { once: true });
          let last = after;
          try {
            for await (const lines of trainings.events(id, after, ended.signal)) {
              out.enqueue(encoder.encode(sent(lines)));
              last = lines.at(-1)!.number;
            }
            if (ended.signal.aborted) return;
            out.enqueue(encoder.encode(`id: ${last}\nevent: end\ndata: {"event":"end"}\n\n`));
            out.close();
          } catch (error) {
            if (!ended.signal.aborted) out.error(error);
          } finally {
            clearInterval(beat);
          }
        },
        cancel: () => ended.abort(),
      });
      return new Response(body, {
        headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' },
      });
    },
  },
];
