/** A function from Request to Response behind a socket of Node, bodies streamed both ways. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { HillockError } from '../../errors.ts';

export interface WebServer {
  readonly port: number;
  close(): Promise<void>;
}

/** Serves on the loopback interface; throws `HillockError` kind `usage` where the port is taken. */
export async function listenWeb(answer: (request: Request) => Promise<Response>, port: number): Promise<WebServer> {
  const server = createServer({ requestTimeout: 0, keepAliveTimeout: 60_000, noDelay: true }, (incoming, outgoing) => {
    handle(answer, incoming, outgoing).catch(() => outgoing.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const taken = error.code === 'EADDRINUSE';
      const why = taken ? `port ${port} is taken` : `cannot listen on port ${port}: ${error.message}`;
      reject(new HillockError('usage', why, taken ? 'give another with --port, 0 for a free one' : undefined));
    });
    server.listen({ port, host: '127.0.0.1' }, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function handle(
  answer: (request: Request) => Promise<Response>,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const gone = new AbortController();
  outgoing.once('close', () => gone.abort());
  const { method = 'GET', url = '/', headers } = incoming;
  const carries = method !== 'GET' && method !== 'HEAD' && (headers['content-length'] ?? '') !== '0';
  const request = new Request(new URL(url, `http://${headers.host ?? 'localhost'}`), {
    method,
    headers: Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, String(value)] as [string, string]],
    ),
    signal: gone.signal,
    ...(carries && { body: Readable.toWeb(incoming) as ReadableStream<Uint8Array>, duplex: 'half' }),
  } as RequestInit);
  const response = await answer(request);
  if (outgoing.destroyed) return;
  outgoing.writeHead(response.status, Object.fromEntries(response.headers));
  if (!incoming.complete) incoming.resume();
  if (response.body === null || method === 'HEAD') outgoing.end();
  else await pipeline(Readable.fromWeb(response.body as never), outgoing);
}
