import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { countEvents, peopleCsv, salesCsv, signalled, workFolder } from './files.ts';
import { hillock } from './hillock.ts';
import { steady, weightsIn } from './weights.ts';

const work = workFolder();
const people = work.file('people.csv', peopleCsv(300));
afterAll(() => work.remove());

const history = (run: string): unknown[] =>
  readFileSync(join(run, 'history.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map(line => ({ ...(JSON.parse(line) as object), seconds: 0 }));

const small = [...steady, '--hidden', '16'];
const long = [...small, '--epochs', '100'];
const early = [...small, '--epochs', '60', '--patience', '4', '--lr', '0.03', '--validation', '0.2'];

const sales = work.file('sales.csv', salesCsv(90));
const forecast = ['--task', 'forecast', '--target', 'Sales', '--horizon', '6', '--members', '2', '--hidden', '8'];

describe.each([
  ['to the last epoch', people, long],
  ['with early stopping', people, early],
  ['of a forecast', sales, [...forecast, '--epochs', '40', '--seed', '3', '--checkpoint-every', '0']],
])('a run %s', (name, source, options) => {
  const whole = join(work.path, `whole ${name}`);
  beforeAll(() => {
    expect(hillock(['train', source, ...options, '--out', whole]).code).toBe(0);
  });

  test.each([1, 4, 9])('killed at checkpoint %i resumes to the same weights bit for bit', async checkpoint => {
    const out = join(work.path, `killed ${name} ${checkpoint}`);
    const killed = await signalled(
      ['train', source, ...options, '--out', out, '--json'],
      'SIGKILL',
      stdout => countEvents(stdout, 'checkpoint') >= checkpoint,
    );
    expect(killed.signal).toBe('SIGKILL');
    const again = hillock(['train', '--resume', out, '--json']);
    expect(again.stderr).toBe('');
    expect(again.code).toBe(0);
    expect(again.events.find(({ event }) => event === 'start')!.step).toBeGreaterThan(0);
    expect(weightsIn(out)).toEqual(weightsIn(whole));
    expect(history(out)).toEqual(history(whole));
  });
});

test('a run killed again and again at any moment comes to the same weights', async () => {
  const whole = join(work.path, 'whole to the last epoch');
  const out = join(work.path, 'killed often');
  const moments = [
    (stdout: string) => countEvents(stdout, 'data') > 0,
    (stdout: string) => countEvents(stdout, 'start') > 0,
    (stdout: string) => countEvents(stdout, 'step') > 2,
    (stdout: string) => countEvents(stdout, 'epoch') > 5,
    (stdout: string) => countEvents(stdout, 'checkpoint') > 3,
  ];
  for (const [i, moment] of moments.entries()) {
    const args =
      i === 0 ? ['train', people, ...long, '--out', out] : ['train', '--resume', out, '--checkpoint-every', '0'];
    const { signal } = await signalled([...args, '--json'], 'SIGKILL', moment);
    expect(signal).toBe('SIGKILL');
  }
  expect(hillock(['train', '--resume', out]).code).toBe(0);
  expect(weightsIn(out)).toEqual(weightsIn(whole));
});

test('Ctrl-C writes a checkpoint, prints the resume command and ends with exit code 130', async () => {
  const whole = join(work.path, 'whole to the last epoch');
  const out = join(work.path, 'interrupted');
  const { code, stderr, stdout } = await signalled(
    ['train', people, ...long, '--out', out, '--json'],
    'SIGINT',
    text => countEvents(text, 'epoch') >= 3,
  );
  expect(code).toBe(130);
  expect(stderr).toContain(`hillock train --resume ${out}`);
  expect(stdout).toContain('"why":"interrupted"');
  expect(hillock(['train', '--resume', out]).code).toBe(0);
  expect(weightsIn(out)).toEqual(weightsIn(whole));
});

describe('--resume', () => {
  const out = join(work.path, 'whole with early stopping');

  test('of a finished run changes nothing', () => {
    const before = readFileSync(join(out, 'model.onnx'));
    const { code, stderr, stdout } = hillock(['train', '--resume', out]);
    expect(code).toBe(0);
    expect(stderr).toContain('this run has finished already');
    expect(stdout).toContain('Scores');
    expect(readFileSync(join(out, 'model.onnx')).equals(before)).toBe(true);
  });

  test('of a folder without a run says so', () => {
    const { code, stderr } = hillock(['train', '--resume', join(work.path, 'nowhere')]);
    expect(code).toBe(3);
    expect(stderr).toContain('there is no run to go on with');
  });

  test('refuses data that has changed and options that would change the run', async () => {
    const data = work.file('changing.csv', peopleCsv(300));
    const run = join(work.path, 'changing');
    await signalled(
      ['train', data, ...long, '--out', run, '--json'],
      'SIGKILL',
      text => countEvents(text, 'checkpoint') >= 1,
    );
    const other = hillock(['train', '--resume', run, '--epochs', '99']);
    expect(other.code).toBe(2);
    expect(other.stderr).toContain('--epochs cannot change them');
    writeFileSync(data, `${peopleCsv(300)}180,80,Cork,40,yes\n`);
    const changed = hillock(['train', '--resume', run]);
    expect(changed.code).toBe(3);
    expect(changed.stderr).toContain('its content has changed');
    rmSync(data);
    expect(hillock(['train', '--resume', run]).code).toBe(3);
    const moved = work.file('moved.csv', peopleCsv(300));
    expect(hillock(['train', moved, '--resume', run]).code).toBe(0);
  });

  test('refuses a damaged plan and a damaged checkpoint', async () => {
    const run = join(work.path, 'damaged');
    await signalled(
      ['train', people, ...long, '--out', run, '--json'],
      'SIGKILL',
      text => countEvents(text, 'checkpoint') >= 2,
    );
    const state = join(run, 'checkpoint', 'state.safetensors');
    const bytes = readFileSync(state);
    writeFileSync(state, bytes.subarray(0, bytes.length - 100));
    expect(hillock(['train', '--resume', run])).toMatchObject({ code: 4 });
    writeFileSync(state, bytes);
    const plan = join(run, 'checkpoint', 'plan.json');
    const text = readFileSync(plan, 'utf8');
    writeFileSync(plan, text.replace('"epochs": 100', '"epochs": "many"'));
    const { code, stderr } = hillock(['train', '--resume', run]);
    expect(code).toBe(4);
    expect(stderr).toContain('is not the plan of a run: options.epochs');
    writeFileSync(plan, text);
    expect(hillock(['train', '--resume', run]).code).toBe(0);
  });
});

describe('a run folder', () => {
  test('that holds a run is not written over', () => {
    const out = join(work.path, 'whole to the last epoch');
    const { code, stderr } = hillock(['train', people, ...long, '--out', out]);
    expect(code).toBe(2);
    expect(stderr).toContain('already holds a run');
    expect(stderr).toContain('--resume');
  });

  test('takes one training at a time', async () => {
    const out = join(work.path, 'busy');
    let second: ReturnType<typeof hillock> | undefined;
    const endless = [...small, '--epochs', '1000000', '--patience', '0'];
    await signalled(['train', people, ...endless, '--out', out, '--json'], 'SIGKILL', text => {
      if (countEvents(text, 'start') === 0) return false;
      second ??= hillock(['train', '--resume', out]);
      return true;
    });
    expect(second!.code).toBe(2);
    expect(second!.stderr).toContain('another run is training in');
    const again = await signalled(
      ['train', '--resume', out, '--json'],
      'SIGINT',
      text => countEvents(text, 'epoch') > 0,
    );
    expect(again.code).toBe(130);
  });
});
