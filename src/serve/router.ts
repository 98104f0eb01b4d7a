/** Which route a request is for. */
import { Refusal } from './exchange.ts';
import type { Protocol, Route } from './route.ts';

export interface Found {
  readonly protocol: Protocol;
  readonly route: Route;
  readonly params: ReadonlyMap<string, string>;
}

/** What is found for a path: a route, or the methods it would take. */
export type Lookup = Found | { readonly protocol: Protocol; readonly allowed: readonly string[] };

const none: ReadonlyMap<string, string> = new Map();

/** The parameters of a path under a pattern, both cut at their slashes; undefined where it does not fit. */
export function match(pattern: readonly string[], path: readonly string[]): ReadonlyMap<string, string> | undefined {
  if (pattern.length !== path.length) return undefined;
  const params = new Map<string, string>();
  for (const [i, part] of pattern.entries()) {
    const own = path[i]!;
    const slot = /^\{(\w+)\}(.*)$/.exec(part);
    if (!slot) {
      if (part !== own) return undefined;
      continue;
    }
    const [, name, end] = slot;
    if (!own.endsWith(end!) || own.length === end!.length) return undefined;
    params.set(name!, decoded(own.slice(0, own.length - end!.length)));
  }
  return params;
}

/** A part of a path as it is meant; throws a `Refusal` (400) where it is not well encoded. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new Refusal(400, 'the path is not well encoded');
  }
}

/** Finds the route of a method and path; the first protocol answers for paths that no one has. */
export function router(protocols: readonly Protocol[]): (method: string, path: string) => Lookup {
  const plain = new Map<string, Found>();
  const entries = protocols.flatMap(protocol =>
    protocol.routes.map(route => ({ protocol, route, pattern: route.path.split('/') })),
  );
  for (const { protocol, route } of entries)
    if (!route.path.includes('{')) plain.set(`${route.method} ${route.path}`, { protocol, route, params: none });
  return (method, path) => {
    const wanted = method === 'HEAD' ? 'GET' : method;
    const direct = plain.get(`${wanted} ${path}`);
    if (direct) return direct;
    const segments = path.split('/', 20);
    const fits = entries.flatMap(({ protocol, route, pattern }) => {
      const params = match(pattern, segments);
      return params ? [{ protocol, route, params }] : [];
    });
    const found = fits.find(({ route }) => route.method === wanted);
    if (found) return found;
    const near = protocols.find(({ routes }) => routes.some(route => path.startsWith(`/${route.path.split('/')[1]}/`)));
    return { protocol: fits[0]?.protocol ?? near ?? protocols[0]!, allowed: fits.map(({ route }) => route.method) };
  };
}
