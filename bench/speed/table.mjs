/** A table to a saved model, from the command to its end: adult.csv, beside scikit-learn's pipeline with an MLPClassifier. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { watched } from './machine.mjs';
import { pythonWith } from './processes.mjs';
import { judged, median, rounded } from './verdict.mjs';

const here = (/** @type {string} */ path) => fileURLToPath(new URL(path, import.meta.url));
const rounds = 5;
const what = 'seconds, adult.csv to a saved model';

/** What the rival does unless told: one hidden layer of 100, Adam, batches of 200, a tenth held out to stop by. */
const alike = [
  ...['--hidden', '100', '--members', '1', '--optimizer', 'adam', '--lr', '0.001', '--weight-decay', '0'],
  ...['--schedule', 'constant', '--batch', '200', '--validation', '0.1', '--no-baseline'],
];

/** The exit code of a model that is saved, but reaches its goal on the rows it stopped by and not on those of the test. */
const missedOnTest = 7;

function timed(command, args, allowed = [0]) {
  const start = performance.now();
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 26 });
  if (!allowed.includes(status)) throw new Error(`${command} ${args[0]} failed: ${stderr.trim().split('\n').at(-1)}`);
  return { seconds: (performance.now() - start) / 1000, result: JSON.parse(stdout.trim().split('\n').at(-1)) };
}

/** The question; `lost` is how far below the rival's accuracy the median of ours may be. */
export function table({ bars, lost = 0.002 }) {
  return {
    async run() {
      const data = process.env.HILLOCK_DATA && join(process.env.HILLOCK_DATA, 'adult');
      const files = ['adult.csv', 'adult-test.data'].map(file => data && join(data, file));
      if (!files.every(file => file && existsSync(file)))
        return [{ what, rival: 'scikit-learn', missing: 'adult/adult.csv and adult/adult-test.data in HILLOCK_DATA' }];
      const python = pythonWith('sklearn, pandas, joblib', process.env.HILLOCK_TORCH_PYTHON);
      if (!python) return [{ what, rival: 'scikit-learn', missing: 'no Python with sklearn, pandas and joblib' }];
      const folder = mkdtempSync(join(tmpdir(), 'hillock-bench-'));
      const runs = { ours: [], theirs: [] };
      const machine = watched();
      let goal = 0;
      for (let round = 0; round < rounds; round++) {
        const them = timed(python, [here('sklearn_table.py'), ...files, 'salary', join(folder, 'model.joblib')]);
        goal = them.result.accuracy;
        runs.theirs.push({ seconds: them.seconds, accuracy: goal, version: them.result.version });
        const source = [files[0], '--test', files[1], '--target', 'salary', '--out', join(folder, `run${round}`)];
        const until = ['--until', `accuracy>=${goal.toFixed(4)}`, '--seed', String(round)];
        const run = [here('../../bin/hillock.js'), 'train', ...source, ...alike, ...until, '--json'];
        const us = timed(process.execPath, run, [0, missedOnTest]);
        runs.ours.push({ seconds: us.seconds, accuracy: us.result.metrics.test.accuracy });
      }
      rmSync(folder, { recursive: true });
      const of = (who, key) => runs[who].map(run => run[key]);
      const ratios = runs.ours.map(({ seconds }, round) => runs.theirs[round].seconds / seconds);
      const accuracy = {
        ours: rounded(median(of('ours', 'accuracy'))),
        theirs: rounded(median(of('theirs', 'accuracy'))),
      };
      const row = {
        what,
        ours: rounded(median(of('ours', 'seconds'))),
        theirs: rounded(median(of('theirs', 'seconds'))),
        ratio: rounded(median(ratios)),
        spread: [rounded(Math.min(...ratios)), rounded(Math.max(...ratios))],
        rival: `scikit-learn ${runs.theirs[0].version}`,
        ...machine(),
        accuracy,
        ...(accuracy.ours < accuracy.theirs - lost ? { wrong: 'our model is worse' } : {}),
      };
      return [{ ...row, ...judged(row.ratio, bars.sklearn) }];
    },
  };
}
