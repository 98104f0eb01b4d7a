/**
 * The HTTP service under load: single rows, batches, more than it can take, SIGTERM, memory; a bare node:http server and,
 * where its Python is here, FastAPI with ONNX Runtime on the same model beside it. Client and servers are processes of
 * their own on the same machine; `cpu` is user + system time of the server for a request, which other work distorts less.
 * Usage: npm run bench -- serve [--seconds 5] [--rounds 3] [--requests 200000] [--only single,batch,overload,term,memory]
 * wrk asks where it is installed (the load of overload and term is always our own client's).
 * HILLOCK_SERVE_PYTHON names a Python with fastapi, uvicorn and onnxruntime.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { version } from 'hillock';
import { makeRuns } from './serve/models.mjs';
import { ask, contestants, cpuTime, resident, start, wrk, wrkLoad } from './serve/processes.mjs';

const { values: asked } = parseArgs({
  options: {
    seconds: { type: 'string', default: '5' },
    rounds: { type: 'string', default: '3' },
    requests: { type: 'string', default: '200000' },
    only: { type: 'string', default: 'single,batch,overload,term,memory' },
  },
});
const seconds = Number(asked.seconds);
const rounds = Number(asked.rounds);
const folder = mkdtempSync(join(tmpdir(), 'hillock-serve-bench-'));
const { mixed, numbers, plain } = await makeRuns(folder);
/** @type {object[]} */
const rows = [];
const tell = row => {
  rows.push(row);
  console.log(JSON.stringify(row));
};

/** Load from wrk where it is here, else from our own client. */
async function loaded(options) {
  if (wrk) return wrkLoad(options);
  const { statuses, seconds: took, broken } = await ask(options);
  const { count, p50, p99 } = statuses[200] ?? { count: 0, p50: null, p99: null };
  const refused = Object.keys(statuses).filter(status => status !== '200').length;
  return { count, seconds: took, p50, p99, others: refused + broken };
}

/** One round: requests a second, times of answers, and what the server spent. */
async function measure(server, request, connections) {
  const before = cpuTime(server.pid);
  const {
    count,
    seconds: took,
    p50,
    p99,
    others,
  } = await loaded({ ...request, port: server.port, connections, seconds });
  const cpu = Math.round((cpuTime(server.pid) - before) / count);
  return { perSecond: Math.round(count / took), p50, p99, cpu, others };
}

/** The best of several rounds, each after a short warm-up. */
async function speed(what, run, request, connections, bars = {}) {
  for (const contestant of contestants(run, request)) {
    if (!contestant.command) {
      tell({ what, server: contestant.name, missing: contestant.missing });
      continue;
    }
    const server = await start(contestant);
    await ask({ ...request, port: server.port, connections, seconds: 1 });
    const found = [];
    for (let round = 0; round < rounds; round++) found.push(await measure(server, request, connections));
    await server.stop();
    const [best] = found.toSorted((a, b) => b.perSecond - a.perSecond);
    const rowsPerSecond = request.rows > 1 ? { rowsPerSecond: best.perSecond * request.rows } : {};
    tell({ what, server: contestant.name, connections, ...best, ...rowsPerSecond, ...(contestant.ours ? bars : {}) });
  }
}

const own = (run, options = []) => ({ ...contestants(run, mixed.one)[0], options });

const questions = {
  async single() {
    await speed('single row, JSON', mixed.run, mixed.one, 32, { must: 8000, aim: 20_000, mustP99: 20 });
  },
  async batch() {
    const bars = { must: 150_000, of: 'rowsPerSecond' };
    await speed('64 rows, JSON', mixed.run, mixed.many, 8, bars);
    await speed('64 rows of 20 numbers, JSON lists', numbers.run, numbers.many, 8, bars);
    await speed('64 rows of 20 numbers, float32', numbers.run, numbers.binary, 8, bars);
    await speed('64 rows of 20 numbers, plain encoding, JSON lists', plain.run, plain.many, 8, bars);
    await speed('64 rows of 20 numbers, plain encoding, float32', plain.run, plain.binary, 8, bars);
  },
  async overload() {
    const server = await start(own(mixed.run));
    const { statuses, hung, broken } = await ask({ ...mixed.one, port: server.port, connections: 1024, seconds });
    await server.stop();
    tell({ what: '1024 connections, four times the requests that may wait', statuses, hung, broken, mustP99: 200 });
  },
  async term() {
    const server = await start(own(mixed.run));
    const loaded = ask({ ...mixed.one, port: server.port, connections: 32, seconds });
    await new Promise(resolve => setTimeout(resolve, (seconds * 1000) / 2));
    const code = await server.stop();
    const { statuses, broken, hung } = await loaded;
    tell({ what: 'SIGTERM under load', code, statuses, acceptedAndLost: broken, hung });
  },
  async memory() {
    const requests = Number(asked.requests);
    const server = await start(own(mixed.run));
    let answered = 0;
    const after = async share => {
      for (const goal = answered + requests * share; answered < goal; ) {
        const round = { ...mixed.one, port: server.port, connections: 32, seconds: 10 };
        answered += (await loaded(wrk ? round : { ...round, requests: goal - answered })).count;
      }
      return resident(server.pid);
    };
    const warm = await after(0.2);
    const end = await after(0.8);
    await server.stop();
    tell({
      what: `resident size over ${answered} requests`,
      warm,
      end,
      growth: Number((end / warm - 1).toFixed(3)),
      must: 0.1,
    });
  },
};

const names = asked.only.split(',');
try {
  for (const name of names) await questions[name]();
} finally {
  rmSync(folder, { recursive: true });
}
const environment = { hillock: version, node: process.version, processor: cpus()[0]?.model, cores: cpus().length };
const load = loadavg().map(value => Number(value.toFixed(1)));
const results = new URL('results/', import.meta.url);
mkdirSync(results, { recursive: true });
const file = fileURLToPath(new URL(names.length > 1 ? 'serve.json' : `serve-${names[0]}.json`, results));
writeFileSync(
  file,
  `${JSON.stringify({ created: new Date().toISOString(), ...environment, load, seconds, rounds, rows }, null, 2)}\n`,
);
