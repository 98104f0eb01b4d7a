/** Start-up times of the command line in turn: bare Node, --help, one cold prediction; milliseconds. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { train } from 'hillock';
import { table } from 'hillock/data';
import { watched } from './machine.mjs';
import { judged, median } from './verdict.mjs';

const certificates = 'NODE_EXTRA_CA_CERTS';
const hillock = fileURLToPath(new URL('../../bin/hillock.js', import.meta.url));
const starts = (/** @type {string[]} */ ...args) => args;

function time(args, env) {
  const start = performance.now();
  execFileSync(process.execPath, args, { stdio: 'ignore', env });
  return performance.now() - start;
}

/** Milliseconds of each round: bare Node, `--help`, a cold prediction of two rows. */
export async function startTimes(rounds, env) {
  const folder = mkdtempSync(join(tmpdir(), 'hillock-start-'));
  const run = join(folder, 'run');
  const options = { seed: 1, epochs: 4, baseline: false, out: run };
  const model = await train('mlp', await table('demo:obesity'), options).result;
  await model.close();
  const rows = join(folder, 'rows.csv');
  writeFileSync(rows, 'gender,age,height,weight\nfemale,51,1.6,90\nmale,30,1.8,70\n');
  const contestants = {
    node: starts('-e', '0'),
    help: starts(hillock, '--help'),
    predict: starts(hillock, 'predict', run, rows),
  };
  for (const args of Object.values(contestants)) time(args, env);
  const times = Object.fromEntries(Object.keys(contestants).map(name => [name, []]));
  for (let round = 0; round < rounds; round++)
    for (const [name, args] of Object.entries(contestants)) times[name].push(time(args, env));
  rmSync(folder, { recursive: true });
  return times;
}

/** The environment without the certificates that each start of Node would read where they are set. */
export function withoutCertificates() {
  const { [certificates]: _, ...env } = process.env;
  return env;
}

const titles = { help: 'ms, hillock --help', predict: 'ms, hillock predict, two rows, cold' };

/** The question. */
export function start({ bars, rounds = 11 }) {
  return {
    async run() {
      const machine = watched();
      const times = await startTimes(rounds, withoutCertificates());
      return Object.entries(bars).map(([name, bar]) => ({
        what: titles[name],
        ours: Math.round(median(times[name])),
        best: Math.round(Math.min(...times[name])),
        rival: `node -e 0: ${Math.round(median(times.node))}`,
        ...machine(),
        ...judged(median(times[name]), bar),
      }));
    },
  };
}
