/** States that are kept epoch by epoch: whole, exact, bounded in number, and what another run starts from. */
import { copyFileSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { decodeCheckpoint } from '../../src/job/checkpoint.ts';
import { peopleCsv, workFolder } from './files.ts';
import { hillock } from './hillock.ts';
import { steady, weightsIn } from './weights.ts';

const work = workFolder();
const people = work.file('people.csv', peopleCsv(300));
const whole = join(work.path, 'whole');
const options = [...steady, '--hidden', '8', '--dropout', '0.2', '--members', '1', '--schedule', 'constant'];
const train = (...args: string[]) => hillock(['train', ...args, '--json']);
const keptOf = (run: string, epoch: number): string => join(run, 'checkpoint/epochs', `${epoch}.safetensors`);

beforeAll(() => {
  const { code, stderr } = train(people, ...options, '--epochs', '12', '--keep-epochs', '5', '--out', whole);
  expect(code, stderr).toBe(0);
});
afterAll(() => work.remove());

/** Arrays byte for byte, of a checkpoint file. */
function arraysIn(path: string): ReadonlyMap<string, string> {
  const { arrays } = decodeCheckpoint(new Uint8Array(readFileSync(path)), path);
  return new Map([...arrays].map(([name, data]) => [name, Buffer.from(data.slice().buffer).toString('hex')]));
}

test('at most as many as were asked for, evenly apart', () => {
  const found = readdirSync(join(whole, 'checkpoint/epochs')).map(name => Number(name.split('.')[0]));
  expect(found.sort((a, b) => a - b)).toEqual([3, 6, 9, 12]);
});

test('a kept state is that of a training which ended there, bit for bit', () => {
  const short = join(work.path, 'short');
  expect(train(people, ...options, '--epochs', '6', '--out', short).code).toBe(0);
  expect(arraysIn(keptOf(whole, 6))).toEqual(arraysIn(join(short, 'checkpoint/state.safetensors')));
});

test('gone on from, it ends where the whole training ended, bit for bit', () => {
  const again = join(work.path, 'again');
  mkdirSync(join(again, 'checkpoint'), { recursive: true });
  copyFileSync(join(whole, 'checkpoint/plan.json'), join(again, 'checkpoint/plan.json'));
  copyFileSync(keptOf(whole, 6), join(again, 'checkpoint/state.safetensors'));
  const { code, stderr } = hillock(['train', '--resume', again, '--json']);
  expect(code, stderr).toBe(0);
  expect(weightsIn(again)).toEqual(weightsIn(whole));
  expect(readdirSync(join(again, 'checkpoint/epochs')).sort()).toEqual(['12.safetensors', '9.safetensors']);
});

test('another run starts from the weights after an epoch', () => {
  const [fork, plain] = ['fork', 'plain'].map(name => join(work.path, name)) as [string, string];
  const from = [people, ...steady, '--epochs', '2', '--from', whole, '--freeze', 'dense1'];
  const forked = train(...from, '--from-epoch', '3', '--out', fork);
  expect(forked.code, forked.stderr).toBe(0);
  expect(train(...from, '--out', plain).code).toBe(0);
  const first = (run: string): string => weightsIn(run).get('dense1.weight')!.toString('hex');
  expect(first(fork)).toBe(arraysIn(keptOf(whole, 3)).get('dense1.weight'));
  expect(first(fork)).not.toBe(first(plain));
  const plan = JSON.parse(readFileSync(join(fork, 'checkpoint/plan.json'), 'utf8')) as object;
  expect(plan).toMatchObject({ from: whole, fromEpoch: 3 });
});

test.each([
  [['--from-epoch', '4'], 'after epoch 4', '3, 6, 9, 12'],
  [['--from-epoch', '99'], 'after epoch 99', '3, 6, 9, 12'],
])('an epoch that was not kept is refused: %j', (args, message, hint) => {
  const { code, stderr } = hillock(['train', people, ...steady, '--from', whole, ...args]);
  expect(code).toBe(2);
  expect(stderr).toContain(message);
  expect(stderr).toContain(hint);
});

test('an epoch goes with a run', () => {
  const { code, stderr } = hillock(['train', people, ...steady, '--from-epoch', '3']);
  expect(code).toBe(2);
  expect(stderr).toContain('--from RUN');
});
