/**
 * Training on a table that is larger than it may be in memory: the peak of the process, and the share of its time in the engine.
 * The file is generated, and removed at the end. Usage: npm run bench -- stream [--rows 10000000] [--form csv|parquet] [--epochs 1]
 * [--keep FILE]; what comes behind -- is handed to `hillock train`.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { keep } from './speed/results.mjs';
import { judged, rounded } from './speed/verdict.mjs';
import { generate } from './stream/generate.mjs';

const { values: asked, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rows: { type: 'string', default: '10000000' },
    form: { type: 'string', default: 'parquet' },
    epochs: { type: 'string', default: '1' },
    keep: { type: 'string' },
  },
});
const folder = mkdtempSync(join(tmpdir(), 'hillock-stream-'));
const file = asked.keep ?? join(folder, `table.${asked.form}`);
try {
  if (!existsSync(file)) await generate(file, Number(asked.rows));
  const hillock = fileURLToPath(new URL('../bin/hillock.js', import.meta.url));
  const command = [hillock, 'train', file, '--target', 'answer', '--stream', '--epochs', asked.epochs];
  const measured = fileURLToPath(new URL('stream/measured.mjs', import.meta.url));
  const args = [
    '--import',
    measured,
    ...command,
    '--out',
    join(folder, 'run'),
    '--no-baseline',
    '--json',
    ...positionals,
  ];
  const start = performance.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 1 << 28 });
  const seconds = (performance.now() - start) / 1000;
  if (status !== 0) throw new Error(stderr.trim());
  const report = JSON.parse(stdout.trim().split('\n').at(-1));
  const { epochs, rows, samplesPerSecond, metrics } = report;
  const engine = (epochs * rows.train) / samplesPerSecond;
  const peak = Number(/peak (\d+) KiB/.exec(stderr)?.[1]) / 1024;
  const common = {
    rival: '–',
    file: `${asked.form}, ${(statSync(file).size / 1e9).toFixed(2)} GB, ${asked.rows} rows`,
    asked: positionals.join(' '),
    seconds: Math.round(seconds),
    epochs,
    accuracy: { ours: rounded(metrics.test.accuracy), theirs: 0.9 },
  };
  const found = [
    {
      what: 'share of the time in the engine',
      ours: rounded(engine / seconds),
      ...common,
      ...judged(engine / seconds, { must: 0.8, aim: 0.9 }),
    },
    { what: 'peak MiB', ours: Math.round(peak), ...common, ...judged(peak, { must: 1024, aim: 512 }) },
  ].map(row => ({ question: `stream-${asked.form}`, ...row }));
  for (const row of found) console.log(JSON.stringify(row));
  keep(`stream-${asked.form}`, found);
} finally {
  rmSync(folder, { recursive: true });
}
