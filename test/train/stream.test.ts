/** Tables larger than memory: packed columns learn what encoded rows learn, and a streamed file what the whole one teaches. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { train } from 'hillock';
import { readSource, type Table, table } from 'hillock/data';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cellValue, column, type NumberColumn } from '../../src/data/index.ts';
import { type PrepareOptions, prepare } from '../../src/job/prepare.ts';
import { nodeRuntime } from '../../src/runtime/node.ts';
import { type FitResult, fit as fitJob, type TrainingJob } from '../../src/train/index.ts';

let folder: string;
let file: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hillock-stream-'));
  file = join(folder, 'people.csv');
  const rows = Array.from({ length: 6000 }, (_, i) => {
    const [a, b, c] = [Math.sin(i * 12.9898), Math.sin(i * 78.233), i % 7];
    return `${a.toFixed(5)},${i % 13 === 0 ? '' : b.toFixed(5)},kind ${c},${a + b * b > 0.4 === c > 0 ? 'yes' : 'no'}`;
  });
  await writeFile(file, `a,b,kind,answer\n${rows.join('\n')}\n`);
});
afterAll(() => rm(folder, { recursive: true }));

const options = { target: 'answer', seed: 3, epochs: 3, hidden: [16], members: 1, validation: 0.2 } as const;

async function fitted(job: TrainingJob): Promise<FitResult> {
  const events = fitJob(job, await nodeRuntime({ threads: 1 }));
  for (;;) {
    const next = await events.next();
    if (next.done) return next.value;
  }
}

test('packed columns, encoded in every step, give the losses of encoded rows', async () => {
  const data = await table(file);
  const { job, input } = await prepare(data, options, await nodeRuntime({ threads: 1 }));
  if (input.kind !== 'table') throw new Error('a table was prepared');
  const { encoder } = input;
  const { job: inSteps } = await prepare(data, { ...options, encodeInSteps: true }, await nodeRuntime({ threads: 1 }));
  expect(job.columns).toBeUndefined();
  expect(inSteps).toMatchObject({
    columns: encoder,
    network: job.network,
    x: { shape: [data.rows, encoder.columns.length] },
  });
  const [encoded, packed] = [await fitted(job), await fitted(inSteps)];
  for (const [i, { loss, validation }] of encoded.history.entries()) {
    expect(packed.history[i]!.loss).toBeCloseTo(loss, 5);
    expect(packed.history[i]!.validation.logloss).toBeCloseTo(validation.logloss!, 5);
  }
});

test('columns are encoded in every step up to eight epochs, and where training has asked for them', async () => {
  const data = await table(file);
  const runtime = await nodeRuntime({ threads: 1 });
  const columnsOf = async (asked: PrepareOptions) => {
    const { job } = await prepare(data, { ...options, ...asked }, runtime);
    return job.columns !== undefined;
  };
  expect(await columnsOf({ epochs: 8, encodeInSteps: true })).toBe(true);
  expect(await columnsOf({ epochs: 9, encodeInSteps: true })).toBe(false);
  expect(await columnsOf({ epochs: 8 })).toBe(false);
  const linear = await prepare(data, { ...options, model: 'linear', epochs: 8, encodeInSteps: true }, runtime);
  expect(linear.job.columns).toBeDefined();
});

test('a streamed file teaches what the whole one does; all rows are learned from or judge', async () => {
  const streamed = (await readSource(file, { stream: true })) as Table;
  const asked = { ...options, epochs: 30, baseline: false, threads: 1 };
  const [model, whole] = [
    await train('mlp', streamed, asked).result,
    await train('mlp', await table(file), asked).result,
  ];
  expect(Object.values(model.report.rows).reduce((a, b) => a + b)).toBe(6000);
  expect(model.metrics.test.accuracy).toBeGreaterThan(0.9);
  expect(Math.abs(model.metrics.test.accuracy! - whole.metrics.test.accuracy!)).toBeLessThan(0.05);
  await Promise.all([model.close(), whole.close()]);
});

test('an order in time cannot be streamed', async () => {
  const streamed = (await readSource(file, { stream: true })) as Table;
  await expect(train('mlp', streamed, { ...options, time: 'a' }).result).rejects.toThrow(/not in time/);
});

test('threads read a text of several chunks: the rows of the whole table, in their order', async () => {
  const long = join(folder, 'long.csv');
  const rows = Array.from(
    { length: 60_000 },
    (_, i) => `${i},"word ${i % 9}, ""quoted""\nin two lines",${i % 2 ? 'yes' : 'no'},${'x'.repeat(i % 50)}`,
  );
  await writeFile(long, `place,word,answer,filling\n${rows.join('\n')}\n`);
  const [all, some] = [await table(long), (await readSource(long, { stream: true, seed: 4 })) as Table];
  expect(some.whole!.rows).toBe(60_000);
  let first = 0;
  for await (const { rows: count, columns } of some.whole!.pieces(['place', 'word', 'answer'])) {
    const piece = { ...all, columns, rows: count };
    for (const name of ['place', 'word', 'answer'])
      for (let row = 0; row < count; row += 7)
        expect(cellValue(column(piece, name), row)).toEqual(cellValue(column(all, name), first + row));
    first += count;
  }
  expect(first).toBe(60_000);
  expect([...some.whole!.places]).toEqual([...(column(some, 'place') as NumberColumn).values]);
});
