import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { input } from '../../src/graph/index.ts';
import { encodeModel } from '../../src/onnx/index.ts';
import { scale } from '../../src/ops/index.ts';
import { peopleCsv, workFolder } from './files.ts';
import { hillock } from './hillock.ts';

const work = workFolder();
const people = work.file('people.csv', peopleCsv(120));
const run = join(work.path, 'run');
let model: Buffer;
beforeAll(() => {
  const args = ['train', people, '--target', 'tall', '--epochs', '2', '--hidden', '4', '--no-baseline', '--out', run];
  expect(hillock(args).code).toBe(0);
  model = readFileSync(join(run, 'model.onnx'));
});
afterAll(() => work.remove());

/** A command on a bad model ends with exit code 4 and says why, without a stack trace. */
function refused(file: string, says: string): void {
  for (const args of [
    ['predict', file, people],
    ['evaluate', file, people],
  ]) {
    const { code, stderr, stdout } = hillock(args);
    expect(stderr).toContain(says);
    expect(stderr).not.toMatch(/\n {4}at |node:internal/);
    expect(stdout).toBe('');
    expect(code).toBe(4);
  }
}

/** The model with the last place of a text replaced by one of the same length: the specification is written last. */
function edited(find: string, replacement: string): Buffer {
  expect(replacement.length).toBe(find.length);
  const at = model.lastIndexOf(find);
  expect(at).toBeGreaterThan(0);
  const copy = Buffer.from(model);
  copy.write(replacement, at);
  return copy;
}

describe('a model file', () => {
  test('that is not there', () => refused(join(work.path, 'nothing'), 'no run or model at'));

  test('of a run that did not finish', () => {
    const folder = join(work.path, 'unfinished');
    mkdirSync(folder);
    refused(folder, 'holds no model.onnx');
  });

  test('that is empty', () => refused(work.file('empty.onnx', ''), 'not a model file'));

  test('cut short', () => {
    for (const share of [0.3, 0.9]) {
      refused(work.file('cut.onnx', model.subarray(0, Math.floor(model.length * share))), 'not a model file');
    }
  });

  test('of random bytes', () => {
    const bytes = Uint8Array.from({ length: 5000 }, (_, i) => (i * 7919) % 251);
    refused(work.file('random.onnx', bytes), 'not a model file');
  });

  test('by another program', () => {
    const x = input('x', ['N', 2], 'float32');
    const bytes = encodeModel({ inputs: [x], outputs: [scale(x, 2)] }, { outputs: ['y'] });
    refused(work.file('foreign.onnx', bytes), 'not one that Hillock wrote');
  });

  test('with a description that is not valid', () => {
    refused(work.file('json.onnx', edited('{"version":1', '["version":1')), 'description is not valid');
    refused(
      work.file('version.onnx', edited('"version":1,"hillock"', '"version":9,"hillock"')),
      'description is not valid',
    );
    refused(work.file('units.onnx', edited('"units":4', '"units":9')), 'the model must hold');
  });

  test('that is a folder where a file should be', () => {
    const folder = join(work.path, 'strange');
    mkdirSync(join(folder, 'model.onnx'), { recursive: true });
    refused(folder, 'model.onnx');
  });
});

describe('rows that do not fit the model', () => {
  const lines = (text: string): string[] => text.trimEnd().split('\n');

  test('keep their place, and those without an answer are named', () => {
    const file = work.file(
      'rows.csv',
      'height,weight,town,age\n170,60,Cork,30\n180,80\nlow,70,Oslo,40\n,,,\n190,90,Bergen,50\n',
    );
    const { code, stdout, stderr } = hillock(['predict', run, file]);
    expect(code).toBe(0);
    const [header, ...rows] = lines(stdout);
    expect(header).toBe('height,weight,town,age,prediction,probability_no,probability_yes');
    expect(rows).toHaveLength(5);
    expect(rows[0]).toMatch(/^170,60,Cork,30,(yes|no),0\.\d+,0\.\d+$/);
    expect(rows[1]).toBe('180,80,,,,,');
    expect(rows[2]).toMatch(/^low,70,Oslo,40,(yes|no),/);
    expect(rows[4]).toMatch(/^190,90,Bergen,50,(yes|no),/);
    expect(stderr).toContain('line 3 cannot be used: 2 cells instead of 4');
    expect(stderr).toContain("line 4: 'low' in column 'height' is no number: taken as missing");
    expect(stderr).toContain("column 'town': 'Oslo' never seen in training: taken as none of its words");
    expect(stderr).toContain('1 of 5 rows have no prediction');
  });

  test('a missing column, other columns, names that clash', () => {
    const file = work.file('other.csv', 'weight,prediction,tall,extra\n60,a,yes,1\n80,b,no,2\n');
    const { code, stdout, stderr } = hillock(['predict', run, file]);
    expect(code).toBe(0);
    expect(lines(stdout)[0]).toBe('weight,prediction,tall,extra,prediction_2,probability_no,probability_yes');
    expect(stderr).toContain("column 'height' is not there: taken as missing");
  });

  test('a table without any of its columns is refused', () => {
    const file = work.file('foreign.csv', 'p,q\n1,2\n3,4\n5,7\n');
    const { code, stderr } = hillock(['predict', run, file]);
    expect(stderr).toContain('none of the columns this model takes');
    expect(code).toBe(3);
  });

  test('an empty file and a header only', () => {
    expect(hillock(['predict', run, work.file('none.csv', '')])).toMatchObject({ code: 3 });
    expect(hillock(['predict', run, work.file('head.csv', 'height,weight,town,age\n')])).toMatchObject({ code: 0 });
  });

  test('evaluate without the target, or with labels it does not know', () => {
    const without = hillock(['evaluate', run, work.file('without.csv', 'height,weight\n170,60\n160,70\n')]);
    expect(without.stderr).toContain("no column 'tall'");
    expect(without.code).toBe(3);
    const rows = Array.from({ length: 20 }, (_, i) => `${150 + i},60,${i % 2 ? 'maybe' : 'perhaps'}`).join('\n');
    const unknown = hillock(['evaluate', run, work.file('unknown.csv', `height,weight,tall\n${rows}\n`)]);
    expect(unknown.stderr).toContain('has a usable tall');
    expect(unknown.code).toBe(3);
  });

  test('a table for a model of a table read from standard input or without a header', () => {
    const file = work.file('bare.csv', peopleCsv(30, 4).split('\n').slice(1).join('\n'));
    const { code, stdout, stderr } = hillock(['evaluate', run, file]);
    expect(stderr).toContain('the first row holds no names');
    expect(stdout).toContain('30 rows with tall');
    expect(code).toBe(0);
  });
});

test('a damaged report does not stop predictions', () => {
  const report = join(run, 'report.json');
  const text = readFileSync(report);
  writeFileSync(report, '{"half":');
  expect(hillock(['predict', run, people]).code).toBe(0);
  writeFileSync(report, text);
});
