/**
 * Start-up times of the command line in turn: bare Node, --help, one cold prediction; milliseconds, `over` = beyond bare Node
 * in the same round. Where NODE_EXTRA_CA_CERTS is set every start of Node reads those certificates: measured with it and without.
 * Usage: npm run bench -- start
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { train } from 'hillock';
import { table } from 'hillock/data';

const rounds = 15;
const certificates = 'NODE_EXTRA_CA_CERTS';
const hillock = fileURLToPath(new URL('../bin/hillock.js', import.meta.url));

function time(args, env) {
  const start = performance.now();
  execFileSync(process.execPath, args, { stdio: 'ignore', env });
  return performance.now() - start;
}

const median = values => values.toSorted((a, b) => a - b)[values.length >> 1];

const folder = mkdtempSync(join(tmpdir(), 'hillock-start-'));
const run = join(folder, 'run');
const model = await train('mlp', await table('demo:obesity'), { seed: 1, epochs: 4, baseline: false, out: run }).result;
await model.close();
const rows = join(folder, 'rows.csv');
writeFileSync(rows, 'gender,age,height,weight\nfemale,51,1.6,90\nmale,30,1.8,70\n');

const contestants = [
  { what: 'node -e 0', args: ['-e', '0'] },
  { what: 'hillock --help', args: [hillock, '--help'], aim: 80, must: 150 },
  { what: 'hillock predict, two rows, cold', args: [hillock, 'predict', run, rows], aim: 300, must: 600 },
];
const { [certificates]: extra, ...without } = process.env;
const settings =
  extra === undefined
    ? [['', without]]
    : [
        [`, without ${certificates}`, without],
        ['', process.env],
      ];
for (const [how, env] of settings) {
  for (const { args } of contestants) time(args, env);
  const times = Array.from({ length: rounds }, () => contestants.map(({ args }) => time(args, env)));
  contestants.forEach(({ what, args: _, ...bars }, i) => {
    const own = times.map(round => round[i]);
    const over = median(times.map(round => round[i] - round[0]));
    const row = { what: what + how, best: Math.min(...own), median: median(own), over };
    console.log(
      JSON.stringify({ ...row, ...bars }, (_, value) => (typeof value === 'number' ? Math.round(value) : value)),
    );
  });
}
rmSync(folder, { recursive: true });
