/** Files by their address. */
import { type ErrorKind, HillockError } from '../errors.ts';

/** The bytes at an address; throws `HillockError` of the given kind where there are none. */
export async function fetchBlob(address: URL, kind: ErrorKind): Promise<Blob> {
  const lost = (cause: unknown): never => {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new HillockError(kind, `${address.href} cannot be loaded: ${reason}`, 'is the page offline?', { cause });
  };
  const response = await fetch(address).catch(lost);
  if (response.ok) return response.blob().catch(lost);
  throw new HillockError(
    kind,
    `${address.href} cannot be loaded: ${response.status} ${response.statusText}`.trim(),
    'check the address',
  );
}

/** An address as the page means it. */
export const addressOf = (address: string | URL): URL => new URL(address, globalThis.location?.href);

/** The last part of an address as a name; as it is where it is no text in percent signs. */
export function fileName({ pathname }: URL): string {
  const name = pathname.slice(pathname.lastIndexOf('/') + 1);
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
