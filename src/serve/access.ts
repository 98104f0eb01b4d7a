/** Who may ask: tokens, and pages of other origins. */
import type { Exchange, Reply } from './exchange.ts';

/** The token that a request brings, or that a person typed where the browser asked for a password. */
export function tokenOf(exchange: Exchange): string {
  const [, scheme, value] = /^(Bearer|Basic) +(.*)$/i.exec(exchange.header('authorization') ?? '') ?? [];
  if (value === undefined || scheme!.toLowerCase() === 'bearer') return value ?? '';
  try {
    const pair = new TextDecoder().decode(Uint8Array.from(atob(value), letter => letter.charCodeAt(0)));
    return pair.slice(pair.indexOf(':') + 1);
  } catch {
    return '';
  }
}

/** Whether two texts are the same, in a time that tells only how long the first is. */
export function same(given: string, wanted: string): boolean {
  let difference = given.length ^ wanted.length;
  for (let i = 0; i < given.length; i++)
    difference |= given.charCodeAt(i) ^ wanted.charCodeAt(wanted.length === 0 ? 0 : i % wanted.length);
  return difference === 0;
}

const originOf = (exchange: Exchange, origins: readonly string[]): string | undefined => {
  const origin = origins.length === 0 ? null : exchange.header('origin');
  if (origin === null) return undefined;
  return origins.includes('*') ? '*' : origins.find(one => one === origin);
};

/** The answer to a browser that asks whether a page may ask; undefined for any other request. */
export function preflight(exchange: Exchange, origins: readonly string[]): Reply | undefined {
  if (exchange.method !== 'OPTIONS') return undefined;
  const origin = originOf(exchange, origins);
  if (origin === undefined) return undefined;
  return {
    status: 204,
    headers: {
      'access-control-allow-methods': 'GET, POST',
      'access-control-allow-headers': 'authorization, content-type, content-encoding',
      'access-control-max-age': '600',
    },
    body: '',
  };
}

/** An answer that pages of allowed origins may read. */
export function readable(exchange: Exchange, reply: Reply, origins: readonly string[]): Reply {
  if (origins.length === 0) return reply;
  const origin = originOf(exchange, origins);
  const allow = origin === undefined ? {} : { 'access-control-allow-origin': origin };
  return { ...reply, headers: { ...reply.headers, ...allow, vary: 'origin' } };
}
