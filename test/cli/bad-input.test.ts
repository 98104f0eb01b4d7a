import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { random } from '../../src/random.ts';
import { peopleCsv, workFolder } from './files.ts';
import { hillock, type Ran } from './hillock.ts';

const work = workFolder();
const people = work.file('people.csv', peopleCsv(200));
afterAll(() => work.remove());

/** Runs a command that must fail in words: its exit code, what it says, and no stack trace. */
function fails(args: readonly string[], code: number, ...says: readonly string[]): Ran {
  const ran = hillock(args);
  expect(ran.stderr).toMatch(/^error: /m);
  expect(ran.stderr).not.toMatch(/\n {4}at |node:internal|undefined|\[object/);
  for (const words of says) expect(ran.stderr).toContain(words);
  expect(ran.code).toBe(code);
  return ran;
}

let folders = 0;
const fresh = (): string => join(work.path, `run ${++folders}`);
const quick = ['--epochs', '2', '--hidden', '4', '--members', '1', '--no-baseline'];

/** Trains on a small file and gives what the command says. */
function trains(file: string, ...more: readonly string[]): Ran & { readonly run: string } {
  const run = fresh();
  const ran = hillock(['train', file, ...quick, '--out', run, ...more]);
  expect(ran.stderr).not.toContain('error');
  expect(ran.code).toBe(0);
  return Object.assign(ran, { run });
}

const rows = (count: number, line: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => line(i)).join('\n');
const rng = random(5);
const noise = (): string => rng.uniform().toFixed(4);

describe('a source that cannot be used', () => {
  const garbage = Uint8Array.from({ length: 50_000 }, () => rng.below(256));
  const cases: readonly [string, string, string | Uint8Array | null, string[]][] = [
    ['no such file', 'nofile.csv', null, ['there is no file']],
    ['a slip in its name', 'peple.csv', null, ['there is no file', 'did you mean', 'people.csv']],
    ['an empty file', 'empty.csv', '', ['is empty']],
    ['a header only', 'header.csv', 'a,b,y\n', ['but no rows of values']],
    ['binary garbage named .csv', 'garbage.csv', garbage, ['is not a text table']],
    ['garbage named .parquet', 'garbage.parquet', garbage, ['is not a valid Parquet file']],
    ['a gzip file cut off', 'cut.csv.gz', gzipSync(peopleCsv(2000)).subarray(0, 900), ['the gzip file is cut off']],
    ['broken JSON', 'broken.json', '[{"a":1},{"a":', ['is not a JSON table']],
    [
      'too many ragged rows',
      'ragged.csv',
      `a,b,y\n${rows(60, i => (i % 3 ? `${noise()},1,x` : '1,2'))}`,
      ['instead of 3', 'line 2'],
    ],
    ['a quotation mark never closed', 'quote.csv', `a,y\n${rows(20, i => `${i},x`)}\n"5,x\n6,y`, ['is never closed']],
  ];
  test.each(cases)('%s', (_, name, content, says) => {
    const file = content === null ? join(work.path, name) : work.file(name, content);
    const run = fresh();
    fails(['train', file, '--target', 'y', '--out', run], 3, ...says);
    expect(existsSync(run)).toBe(false);
  });

  test('a folder without data', () => {
    const folder = join(work.path, 'folder');
    mkdirSync(folder);
    fails(['train', folder, '--target', 'y'], 3, 'is a folder without data');
  });

  test('an unknown built-in set', () => {
    fails(['train', 'demo:digit'], 3, "did you mean 'demo:digits'?");
  });
});

describe('a target that cannot be learned', () => {
  const cases: readonly [string, string, string, string[]][] = [
    ['missing, with a near name', 'b,y\n1,2\n3,4', 'yy', ["no column 'yy'", "did you mean 'y'?"]],
    ['constant', `a,y\n${rows(40, () => `${noise()},5`)}`, 'y', ['is 5 in all 40 rows', 'nothing to learn']],
    [
      'all missing',
      `a,y\n${rows(40, i => `${noise()},${['', 'NA', '?'][i % 3]}`)}`,
      'y',
      ['all 40 values are missing'],
    ],
    ['a date', `a,y\n${rows(40, i => `${noise()},2024-01-${10 + (i % 20)}`)}`, 'y', ['a date cannot be predicted']],
    ['words that never repeat', `a,y\n${rows(60, i => `${noise()},word${i}`)}`, 'y', ['too many classes']],
    ['the only column', `y\n${rows(40, i => `${i % 2}`)}`, 'y', ['has a single column']],
  ];
  test.each(cases)('%s', (name, content, target, says) => {
    const file = work.file(`target ${name}.csv`, content);
    const run = fresh();
    fails(['train', file, '--target', target, '--out', run], 3, ...says);
    expect(existsSync(run)).toBe(false);
  });

  test('not given', () => {
    fails(['train', people], 2, 'which column should be predicted?', '--target: height, weight');
  });
});

describe('a table with faults is trained on, and the faults are told', () => {
  test('a class with a single row', () => {
    const file = work.file('single.csv', `a,y\n${rows(80, i => `${noise()},${i === 7 ? 'rare' : ['p', 'q'][i % 2]}`)}`);
    expect(trains(file, '--target', 'y').stdout).toContain("class 'rare' of 'y' has a single row");
  });

  test('a few ragged rows', () => {
    const file = work.file(
      'few.csv',
      `a,y\n${rows(200, i => (i === 50 ? '1,2,3' : `${noise()},${i % 2 ? 'u' : 'v'}`))}`,
    );
    expect(trains(file, '--target', 'y').stdout).toContain('1 row was left out: line 52 has 3 cells instead of 2');
  });

  test('NaN, infinities and words among numbers', () => {
    const cell = (i: number): string =>
      ['NaN', 'Infinity', '-inf', '1e999', 'n/a'][i % 29] ?? (i === 77 ? 'oops' : noise());
    const file = work.file('wild.csv', `a,b,y\n${rows(300, i => `${cell(i)},${noise()},${i % 2 ? 'u' : 'v'}`)}`);
    const { stdout, run } = trains(file, '--target', 'y');
    expect(stdout).toContain("read as missing: 'NaN'");
    expect(stdout).toMatch(/infinite values \('Infinity'\) read as missing/);
    expect(stdout).toContain("row 78: 'oops' is not a number; read as missing");
    const report = JSON.parse(readFileSync(join(run, 'report.json'), 'utf8')) as {
      metrics: { test: { accuracy: number } };
    };
    expect(report.metrics.test.accuracy).toBeGreaterThanOrEqual(0);
  });

  test('duplicate and empty column names', () => {
    const file = work.file(
      'names.csv',
      `a,a,,y\n${rows(60, i => `${noise()},${noise()},${noise()},${i % 2 ? 'u' : 'v'}`)}`,
    );
    const { stdout } = trains(file, '--target', 'y');
    expect(stdout).toContain("the name 'a' appears more than once; column 2 is called 'a_2'");
    expect(stdout).toContain("column 3 has no name; it is called 'column3'");
  });

  test('names with quotes, emoji and __proto__, all the way to the predictions', () => {
    const header = '"a ""b"", c",🙂 smile,__proto__,constructor,hasOwnProperty,label y';
    const line = (i: number): string =>
      `${noise()},${noise()},${'pq'[i % 2]},${noise()},${noise()},${i % 2 ? 'u' : 'v'}`;
    const file = work.file('odd.csv', `${header}\n${rows(80, line)}\n`);
    const { run, stdout } = trains(file, '--target', 'label y', '--test', '0.2');
    expect(stdout).toContain('🙂 smile');
    const predicted = hillock(['predict', run, file]);
    expect(predicted.code).toBe(0);
    expect(predicted.stdout.split('\n')[0]).toBe(`${header},prediction,probability_u,probability_v`);
    const [first] = hillock(['predict', run, file, '--json']).events;
    expect(Object.keys(first!.input as object)).toContain('constructor');
    expect(JSON.stringify(first!.input)).toContain('"a \\"b\\", c"');
  });

  test('text that first appears in row 900,000', () => {
    const lines = ['a,b,y'];
    for (let i = 0; i < 950_000; i++)
      lines.push(`${i === 899_999 ? 'oops' : i % 977},${i % 9},${i % 9 > 4 ? 'u' : 'v'}`);
    const file = work.file('late.csv', lines.join('\n'));
    const { code, stdout } = hillock(['data', 'show', file]);
    expect(code).toBe(0);
    expect(stdout).toContain('950,000 rows');
    expect(stdout).toContain("row 900,000: 'oops' is not a number; read as missing");
  });

  test('four rows', () => {
    const file = work.file('four.csv', 'a,y\n1,x\n2,z\n3,x\n4,z\n');
    expect(trains(file, '--target', 'y').stdout).toContain('Scores');
  });
});

describe('a command line that cannot be', () => {
  const cases: readonly [string, string[], number, string[]][] = [
    ['a goal that is none', ['--until', 'accuracy=0.9'], 2, ['is not a goal', "'accuracy>=0.97'"]],
    ['a goal that asks for a bad model', ['--until', 'logloss>=0.4'], 2, ['better the lower', "'logloss<=0.4'"]],
    ['a goal in percent', ['--until', 'accuracy>=97'], 2, ['between 0 and 1', "'accuracy>=0.97'"]],
    ['an unknown metric', ['--until', 'acuracy>=0.9'], 2, ["no metric 'acuracy'", 'did you mean accuracy?']],
    ['a metric of another task', ['--until', 'rmse<=1'], 2, ["'rmse' is not a metric of a binary task"]],
    ['an unknown column to ignore', ['--ignore', 'towm'], 3, ["no column 'towm'", "did you mean 'town'?"]],
    ['nothing left to learn from', ['--ignore', 'height,weight,town,age'], 3, ['no column to learn from']],
    ['an impossible test share', ['--test', '1.5'], 2, ['--test must be a share']],
    ['a test file that is not there', ['--test', 'nofile.csv'], 3, ['there is no file nofile.csv']],
    ['words as a time', ['--time', 'town'], 3, ["'town' holds text"]],
    ['no epochs', ['--epochs', '0'], 2, ['--epochs must be between 1']],
    ['hidden layers of a linear model', ['--model', 'linear', '--hidden', '4'], 2, ['--hidden goes with --model mlp']],
    ['a network file that is not there', ['--model', 'net.json'], 2, ['there is no file net.json']],
    ['a network for images', ['--model', 'cnn'], 2, ['a cnn is for images, this is a table']],
    ['a network for sequences', ['--model', 'lstm'], 2, ['--model lstm reads sequences, this is a table']],
    ['a forecast of words', ['--task', 'forecast'], 3, ['a forecast needs a target of numbers']],
    ['a device that is not there', ['--device', 'cuda'], 6, ['cuda is not available', 'hint: ']],
    ['processes of another engine', ['--nproc', '2'], 2, ['--nproc is of a training on PyTorch', '--engine torch']],
    ['machines that do not know one another', ['--engine', 'torch', '--nodes', '2'], 2, ['--node-rank', '--master']],
    ['parts without a pipeline', ['--engine', 'torch', '--micro-batches', '4'], 2, ['--strategy pipeline']],
    ['a device of neither engine', ['--engine', 'torch', '--device', 'wasm'], 2, ['does not train on wasm']],
    ['a regression of words', ['--task', 'regression'], 3, ['a regression needs numbers']],
  ];
  test.each(cases)('%s', (_, options, code, says) => {
    fails(['train', people, '--target', 'tall', ...options, '--out', fresh()], code, ...says);
  });

  test('a network file with a fault names the layer', () => {
    const file = work.file(
      'net.json',
      '{"layers":[{"kind":"dense","units":4,"activation":"relu","bias":true},{"kind":"dens"}]}',
    );
    fails(['train', people, '--target', 'tall', '--model', file], 2, 'layer 2: unknown kind "dens"');
    writeFileSync(file, '{"layers":[');
    fails(['train', people, '--target', 'tall', '--model', file], 2, 'is not valid JSON');
  });
});

describe('an output that cannot be written', () => {
  test('is refused before training', () => {
    fails(['train', people, '--target', 'tall', '--out', people], 3, 'cannot write', 'not a folder');
    fails(['train', people, '--target', 'tall', '--out', join(people, 'deeper')], 3, 'not a folder');
  });

  test.runIf(existsSync('/proc/self'))('on a file system that takes no files', () => {
    const { stdout } = fails(
      ['train', people, '--target', 'tall', '--out', '/proc/hillock-run'],
      3,
      'cannot write /proc/hillock-run',
    );
    expect(stdout).not.toContain('training');
  });

  test.runIf(existsSync('/dev/full'))('on a full disk while predictions are written', () => {
    const { run } = trains(people, '--target', 'tall');
    fails(['predict', run, people, '--out', '/dev/full'], 3, 'the disk is full');
  });

  test('leaves an earlier file of predictions as it was', () => {
    const { run } = trains(people, '--target', 'tall');
    const kept = work.file('kept.csv', 'earlier');
    fails(['predict', run, join(work.path, 'nofile.csv'), '--out', kept], 3);
    expect(readFileSync(kept, 'utf8')).toBe('earlier');
    expect(readdirSync(work.path).filter(name => name.endsWith('.tmp'))).toEqual([]);
  });
});

describe('training that does not come out', () => {
  test('diverges: exit code 5, the last good state is kept', () => {
    const run = fresh();
    const args = [
      'train',
      people,
      '--target',
      'tall',
      '--optimizer',
      'sgd',
      '--lr',
      '1e6',
      '--no-baseline',
      '--out',
      run,
    ];
    fails(args, 5, 'training diverged', 'the last good state is kept in');
    expect(existsSync(join(run, 'checkpoint', 'state.safetensors'))).toBe(true);
  });

  test('misses its goal: exit code 7, the model is saved', () => {
    const run = fresh();
    const args = [
      'train',
      people,
      '--target',
      'tall',
      ...quick,
      '--until',
      'accuracy>=1',
      '--until',
      'logloss<=0.0001',
    ];
    const { code, stderr, events } = hillock([...args, '--out', run, '--json']);
    expect(code).toBe(7);
    expect(stderr).toContain('goal not reached: accuracy >= 1 and logloss <= 0.0001');
    expect(events.at(-1)).toMatchObject({ event: 'result', run, goal: { reached: false } });
    expect(existsSync(join(run, 'model.onnx'))).toBe(true);
  });
});
