/** The rows that a run is judged by, found again: with and without a plan, and refused where the data is another. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { train } from 'hillock';
import { table } from 'hillock/data';
import { afterAll, expect, it } from 'vitest';
import { judgedRowsOf } from '../../src/job/judged.ts';
import { openRun } from '../../src/job/open-run.ts';
import { random } from '../../src/random.ts';

const folder = mkdtempSync(join(tmpdir(), 'hillock-judged-'));
afterAll(() => rmSync(folder, { recursive: true }));
const source = join(folder, 'rows.csv');

function write(seed: number): void {
  const rng = random(seed);
  const rows = Array.from({ length: 150 }, () => {
    const [a, b] = [rng.normal(), rng.normal()];
    return `${a},${b},${a + b + rng.normal() * 0.4 > 0 ? 'yes' : 'no'}`;
  });
  writeFileSync(source, `a,b,y\n${rows.join('\n')}\n`);
}

const silent = (): void => undefined;

it.each([
  ['with validation by its members', undefined],
  ['one network', 1],
])('of a run that the library made, %s: its scores are those of the report', async (_, members) => {
  write(1);
  const out = join(folder, `run-${members}`);
  const data = await table(source);
  const run = await train('mlp', data, { target: 'y', epochs: 2, seed: 3, members, hidden: [4], out, baseline: false })
    .result;
  await run.close();
  const opened = await openRun(out, undefined, silent);
  try {
    const judged = await judgedRowsOf(opened);
    expect(judged.rows).toHaveLength(run.report.rows.test);
    expect(judged.scores.accuracy).toBe(run.metrics.test.accuracy);
    expect(judged.scores.logloss).toBeCloseTo(run.metrics.test.logloss!, 5);
  } finally {
    await opened.close();
  }
  write(2);
  const changed = await openRun(out, undefined, silent);
  try {
    await expect(judgedRowsOf(changed)).rejects.toMatchObject({ kind: 'data' });
  } finally {
    await changed.close();
  }
});
