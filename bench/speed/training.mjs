/** A question about training: contestants learn the same from the same weights, in turn, as processes of their own. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeData } from './data.mjs';
import { writeJob } from './job.mjs';
import { watched } from './machine.mjs';
import { contestant, pythonWith } from './processes.mjs';
import { judged, median, rounded } from './verdict.mjs';

const here = (/** @type {string} */ path) => fileURLToPath(new URL(path, import.meta.url));
const [rounds, roundSeconds, trialSeconds] = [5, 1.2, 0.6];
const threadSettings = [1, 2];

/** Who trains: how the processes of one are started, one for each setting of which the best races. */
const contestants = {
  hillock: {
    missing: () => null,
    settings: () => threadSettings.map(threads => `${threads} threads`),
    start: (folder, setting) => [process.execPath, [here('hillock.mjs'), folder, setting.split(' ')[0]]],
  },
  pytorch: {
    missing: () =>
      pythonWith('torch', process.env.HILLOCK_TORCH_PYTHON) ? null : 'no Python with torch: see HILLOCK_TORCH_PYTHON',
    settings: ({ variants }) =>
      (variants?.pytorch ?? ['eager']).flatMap(variant =>
        threadSettings.map(threads => `${threads} threads ${variant}`),
      ),
    start(folder, setting) {
      const [threads, , variant] = setting.split(' ');
      const python = pythonWith('torch', process.env.HILLOCK_TORCH_PYTHON);
      return [python, [here('torch_train.py'), folder, threads, variant]];
    },
  },
  ...Object.fromEntries(
    ['tfjs', 'jax'].map(name => [
      name,
      {
        missing: () =>
          existsSync(here('../rivals/node_modules')) ? null : 'not installed: npm ci --prefix bench/rivals',
        settings: () => ['wasm'],
        start: folder => [process.execPath, [here(`../rivals/${name}.mjs`), folder]],
      },
    ]),
  ),
};

/** What a contestant did in so many seconds; throws its complaint once it has failed. */
async function asked({ name, setting, process }, seconds) {
  const told = await process.ask(seconds);
  if (!told) throw new Error(`${name} (${setting}) failed: ${process.complaint()}`);
  return told;
}

/** The fastest setting of a contestant, warm; the others are ended, all of them where one fails. */
export async function chosen(name, settings, start, seconds = trialSeconds) {
  const started = [];
  const running = [];
  try {
    for (const setting of settings) {
      const one = { name, setting, process: await start(setting) };
      started.push(one);
      const first = await asked(one, seconds);
      const second = await asked(one, seconds);
      running.push({ ...one, speed: second.samples / second.seconds, losses: [...first.losses, ...second.losses] });
    }
  } catch (cause) {
    for (const { process } of started) await process.close();
    throw cause;
  }
  const [best, ...others] = running.toSorted((a, b) => b.speed - a.speed);
  for (const { process } of others) await process.close();
  return { ...best, speeds: [], peak: 0 };
}

/** Mean losses of two contestants over the steps that both told, the first of them apart. */
function compared(ours, theirs) {
  const known = new Map(theirs);
  const both = ours.filter(([step]) => known.has(step));
  const mean = values => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [own, other] = [both.map(([, loss]) => loss), both.map(([step]) => known.get(step))];
  return { steps: both.at(-1)?.[0] ?? 0, first: [own[0], other[0]], mean: [mean(own), mean(other)], last: own.at(-1) };
}

const apart = ([a, b]) => Math.abs(a - b) / Math.max(a, b);

/** What is wrong with two contestants' losses; null where they learn the same and learn at all. */
function differ(losses, learns) {
  if (losses.steps === 0) return 'no step was told by both';
  if (!(apart(losses.first) < 5e-3)) return `the first losses differ: ${losses.first.join(' and ')}`;
  if (!(apart(losses.mean) < learns)) return `the mean losses differ: ${losses.mean.join(' and ')}`;
  return losses.last < losses.first[0] ? null : 'the loss does not fall';
}

/** A question of training. */
export function training({ bars, learns = 0.05, ...question }) {
  return {
    ...question,
    async run() {
      const folder = mkdtempSync(join(tmpdir(), 'hillock-bench-'));
      const rivals = Object.keys(bars).filter(name => contestants[name]);
      const missing = rivals.filter(name => contestants[name].missing(question));
      const present = ['hillock', ...rivals.filter(name => !missing.includes(name))];
      const racing = [];
      try {
        writeJob(folder, question, writeData(question.data, folder));
        for (const name of present) {
          const { settings, start } = contestants[name];
          racing.push(await chosen(name, settings(question), setting => contestant(name, ...start(folder, setting))));
        }
        const machine = watched();
        await race(racing);
        const [us, ...others] = racing;
        return [
          ...others.flatMap(them => rowsBeside(us, them, bars, learns, machine())),
          ...missing.map(rival => ({ what: 'samples a second', rival, missing: contestants[rival].missing(question) })),
        ];
      } finally {
        for (const { process } of racing) await process.close();
        rmSync(folder, { recursive: true });
      }
    },
  };
}

/** Everyone in turn, round after round; speeds and losses are added to each. */
export async function race(racing) {
  for (let round = 0; round < rounds; round++)
    for (const one of racing) {
      const { samples, seconds, losses, peakMegabytes, version } = await asked(one, roundSeconds);
      one.speeds.push(samples / seconds);
      one.losses.push(...losses);
      one.peak = peakMegabytes;
      one.version = version;
    }
}

/** Speed beside one rival, and memory where that has a bar. */
export function rowsBeside(us, them, bars, learns, machine) {
  const losses = compared(us.losses, them.losses);
  const wrong = differ(losses, learns);
  const ratios = us.speeds.map((speed, round) => speed / them.speeds[round]);
  const common = {
    rival: them.version ? `${them.name} ${them.version}` : them.name,
    settings: [us.setting, them.setting],
    ...machine,
    loss: { steps: losses.steps, ours: rounded(losses.mean[0]), theirs: rounded(losses.mean[1]) },
    ...(wrong ? { wrong } : {}),
  };
  const speed = {
    what: 'samples a second',
    ours: Math.round(median(us.speeds)),
    theirs: Math.round(median(them.speeds)),
    ratio: rounded(median(ratios)),
    spread: [rounded(Math.min(...ratios)), rounded(Math.max(...ratios))],
    ...common,
    ...judged(median(ratios), bars[them.name]),
  };
  if (!bars.memory || them.name !== 'pytorch') return [speed];
  const share = us.peak / them.peak;
  const peaks = { ours: Math.round(us.peak), theirs: Math.round(them.peak), ratio: rounded(share) };
  return [speed, { what: 'peak megabytes', ...peaks, rival: common.rival, ...judged(share, bars.memory) }];
}
