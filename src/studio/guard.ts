/** Who may talk to the studio: pages that it gave itself. */
import { Refusal } from '../serve/exchange.ts';

const names = /^(localhost|127(?:\.\d{1,3}){3}|\[::1\])$/i;

/**
 * Refuses a request that a page of another origin sends, and one that came under a name that is not of this machine
 * (which is how a page of the Internet reaches a service at home: DNS rebinding).
 */
export function guard(request: Request): void {
  const host = request.headers.get('host') ?? '';
  const name = host.replace(/:\d+$/, '');
  if (!names.test(name)) throw new Refusal(403, `the studio answers to localhost, not to ${name.slice(0, 100)}`);
  const origin = request.headers.get('origin');
  if (origin !== null && origin !== `http://${host}`)
    throw new Refusal(403, `the studio answers its own pages, not those of ${origin.slice(0, 100)}`);
  const site = request.headers.get('sec-fetch-site');
  const page = request.headers.get('sec-fetch-mode') === 'navigate';
  if (site !== null && site !== 'same-origin' && site !== 'none' && !(page && request.method === 'GET'))
    throw new Refusal(403, 'the studio answers its own pages');
}
