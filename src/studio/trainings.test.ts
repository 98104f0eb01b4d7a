import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { trainings } from './trainings.ts';

function emptyPlace() {
  const folder = mkdtempSync(join(tmpdir(), 'hillock-trainings-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const runs = join(folder, 'runs');
  const own = join(runs, '.studio');
  mkdirSync(join(own, 'runs'), { recursive: true });
  const command = [process.execPath, '-e', 'setTimeout(() => undefined, 500)', '--'];
  return { runs, own, all: trainings({ folder, runs, app: '', command, trainFields: [] }, own) };
}

test('a training that cannot start leaves no folder', async () => {
  const { runs, all } = emptyPlace();
  await expect(all.start({ source: 'demo:moons', options: { hiden: '4' } })).rejects.toMatchObject({ kind: 'usage' });
  expect(readdirSync(runs)).toEqual(['.studio']);
});

test('of two who go on with a run at once, one does', async () => {
  const { runs, all } = emptyPlace();
  mkdirSync(join(runs, 'one'));
  const both = await Promise.allSettled([all.resume('one'), all.resume('one')]);
  expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
  expect(both[1]).toMatchObject({ reason: { kind: 'usage', message: 'one is training already' } });
  await expect.poll(() => all.starting()).toEqual([]);
  await expect(all.resume('none')).rejects.toMatchObject({ kind: 'data', message: 'there is no run none' });
});

test('a record that was cut off is none', async () => {
  const { own, all } = emptyPlace();
  writeFileSync(join(own, 'runs/one.json'), '{"source":"demo:mo');
  expect(await all.asked('one')).toBeNull();
});

test('the error that a run ended with is found behind whatever it told before', async () => {
  const { own, all } = emptyPlace();
  const steps = '{"event":"step","step":1}\n'.repeat(10_000);
  const error = { event: 'error', kind: 'data', message: 'ü is no number', hint: 'leave it out' };
  writeFileSync(join(own, 'runs/one.jsonl'), `${steps}${JSON.stringify(error)}\n`);
  expect(await all.failure('one')).toMatchObject({ kind: 'data', message: 'ü is no number', hint: 'leave it out' });
  writeFileSync(join(own, 'runs/one.jsonl'), steps);
  expect(await all.failure('one')).toBeNull();
});
