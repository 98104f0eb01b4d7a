/** Training speed beside PyTorch: both in turn, in processes of their own. Usage: npm run bench -- speed [QUESTION …] */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { writeData } from './speed/data.mjs';
import { questions } from './speed/questions.mjs';

const here = path => fileURLToPath(new URL(path, import.meta.url));
const rounds = 3;
const threadSettings = [1, 2];

function contest(command, args) {
  const { stdout, status } = spawnSync(command, args, {
    encoding: 'utf8',
    maxBuffer: 1 << 24,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (status !== 0) return undefined;
  return JSON.parse(stdout.trim().split('\n').at(-1));
}

const python = [process.env.HILLOCK_TORCH_PYTHON, 'python3', '/usr/bin/python3'].find(
  path => path && spawnSync(path, ['-c', 'import torch'], { stdio: 'ignore' }).status === 0,
);
if (!python)
  console.log('PyTorch is not here (HILLOCK_TORCH_PYTHON or python3 with torch): only our own speed is shown');

/** Rivals on WebAssembly; they have a package.json of their own: `npm ci --prefix bench/rivals`. */
const rivals = [
  { name: 'tfjs', runs: () => true },
  { name: 'jax', runs: ({ optimizer }) => optimizer === 'sgd' },
].filter(() => existsSync(here('rivals/node_modules')));
if (rivals.length === 0) console.log('TensorFlow.js and jax-js are not here: npm ci --prefix bench/rivals');

const javascriptRow = (us, runs) =>
  runs.length === 0
    ? null
    : { speed: Math.round(runs[0].samplesPerSecond), ratio: Number((us.speed / runs[0].samplesPerSecond).toFixed(1)) };

const push = (lists, key, value) => {
  lists[key] = [...(lists[key] ?? []), value];
};

const median = values => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

/** The best thread setting of one contestant, by its median. */
function best(results) {
  return Object.values(results)
    .filter(runs => runs.length > 0)
    .map(runs => ({
      speed: median(runs.map(run => run.samplesPerSecond)),
      loss: median(runs.map(run => run.loss)),
      peak: Math.min(...runs.map(run => run.peakMegabytes)),
    }))
    .sort((a, b) => b.speed - a.speed)[0];
}

/** Runs the asked questions (all without names) and returns a row for each. */
async function speed(names) {
  const rows = [];
  for (const name of names.length > 0 ? names : Object.keys(questions)) {
    const { folder } = writeData(questions[name].data);
    const ours = {};
    const torch = {};
    const javascript = { tfjs: [], jax: [] };
    for (let round = 0; round < rounds; round++) {
      for (const threads of threadSettings) {
        const a = contest(process.execPath, [here('speed/hillock.mjs'), name, folder, String(threads)]);
        if (a) push(ours, threads, a);
        const b =
          python &&
          contest(python, [here('speed/torch_mlp.py'), JSON.stringify(questions[name]), folder, String(threads)]);
        if (b) push(torch, threads, b);
      }
      for (const rival of rivals.filter(rival => round === 0 && rival.runs(questions[name]))) {
        const c = contest(process.execPath, [
          here(`rivals/${rival.name}.mjs`),
          JSON.stringify(questions[name]),
          folder,
        ]);
        if (c) javascript[rival.name].push(c);
      }
    }
    const us = best(ours);
    const them = best(torch);
    const row = {
      question: name,
      hillock: Math.round(us.speed),
      pytorch: them ? Math.round(them.speed) : null,
      ratio: them ? Number((us.speed / them.speed).toFixed(2)) : null,
      loss: Number(us.loss.toFixed(4)),
      theirLoss: them ? Number(them.loss.toFixed(4)) : null,
      memory: them ? Number((us.peak / them.peak).toFixed(2)) : null,
      version: torch[1]?.[0]?.version ?? null,
      tfjs: javascriptRow(us, javascript.tfjs),
      jax: javascriptRow(us, javascript.jax),
      load: loadavg()[0].toFixed(1),
    };
    console.log(JSON.stringify(row));
    rows.push(row);
  }
  return rows;
}

const rows = await speed(process.argv.slice(2));
mkdirSync(here('results'), { recursive: true });
writeFileSync(
  here('results/speed.json'),
  `${JSON.stringify({ created: new Date().toISOString(), processor: cpus()[0]?.model, rows }, null, 2)}\n`,
);
