/** Images through the public API: what is trained is what is saved, and what was cut goes on. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { load, type TrainEvent, train } from 'hillock';
import { type Images, makeSynthetic, selectImages } from 'hillock/data';
import { afterAll, expect, test } from 'vitest';
import { bits } from './jobs.ts';

const folder = mkdtempSync(join(tmpdir(), 'hillock-images-'));
afterAll(() => rmSync(folder, { recursive: true }));

const digits = makeSynthetic('demo:digits') as Images;
const some = selectImages(
  digits,
  Array.from({ length: 300 }, (_, i) => i * 7),
);
const data = { kind: 'images-split', source: 'digits', train: some } as const;
const options = { epochs: 4, seed: 1, threads: 1, augment: { shift: 1, rotate: 10, cutout: 3 } } as const;
const floats = (model: Awaited<ReturnType<typeof load>>) =>
  bits(new Map([...model.parameters].map(([name, { data }]) => [name, data as Float32Array])));

test('a cnn: what was judged is what the file predicts; a run that was cut ends the same', async () => {
  const whole = await train('cnn', data, { ...options, out: join(folder, 'whole') }).result;
  const saved = await load(join(folder, 'whole'));
  expect(saved.spec.input).toMatchObject({ kind: 'images', shape: [12, 12, 1] });
  expect(saved.report?.options.augment).toEqual(options.augment);
  const { rows } = await saved.predict(some);
  const right = rows.filter(({ value }, i) => value === some.classNames[some.labels![i]!]).length;
  const { metrics, rows: parts } = whole.report;
  const judged = (['train', 'validation', 'test'] as const).map(part => metrics[part].accuracy! * parts[part]);
  expect(right).toBe(Math.round(judged.reduce((a, b) => a + b, 0)));

  const out = join(folder, 'cut');
  const run = train('cnn', data, { ...options, out, checkpointEvery: 0 });
  const seen: TrainEvent['event'][] = [];
  const cut = (async () => {
    for await (const { event } of run) {
      seen.push(event);
      if (event === 'epoch') run.stop();
    }
  })();
  await expect(cut).rejects.toMatchObject({ kind: 'interrupted' });
  expect(seen.filter(event => event === 'epoch').length).toBeLessThan(options.epochs);
  const resumed = await train('cnn', data, { ...options, out, resume: true }).result;
  expect(floats(resumed)).toEqual(floats(whole));
  await Promise.all([whole, saved, resumed].map(model => model.close()));
});

test('auto takes dense layers for small images; a cnn for a table is refused', async () => {
  const run = train('auto', data, { ...options, epochs: 1 });
  const { report } = await run.result;
  expect(report.network.layers.map(({ kind }) => kind)).not.toContain('conv2d');
  const { table } = await import('hillock/data');
  const moons = await table('demo:moons');
  await expect(train('cnn', moons).result).rejects.toMatchObject({
    kind: 'usage',
    message: expect.stringMatching(/cnn is for images/),
  });
  await expect(train('mlp', moons, { augment: { shift: 1 } }).result).rejects.toMatchObject({ kind: 'usage' });
});
