/** Bodies: bounded, decompressed, decoded. */
import { type Exchange, Refusal } from './exchange.ts';

const encodings: Readonly<Record<string, CompressionFormat>> = { gzip: 'gzip', 'x-gzip': 'gzip', deflate: 'deflate' };

export const tooLarge = (limit: number): Refusal => new Refusal(413, `the body is longer than ${limit} bytes`);

/** The bytes of a body, decompressed, at most `limit` of them both ways; `came` hears of them, may throw, and that is thrown. */
export async function readBody(exchange: Exchange, limit: number, came: (bytes: number) => void): Promise<Uint8Array> {
  const encoding = exchange.header('content-encoding')?.trim().toLowerCase();
  if (!encoding || encoding === 'identity') return exchange.body(limit, came);
  const format = Object.hasOwn(encodings, encoding) ? encodings[encoding] : undefined;
  if (!format) {
    throw new Refusal(415, 'bodies may be compressed with gzip or deflate only', {
      headers: { 'accept-encoding': 'gzip, deflate' },
    });
  }
  return inflate(await exchange.body(limit, came), format, limit);
}

async function inflate(bytes: Uint8Array, format: CompressionFormat, limit: number): Promise<Uint8Array> {
  const stream = new Blob([bytes.slice()]).stream().pipeThrough(new DecompressionStream(format));
  return collect(stream, limit, cause => {
    throw new Refusal(400, `the body is no whole ${format} stream: ${String((cause as Error).message ?? cause)}`);
  });
}

/** All bytes of a stream; stops reading where they are too many. */
export async function collect(
  stream: ReadableStream<Uint8Array>,
  limit: number,
  broken: (cause: unknown) => never,
  came: (bytes: number) => void = () => undefined,
): Promise<Uint8Array> {
  const reader = stream.getReader();
  const parts: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read().catch(broken);
    if (done) break;
    length += value.length;
    try {
      if (length > limit) throw tooLarge(limit);
      came(value.length);
    } catch (error) {
      await reader.cancel().catch(() => undefined);
      throw error;
    }
    parts.push(value);
  }
  return joined(parts, length);
}

/** Some parts as one. */
export function joined(parts: readonly Uint8Array[], length: number): Uint8Array {
  if (parts.length === 1) return parts[0]!;
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

const decoder = new TextDecoder('utf-8', { fatal: true });

/** A body as text; throws a `Refusal` where it is not UTF-8. */
export function textOf(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw new Refusal(400, 'the body is not UTF-8');
  }
}

/** A body as JSON; throws a `Refusal` that tells what is wrong. */
export function jsonOf(bytes: Uint8Array): unknown {
  const text = textOf(bytes);
  try {
    return JSON.parse(text);
  } catch (error) {
    const empty = text.trim() === '';
    const nan = /[:,[\s]-?(?:NaN|Infinity)\s*[,\]}]/.test(text.slice(0, 100_000));
    const hint = nan ? ': NaN and Infinity are no JSON; write null for a missing value' : '';
    throw new Refusal(
      400,
      empty ? 'the body is empty' : `the body is no JSON${hint || `: ${(error as Error).message}`}`,
    );
  }
}

/** The media type of a request, in lower case and without its parameters; '' where it has none. */
export const mediaType = (exchange: Exchange): string =>
  (exchange.header('content-type') ?? '').split(';', 1)[0]!.trim().toLowerCase();

/** What `curl --data` and `fetch` with a text say of a body unless they are told. */
const untold = ['', 'application/x-www-form-urlencoded', 'text/plain'];

/** Whether a body is to be read as JSON: what says so, and what says nothing of its own. */
export const isJson = (type: string): boolean =>
  type === 'application/json' || type.endsWith('+json') || untold.includes(type);
