import { collect, joined, tooLarge } from './body.ts';
import { type Exchange, Refusal, type Reply } from './exchange.ts';
import type { HandlerOptions } from './options.ts';
import type { Servable } from './served.ts';
import { createService } from './service.ts';

/** Answers requests of the Fetch API: in Node, Bun, Deno, a worker, or a test without a socket. */
export interface Handler {
  (request: Request): Promise<Response>;
  /** Serves another model under a name; the old one answers until the new one has answered a row. */
  replace(name: string, model: Servable): Promise<void>;
  /** /readyz says no from now on; resolves when every accepted request has its answer. */
  drain(): Promise<void>;
}

const isOne = (models: object): models is Servable => 'packed' in models && typeof models.packed === 'function';

/**
 * A service of a model, or of several by name, the first of them the one of `/predict`.
 * The routes are listed in docs/serving.md; throws a TypeError without a model, and for an empty token.
 */
export function createHandler(
  models: Servable | Readonly<Record<string, Servable>> | ReadonlyMap<string, Servable>,
  options: HandlerOptions = {},
): Handler {
  const service = createService(isOne(models) ? { model: models } : models, options);
  const handler = async (request: Request): Promise<Response> =>
    responseOf(await service.answer(exchangeOf(request)), request.method === 'HEAD');
  return Object.assign(handler, { replace: service.replace, drain: service.drain });
}

function exchangeOf(request: Request): Exchange {
  const { pathname, search } = new URL(request.url);
  return {
    method: request.method,
    target: pathname + search,
    header: name => request.headers.get(name),
    async body(limit, came) {
      if (Number(request.headers.get('content-length') ?? 0) > limit) throw tooLarge(limit);
      if (!request.body) return joined([], 0);
      const broken = (cause: unknown): never => {
        throw new Refusal(400, `the body broke off: ${String((cause as Error).message ?? cause)}`);
      };
      return collect(request.body, limit, broken, came);
    },
    gone: () => request.signal.aborted,
  };
}

const responseOf = ({ status, headers, body }: Reply, headersOnly: boolean): Response =>
  new Response(headersOnly || status === 204 ? null : body, {
    status: status === 499 ? 400 : status,
    headers: { 'x-content-type-options': 'nosniff', ...headers },
  });
