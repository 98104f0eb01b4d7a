/** The studio's server: from a request to its answer. Node only. */
import { collect, jsonOf } from '../serve/body.ts';
import { Refusal } from '../serve/exchange.ts';
import { match } from '../serve/router.ts';
import { problem } from './answer.ts';
import { files } from './files.ts';
import { guard } from './guard.ts';
import type { StudioOptions } from './options.ts';
import type { Call, Route } from './route.ts';
import { routes } from './routes/index.ts';
import { workplaces } from './workplace.ts';

export interface Studio {
  /** Answers a request of the Fetch API. */
  answer(request: Request): Promise<Response>;
  /** Closes what is open; trainings go on. */
  close(): Promise<void>;
}

const bodyBytes = 16 * 2 ** 20;
const entries = routes.map(route => ({ route, pattern: route.path.split('/') }));

function find(method: string, path: string): { route: Route; params: ReadonlyMap<string, string> } {
  const segments = path.split('/', 20);
  const fits = entries.flatMap(({ route, pattern }) => {
    const params = match(pattern, segments);
    return params ? [{ route, params }] : [];
  });
  const wanted = method === 'HEAD' ? 'GET' : method;
  const found = fits.find(({ route }) => route.method === wanted);
  if (found) return found;
  if (fits.length === 0) throw new Refusal(404, `there is nothing at ${path.slice(0, 200)}`);
  throw new Refusal(405, `this path takes ${[...new Set(fits.map(({ route }) => route.method))].join(', ')}`);
}

/** A studio on a folder of runs. */
export function createStudio(options: StudioOptions): Studio {
  const places = workplaces(options);
  return {
    async answer(request) {
      try {
        guard(request);
        const url = new URL(request.url);
        if (!url.pathname.startsWith('/api/')) return await files(url.pathname, options.app);
        const { route, params } = find(request.method, url.pathname);
        return await places.during(place => route.handle(callOf(request, url, params), place));
      } catch (error) {
        return problem(error);
      }
    },
    close: () => places.close(),
  };
}

function callOf(request: Request, url: URL, params: ReadonlyMap<string, string>): Call {
  return {
    request,
    url,
    param(name) {
      const value = params.get(name);
      if (value === undefined) throw new TypeError(`this route has no {${name}}`);
      return value;
    },
    async json() {
      if (!request.body) throw new Refusal(400, 'the body is empty');
      const bytes = await collect(request.body, bodyBytes, () => {
        throw new Refusal(400, 'the body broke off');
      });
      return jsonOf(bytes);
    },
  };
}
