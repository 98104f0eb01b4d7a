/** The bytes of one file, from an address or a folder, into a file on disk that may hold a beginning of them already. */
import { copyFile, type FileHandle, open, stat } from 'node:fs/promises';
import { cannotWrite, HillockError } from '../errors.ts';
import type { RemoteFile } from './downloads.ts';

/** How a transfer is followed and ended. */
export interface TransferOptions {
  readonly signal?: AbortSignal | undefined;
  /** Told how many bytes of the file are there. */
  readonly onBytes?: ((bytes: number) => void) | undefined;
  /** Seconds without a byte after which a connection is given up; 60 unless told. */
  readonly stallSeconds?: number | undefined;
}

/** Why a place does not give the file; another one may. */
export class Refusal extends Error {}

const fruitlessTries = 3;
const pauseMilliseconds = 200;

/** Bytes that a file has; 0 where there is none. */
export const sizeOf = async (path: string): Promise<number> => (await stat(path).catch(() => undefined))?.size ?? 0;

/** Copies a file; throws `Refusal` where it cannot be read. */
export async function copyInto(part: string, from: string, { onBytes }: TransferOptions): Promise<void> {
  if (!(await stat(from).catch(() => undefined))?.isFile()) throw new Refusal('there is no such file');
  await copyFile(from, part).catch((cause: NodeJS.ErrnoException) => {
    throw cause.code === 'EACCES' && cause.path === from ? new Refusal('it may not be read') : cannotWrite(part, cause);
  });
  onBytes?.(await sizeOf(part));
}

/**
 * Downloads a file, going on from what is there; a cut connection is taken up again as long as bytes come.
 * Throws `Refusal` where the server does not give the file, `HillockError` where it cannot be written or is interrupted.
 */
export async function downloadInto(
  part: string,
  url: string,
  file: RemoteFile,
  options: TransferOptions,
): Promise<void> {
  for (let fruitless = 0; ; ) {
    const before = await sizeOf(part);
    if (before >= file.bytes) return;
    try {
      await downloadOnce(part, url, file, before, options);
      if ((await sizeOf(part)) >= file.bytes) return;
      throw new Error('the connection ended early');
    } catch (error) {
      if (options.signal?.aborted) throw interrupted();
      if (error instanceof HillockError || error instanceof Refusal) throw error;
      fruitless = (await sizeOf(part)) > before ? 0 : fruitless + 1;
      if (fruitless === fruitlessTries) throw new Refusal(reasonOf(error));
      await new Promise(resolve => setTimeout(resolve, pauseMilliseconds * 2 ** fruitless));
    }
  }
}

const interrupted = (): HillockError =>
  new HillockError('interrupted', 'fetching was interrupted', 'the same command goes on where it stopped');

async function downloadOnce(
  part: string,
  url: string,
  file: RemoteFile,
  before: number,
  { signal, onBytes, stallSeconds = 60 }: TransferOptions,
): Promise<void> {
  const stall = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const alive = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => stall.abort(new Error(`no answer in ${stallSeconds} seconds`)), stallSeconds * 1000);
  };
  alive();
  try {
    const response = await fetch(url, {
      headers: { 'accept-encoding': 'identity', ...(before > 0 && { range: `bytes=${before}-` }) },
      signal: signal ? AbortSignal.any([signal, stall.signal]) : stall.signal,
    });
    const from = await startOf(response, file, before);
    if (!response.body) throw new Error('the answer is empty');
    await append(part, response.body, from, file, bytes => {
      alive();
      onBytes?.(bytes);
    });
  } finally {
    clearTimeout(timer);
  }
}

/** Where the bytes of an answer belong: behind those that are there, or, from a server that knows no parts, at 0. */
async function startOf(response: Response, file: RemoteFile, before: number): Promise<number> {
  const { status, statusText, headers } = response;
  if (status === 206 && headers.get('content-range')?.startsWith(`bytes ${before}-`)) return before;
  const offered = Number(headers.get('content-length') ?? file.bytes);
  if (status === 200 && offered === file.bytes) return 0;
  await response.body?.cancel();
  throw new Refusal(
    status === 200
      ? `it offers ${offered.toLocaleString('en')} bytes instead of ${file.bytes.toLocaleString('en')}`
      : `it answers ${status} ${statusText}`.trim(),
  );
}

async function append(
  part: string,
  body: ReadableStream<Uint8Array>,
  from: number,
  { bytes: expected }: RemoteFile,
  onBytes: (bytes: number) => void,
): Promise<void> {
  const refuse = (cause: unknown): never => {
    throw cannotWrite(part, cause);
  };
  const file: FileHandle = await open(part, from > 0 ? 'r+' : 'w').catch(refuse);
  let at = from;
  try {
    for await (const bytes of body) {
      if (at + bytes.length > expected) throw new Refusal(`it sends more than ${expected.toLocaleString('en')} bytes`);
      await file.write(bytes, 0, bytes.length, at).catch(refuse);
      at += bytes.length;
      onBytes(at);
    }
    await file.sync().catch(refuse);
  } finally {
    await file.close();
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOTFOUND: 'its name is not known: is there a connection to the internet?',
  EAI_AGAIN: 'its name cannot be looked up: is there a connection to the internet?',
  ECONNREFUSED: 'it refuses connections',
  ECONNRESET: 'it cuts the connection',
  UND_ERR_SOCKET: 'it cuts the connection',
  ETIMEDOUT: 'it does not answer',
  UND_ERR_CONNECT_TIMEOUT: 'it does not answer',
};

/** What a failed request is down to: the cause is told behind it. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const { code = '', message = String(cause) } = cause as NodeJS.ErrnoException;
  return reasons[code] ?? message;
}
