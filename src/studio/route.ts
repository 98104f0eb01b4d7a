/** What a route of the studio is, and what it is given. */
import type { Workplace } from './workplace.ts';

/** A request on its way. */
export interface Call {
  readonly request: Request;
  readonly url: URL;
  /** What stands in the place of `{name}` in the path; throws where the route has no such place. */
  param(name: string): string;
  /** The body as JSON; throws a `Refusal` where it is none or too long. */
  json(): Promise<unknown>;
}

export interface Route {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Segments in braces stand for anything: `/api/runs/{id}`. */
  readonly path: string;
  readonly about: string;
  handle(call: Call, place: Workplace): Response | Promise<Response>;
}
