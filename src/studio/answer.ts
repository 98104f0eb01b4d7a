/** Answers: JSON, and problem details (RFC 9457) for what went wrong. */
import { type ErrorKind, HillockError } from '../errors.ts';
import { Refusal } from '../serve/exchange.ts';

const statuses: Readonly<Record<ErrorKind, number>> = {
  usage: 400,
  data: 422,
  'model-file': 422,
  diverged: 422,
  device: 501,
  'target-not-reached': 409,
  interrupted: 503,
  unexpected: 500,
};

/** What the studio says when it cannot do what was asked; `hint` is what a person does next. */
export interface Problem {
  readonly type: 'about:blank';
  readonly status: number;
  readonly kind: ErrorKind | 'refused';
  readonly detail: string;
  readonly hint: string | null;
}

/** An answer as JSON: typed arrays as lists, what is not finite as null. */
export const json = (value: unknown, status = 200): Response =>
  new Response(JSON.stringify(value, plain), {
    status,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
  });

function plain(_: string, value: unknown): unknown {
  return ArrayBuffer.isView(value) && !(value instanceof DataView)
    ? Array.from(value as unknown as ArrayLike<unknown>)
    : value;
}

/** The answer to a request that failed; what is nobody's fault is told without its insides. */
export function problem(error: unknown): Response {
  if (error instanceof Refusal) return told(error.status, 'refused', error.message, null);
  if (error instanceof HillockError) return told(statuses[error.kind], error.kind, error.message, error.hint ?? null);
  return told(500, 'unexpected', `something went wrong: ${String((error as Error)?.message ?? error)}`, null);
}

function told(status: number, kind: Problem['kind'], detail: string, hint: string | null): Response {
  const body: Problem = { type: 'about:blank', status, kind, detail, hint };
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store' },
  });
}
