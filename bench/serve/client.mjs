/**
 * Asks a service over raw sockets, each connection again as soon as it is answered, or after what Retry-After says;
 * prints one line of JSON.
 * Argument: JSON {port, path, body: file, type, connections, seconds, requests?}: so many seconds, or so many requests.
 */
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';

const { port, path, body, type, connections, seconds, requests = Infinity } = JSON.parse(process.argv[2]);
const content = readFileSync(body);
const head = `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: ${type}\r\nContent-Length: ${content.length}\r\n\r\n`;
const bytes = Buffer.concat([Buffer.from(head), content]);

/** Milliseconds of each answer, by status. @type {Map<number, number[]>} */
const times = new Map();
let sent = 0;
let refused = 0;
let broken = 0;
let open = 0;
let ending = false;
/** Milliseconds in which all connections are taken before the first asks: Node takes one in each turn of its loop. */
const settling = connections > 100 ? 1000 : 0;
const begun = performance.now() + settling;
const end = begun + seconds * 1000;
/** Answers of every request are kept only where there are not too many. */
const most = 3_000_000;

function one() {
  let at = 0;
  let waiting = false;
  let rest = null;
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  const ask = () => {
    if (ending || sent >= requests || performance.now() > end) {
      socket.end();
      return;
    }
    sent++;
    waiting = true;
    at = performance.now();
    socket.write(bytes);
  };
  open++;
  socket.once('connect', () => setTimeout(ask, Math.max(0, begun - performance.now())));
  socket.on('data', chunk => {
    const answer = rest ? Buffer.concat([rest, chunk]) : chunk;
    rest = answer;
    const split = answer.indexOf('\r\n\r\n');
    if (split < 0) return;
    const header = answer.latin1Slice(0, split);
    const length = Number(/content-length: (\d+)/i.exec(header)?.[1] ?? 0);
    if (answer.length < split + 4 + length) return;
    rest = null;
    waiting = false;
    const status = Number(header.slice(9, 12));
    const list = times.get(status) ?? [];
    times.set(status, list);
    if (list.length < most) list.push(performance.now() - at);
    const later = Number(/^retry-after: (\d+)/im.exec(header)?.[1] ?? 0);
    if (/^connection: close/im.test(header)) socket.end();
    else if (later > 0) setTimeout(ask, later * 1000 * (0.5 + Math.random()));
    else ask();
  });
  socket.once('error', error => {
    if (error.code === 'ECONNREFUSED') refused++;
  });
  socket.once('close', () => {
    open--;
    if (waiting) broken++;
    const more = !ending && refused === 0 && sent < requests && performance.now() < end;
    if (more) one();
    else if (open === 0) finish();
  });
}

let finished = false;
function finish() {
  if (finished) return;
  finished = true;
  const took = (performance.now() - begun) / 1000;
  const statuses = Object.fromEntries(
    [...times].map(([status, list]) => {
      const sorted = Float64Array.from(list).sort();
      const at = share =>
        Number((sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0).toFixed(2));
      return [status, { count: list.length, p50: at(0.5), p99: at(0.99), most: at(1) }];
    }),
  );
  console.log(JSON.stringify({ seconds: took, sent, statuses, refused, broken, hung: open }));
  process.exit(0);
}

for (let i = 0; i < connections; i++) one();
if (requests === Infinity)
  setTimeout(
    () => {
      ending = true;
      // What is not answered five seconds later hangs.
      setTimeout(finish, 5000);
    },
    settling + seconds * 1000,
  );
