/** Training that starts from another run, through the command line. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decodeArtifact } from '../../src/model/index.ts';
import { countEvents, peopleCsv, signalled, workFolder } from './files.ts';
import { hillock } from './hillock.ts';

const work = workFolder();
const people = work.file('people.csv', peopleCsv(200));
/** Others, with a column more and the columns in another order. */
const others = work.file(
  'others.csv',
  peopleCsv(150, 5)
    .split('\n')
    .filter(line => line !== '')
    .map((line, i) => `${i === 0 ? 'shoe' : 30 + (i % 17)},${line.split(',').reverse().join(',')}`)
    .join('\n'),
);
const quick = ['--epochs', '3', '--no-baseline', '--target', 'tall'];
const base = join(work.path, 'base');
beforeAll(() => {
  expect(hillock(['train', people, ...quick, '--hidden', '8,6', '--members', '2', '--out', base]).code).toBe(0);
});
afterAll(() => work.remove());

function artifact(run: string) {
  const { spec, parameters } = decodeArtifact(new Uint8Array(readFileSync(join(run, 'model.onnx'))), run);
  const bits = [...parameters].map(([name, { data }]): [string, string] => [
    name,
    Buffer.from((data as Float32Array).slice().buffer).toString('hex'),
  ]);
  return { spec, weights: new Map(bits) };
}

const notesOf = (events: readonly Record<string, unknown>[]): string =>
  JSON.stringify(events.find(({ event }) => event === 'data')!.notes);

describe('--from', () => {
  test('takes the network, the columns with their encoding and every weight; --freeze keeps a layer bit for bit', () => {
    const out = join(work.path, 'frozen');
    const given = ['train', others, ...quick, '--from', base, '--freeze', 'dense1', '--out', out, '--json'];
    const { code, events, stderr } = hillock(given);
    expect(code, stderr).toBe(0);
    const [before, after] = [artifact(base), artifact(out)];
    expect(after.spec.input).toEqual(before.spec.input);
    expect(after.spec.network).toEqual(before.spec.network);
    expect(after.weights.get('dense1.weight')).toBe(before.weights.get('dense1.weight'));
    expect(after.weights.get('dense1.bias')).toBe(before.weights.get('dense1.bias'));
    expect(after.weights.get('dense2.weight')).not.toBe(before.weights.get('dense2.weight'));
    expect(notesOf(events)).toContain('starts from the weights of dense1, dense2, dense3; kept as they are: dense1');
    expect(notesOf(events)).toContain('may have learned from rows of the test part');
    const { columns } = events.find(({ event }) => event === 'data')! as {
      columns: { column: string; role: string }[];
    };
    expect(columns.find(({ column }) => column === 'shoe')!.role).toBe('ignored');
  });

  test('with classes of another kind the last layer is made anew, and said so', () => {
    const out = join(work.path, 'towns');
    const towns = ['--epochs', '1', '--no-baseline', '--target', 'town', '--ignore', 'tall'];
    const first = join(work.path, 'no town');
    const same = ['--epochs', '1', '--no-baseline', '--target', 'tall', '--ignore', 'town', '--hidden', '8'];
    expect(hillock(['train', people, ...same, '--out', first]).code).toBe(0);
    const { code, events, stderr } = hillock(['train', people, ...towns, '--from', first, '--out', out, '--json']);
    expect(code, stderr).toBe(0);
    expect(notesOf(events)).toContain('starts from the weights of dense1; anew: dense2 (dense2: other outputs)');
  });

  test('another network takes over the layers that fit by name and shape', () => {
    const out = join(work.path, 'wider');
    const given = ['--hidden', '8,12', '--members', '2', '--from', base, '--out', out, '--json'];
    const { code, events, stderr } = hillock(['train', people, ...quick, ...given]);
    expect(code, stderr).toBe(0);
    expect(notesOf(events)).toContain('starts from the weights of dense1; anew: dense2, dense3');
  });

  test('images: the pixels as that run saw them, the frozen layer bit for bit', () => {
    const [first, second] = [join(work.path, 'digits'), join(work.path, 'digits on')];
    const given = ['train', 'demo:digits', '--epochs', '1', '--json'];
    expect(hillock([...given, '--hidden', '8', '--out', first]).code).toBe(0);
    const { code, events, stderr } = hillock([...given, '--from', first, '--freeze', 'dense1', '--out', second]);
    expect(code, stderr).toBe(0);
    expect(notesOf(events)).toContain('starts from the weights of dense1, dense2; kept as they are: dense1');
    const [before, after] = [artifact(first), artifact(second)];
    expect(after.spec.input).toEqual(before.spec.input);
    expect(after.weights.get('dense1.weight')).toBe(before.weights.get('dense1.weight'));
    expect(after.weights.get('dense2.weight')).not.toBe(before.weights.get('dense2.weight'));
  });

  test('killed, it resumes to the same weights', async () => {
    const given = ['train', others, '--target', 'tall', '--no-baseline', '--epochs', '40', '--checkpoint-every', '0'];
    const start = ['--from', base, '--freeze', 'dense2'];
    const [whole, out] = [join(work.path, 'whole'), join(work.path, 'killed')];
    expect(hillock([...given, ...start, '--out', whole]).code).toBe(0);
    const killed = await signalled(
      [...given, ...start, '--out', out, '--json'],
      'SIGKILL',
      stdout => countEvents(stdout, 'checkpoint') >= 2,
    );
    expect(killed.signal).toBe('SIGKILL');
    expect(hillock(['train', '--resume', out]).code).toBe(0);
    expect(artifact(out).weights).toEqual(artifact(whole).weights);
  });
});

describe('refusals name what is wrong', () => {
  test.each([
    ['a freeze without a start', ['--freeze', 'dense1'], 2, /name it with --from RUN/],
    ['no such layer', ['--from', base, '--freeze', 'dense9'], 2, /no layer 'dense9' to freeze\n.*did you mean dense1/],
    ['every layer frozen', ['--from', base, '--freeze', 'dense1,dense2,dense3'], 2, /nothing to learn/],
    [
      'a layer that is new',
      ['--from', base, '--hidden', '8,12', '--members', '2', '--freeze', 'dense2'],
      2,
      /dense2 does not come from/,
    ],
    [
      'nothing that fits',
      ['--from', base, '--hidden', '7', '--members', '1'],
      2,
      /no layer of this network has the name and shape/,
    ],
    ['no such run', ['--from', join(work.path, 'none')], 4, /no run or model at/],
    ['columns that are not there', ['--from', base, '--target', 'age'], 3, /does not have: age/],
    ['a forecast', ['--from', base, '--task', 'forecast'], 2, /a forecast cannot start from another run/],
  ] as const)('%s', (_, more, code, message) => {
    const target = more.includes('--target' as never) ? [] : ['--target', 'tall'];
    const ran = hillock(['train', people, ...target, ...more, '--out', join(work.path, 'refused')]);
    expect(ran.stderr).toMatch(message);
    expect(ran.code).toBe(code);
  });

  test('images for a model of a table', () => {
    const { code, stderr } = hillock(['train', 'demo:digits', '--from', base, '--out', join(work.path, 'refused')]);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('takes rows of a table') });
  });
});
