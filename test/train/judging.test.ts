/** What a report says about a model must be true of the model that is saved. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { load, train } from 'hillock';
import { makeSynthetic, makeTable, numberColumn, select, type Table } from 'hillock/data';
import { expect, test } from 'vitest';

const rows = (table: Table, count: number): Table =>
  select(
    table,
    Int32Array.from({ length: count }, (_, row) => row),
  );
const obesity = rows(makeSynthetic('demo:obesity') as Table, 400);

test('without a test part the linear model is judged on rows it has not seen', async () => {
  const { report } = await train('mlp', obesity, { seed: 1, epochs: 3, test: 0, threads: 1 }).result;
  expect(report.rows.test).toBe(0);
  expect(report.baseline.linear?.accuracy).toBeGreaterThan(report.baseline.trivial.accuracy ?? 1);
});

test('training that stops at its goal keeps the epoch that reached it', async () => {
  const { report } = await train('mlp', obesity, {
    seed: 1,
    epochs: 60,
    until: { accuracy: 0.85 },
    baseline: false,
    threads: 1,
  }).result;
  expect(report.stopped).toBe('goal');
  expect(report.metrics.validation.accuracy).toBeGreaterThanOrEqual(0.85);
  expect(report.bestEpoch).toBe(report.epochs);
});

test('the loss of cross-fitted members is a mean, as that of one network', async () => {
  const x = Array.from({ length: 400 }, (_, i) => Math.sin(i * 12.9898) * 3);
  const noise = makeTable(
    'noise',
    [
      numberColumn('x', x),
      numberColumn(
        'class',
        x.map((_, i) => i % 2),
      ),
    ],
    { target: 'class' },
  );
  const lossOf = async (members: number): Promise<number> => {
    const options = { seed: 1, epochs: 1, members, learningRate: 1e-9, smoothing: 0, baseline: false, threads: 1 };
    const { history } = await train('mlp', noise, options).result;
    return history[0]!.loss;
  };
  expect(await lossOf(8)).toBeCloseTo(await lossOf(1), 1);
});

test('a model that is loaded and saved again keeps its history and report', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'hillock-judging-'));
  try {
    await train('mlp', obesity, { seed: 1, epochs: 2, baseline: false, out: join(folder, 'a'), threads: 1 }).result;
    await (await load(join(folder, 'a'))).save(join(folder, 'b'));
    for (const file of ['history.jsonl', 'report.json']) {
      expect(await readFile(join(folder, 'b', file), 'utf8')).toBe(await readFile(join(folder, 'a', file), 'utf8'));
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test('a resumed training must be the one that was begun', async () => {
  const out = join(await mkdtemp(join(tmpdir(), 'hillock-judging-')), 'run');
  const options = { epochs: 4, baseline: false, out, threads: 1, checkpointEvery: 0 };
  await train('mlp', obesity, { ...options, seed: 1 }).result;
  await expect(train('mlp', obesity, { ...options, seed: 2, resume: true }).result).rejects.toMatchObject({
    kind: 'model-file',
  });
});

test('a metric that the task does not have cannot be watched', async () => {
  await expect(train('mlp', obesity, { monitor: 'rmse' }).result).rejects.toMatchObject({ kind: 'usage' });
});
