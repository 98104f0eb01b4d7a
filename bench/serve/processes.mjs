/** Servers and the client of the bench, each a process of its own. */
import { execFile, spawn, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const here = path => fileURLToPath(new URL(path, import.meta.url));
const client = here('client.mjs');
const python = [process.env.HILLOCK_SERVE_PYTHON, 'python3'].find(
  path => path && spawnSync(path, ['-c', 'import fastapi, uvicorn, onnxruntime'], { stdio: 'ignore' }).status === 0,
);

/** Ours, what node:http costs without us, and the rival; a rival knows records only. */
export function contestants(run, { type, rows }) {
  const ours = {
    name: 'hillock serve',
    ours: true,
    command: process.execPath,
    args: [here('../../bin/hillock.js'), 'serve', run, '--port', '0', '--json'],
  };
  const bare = { name: 'node:http, reads and answers a constant', command: process.execPath, args: [here('bare.mjs')] };
  const fastapi = {
    name: 'FastAPI, uvicorn, onnxruntime',
    command: python,
    args: [here('../rivals/serve_fastapi.py'), `${run}/model.onnx`],
    missing: 'no Python with fastapi, uvicorn and onnxruntime: see HILLOCK_SERVE_PYTHON',
  };
  const speaks = type === 'application/json' && (rows === 1 || run.endsWith('mixed'));
  return [ours, ...(rows === 1 ? [bare] : []), ...(speaks ? [fastapi] : [])];
}

/** Starts a server that prints its URL. */
export async function start({ command, args, options = [] }) {
  const child = spawn(command, [...args, ...options], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise(resolve => child.once('close', resolve));
  const port = await new Promise((resolve, reject) => {
    child.stdout.on('data', text => {
      const found = /http:\/\/127\.0\.0\.1:(\d+)/.exec(String(text));
      if (found) resolve(Number(found[1]));
    });
    void ended.then(code => reject(new Error(`${command} ${args[0]} ended with ${code}`)));
  });
  return {
    pid: child.pid,
    port,
    stop() {
      child.kill('SIGTERM');
      return ended;
    },
  };
}

/** Runs the client; without `seconds` until all requests are answered. */
export async function ask({ seconds = 86_400, ...rest }) {
  const options = { maxBuffer: 1 << 26 };
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [client, JSON.stringify({ seconds, ...rest })],
    options,
  );
  return JSON.parse(stdout);
}

const milliseconds = { us: 0.001, ms: 1, s: 1000 };

/** Whether wrk is here: it takes less of the cores that it shares with the server than our client does. */
export const wrk = spawnSync('wrk', ['-v'], { stdio: 'ignore' }).error === undefined;

/** The same load for some seconds from wrk: what was answered, and how fast. */
export async function wrkLoad({ port, path, body, type, connections, seconds }) {
  const script = `${body}.lua`;
  const quoted = JSON.stringify(body);
  writeFileSync(
    script,
    `local file = io.open(${quoted}, 'rb')\nwrk.method = 'POST'\nwrk.body = file:read('*a')\nwrk.headers['Content-Type'] = '${type}'\n`,
  );
  const args = [
    '-t1',
    `-c${connections}`,
    `-d${seconds}`,
    '--latency',
    '-s',
    script,
    `http://127.0.0.1:${port}${path}`,
  ];
  const { stdout } = await promisify(execFile)('wrk', args);
  const found = pattern => pattern.exec(stdout)?.slice(1) ?? [];
  const latency = share => {
    const [value, unit] = found(new RegExp(`${share}%\\s+([\\d.]+)(us|ms|s)`));
    return Number(value) * milliseconds[unit];
  };
  const others = Number(found(/Non-2xx or 3xx responses: (\d+)/)[0] ?? 0);
  const count = Number(found(/(\d+) requests in/)[0]) - others;
  const [took] = found(/requests in ([\d.]+)s/);
  return { count, seconds: Number(took), p50: latency(50), p99: latency(99), others };
}

const ticksPerSecond = 100;

/** User and system time of a process so far, in microseconds; Linux only. */
export function cpuTime(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return ((Number(fields[11]) + Number(fields[12])) / ticksPerSecond) * 1e6;
}

/** Resident size in megabytes; Linux only. */
export function resident(pid) {
  const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Math.round(Number(kilobytes) / 1000);
}
