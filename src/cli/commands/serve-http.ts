/** The service behind a socket of Node. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Server as NetServer, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { HillockError } from '../../errors.ts';
import { joined, tooLarge } from '../../serve/body.ts';
import { type Exchange, Refusal, type Reply } from '../../serve/exchange.ts';
import type { RunningService } from '../../serve/service.ts';

export interface HttpOptions {
  readonly host: string;
  readonly port: number;
  /** Milliseconds in which a whole request must have come. */
  readonly timeout: number;
}

export interface HttpServer {
  readonly port: number;
  /** Not ready, then no new connections; resolves when every accepted request has its answer. */
  close(): Promise<void>;
}

/** Bytes of all headers of a request. */
const headerBytes = 16 * 1024;
const mostConnections = 4096;
/** Milliseconds in which those who ask /readyz hear no, and then in which open connections hear that they are to close. */
const grace = 300;

/** Serves until it is closed; throws `HillockError` kind `usage` where the port is taken. */
export async function listen(service: RunningService, { host, port, timeout }: HttpOptions): Promise<HttpServer> {
  let closing = false;
  /** Answers that each open connection waits for or has not wholly taken. */
  const connections = new Map<Socket, number>();
  const used = (socket: Socket, more: 1 | -1): void => {
    const left = (connections.get(socket) ?? 0) + more;
    if (connections.has(socket)) connections.set(socket, left);
    if (closing && left === 0) socket.destroySoon();
  };
  const server = createServer(
    {
      maxHeaderSize: headerBytes,
      requestTimeout: timeout,
      headersTimeout: Math.min(timeout, 10_000),
      connectionsCheckingInterval: 1000,
      keepAliveTimeout: 10_000,
      noDelay: true,
    },
    (request, response) => {
      used(request.socket, 1);
      response.once('close', () => used(request.socket, -1));
      service.answer(exchangeOf(request, response)).then(
        reply => send(request, response, reply, () => closing),
        () => response.destroy(),
      );
    },
  );
  server.maxConnections = mostConnections;
  server.on('connection', (socket: Socket) => {
    connections.set(socket, 0);
    socket.once('close', () => connections.delete(socket));
  });
  // Who takes nothing of an answer for so long is gone.
  server.setTimeout(Math.max(2 * timeout, 120_000));
  await opened(server, host, port);
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : port,
    async close() {
      const drained = service.drain();
      await wait(grace);
      // Node's own close would cut off idle connections on which a request is already on its way.
      const closed = new Promise<void>(resolve => NetServer.prototype.close.call(server, () => resolve()));
      closing = true;
      await Promise.all([drained, Promise.race([closed, wait(grace)])]);
      await service.drain();
      for (const [socket, answers] of connections) if (answers === 0) socket.destroySoon();
      const last = setTimeout(() => server.closeAllConnections(), timeout);
      await closed;
      clearTimeout(last);
    },
  };
}

function opened(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const taken = error.code === 'EADDRINUSE';
      const why = taken ? `port ${port} is taken` : `cannot listen on ${host}:${port}: ${error.message}`;
      reject(new HillockError('usage', why, taken ? 'give another with --port, 0 for a free one' : undefined));
    });
    // Those who come together are to wait to be taken, not to try again a second later.
    server.listen({ port, host, backlog: mostConnections }, resolve);
  });
}

function exchangeOf(request: IncomingMessage, response: ServerResponse): Exchange {
  return {
    method: request.method ?? 'GET',
    target: request.url ?? '/',
    header(name) {
      const value = request.headers[name];
      return value === undefined ? null : String(value);
    },
    body: (limit, came) => bodyOf(request, limit, came),
    gone: () => response.destroyed,
  };
}

function bodyOf(request: IncomingMessage, limit: number, came: (bytes: number) => void): Promise<Uint8Array> {
  if (Number(request.headers['content-length'] ?? 0) > limit) return Promise.reject(tooLarge(limit));
  return new Promise((resolve, reject) => {
    const parts: Uint8Array[] = [];
    let length = 0;
    request.on('data', (part: Uint8Array) => {
      length += part.length;
      try {
        if (length > limit) throw tooLarge(limit);
        came(part.length);
        parts.push(part);
      } catch (error) {
        reject(error);
      }
    });
    request.once('end', () => resolve(joined(parts, length)));
    const broken = (): void => {
      if (!request.complete) reject(new Refusal(499, 'the client went away'));
    };
    request.once('close', broken);
  });
}

function send(request: IncomingMessage, response: ServerResponse, reply: Reply, closing: () => boolean): void {
  if (request.complete) {
    write(response, reply, closing());
    return;
  }
  // What is not read of a body is of no use. Most of them have come with their heads: only where more is on its way
  // does the connection go with it.
  request.resume();
  setImmediate(() => write(response, reply, closing() || !request.complete));
}

function write(response: ServerResponse, { status, headers, body }: Reply, last: boolean): void {
  if (response.destroyed) return;
  const head: Record<string, string | number> = { 'x-content-type-options': 'nosniff', ...headers };
  if (status !== 204) head['content-length'] = Buffer.byteLength(body);
  if (last) head.connection = 'close';
  response.writeHead(status, head);
  // A text goes out in one piece with its head.
  response.end(status === 204 ? undefined : body);
}
