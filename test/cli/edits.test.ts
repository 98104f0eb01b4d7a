/** Rows that are left out and targets that are corrected by hand, through the command line. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { workFolder } from './files.ts';
import { hillock } from './hillock.ts';
import { weightsIn } from './weights.ts';

const work = workFolder();
afterAll(() => work.remove());

const rows = Array.from({ length: 240 }, (_, i) => {
  const [day, age] = [i + 1, 20 + ((i * 37) % 50)];
  return { day, age, member: (age + ((i * 13) % 9) > 45 ? 'yes' : 'no') as string };
});
const csv = (changes: Readonly<Record<number, Partial<(typeof rows)[number]>>> = {}): string => {
  const lines = rows.map((row, i) => Object.values({ ...row, ...changes[i + 1] }).join());
  return `day,age,member\n${lines.join('\n')}\n`;
};
const steady = ['--target', 'member', '--hidden', '6', '--epochs', '4', '--no-baseline'];
let count = 0;
function trained(file: string, ...args: string[]) {
  const out = join(work.path, `run-${++count}`);
  const { code, stderr } = hillock(['train', file, ...steady, ...args, '--out', out, '--json']);
  expect(code, stderr).toBe(0);
  const read = (name: string) => JSON.parse(readFileSync(join(out, name), 'utf8')) as Record<string, unknown>;
  return { weights: weightsIn(out), report: read('report.json'), plan: read('checkpoint/plan.json') };
}
const plain = work.file('plain.csv', csv());

describe.each([
  ['an ensemble whose members judge one another', []],
  ['one network', ['--members', '1']],
])('%s', (_, how) => {
  test('a row that is left out has no influence at all, whatever stands in it', () => {
    const wild = work.file('wild.csv', csv({ 17: { age: 900 }, 60: { age: -500 } }));
    const out = ['--exclude-rows', '17,60'];
    const [a, b] = [trained(plain, ...how, ...out), trained(wild, ...how, ...out)];
    expect(a.weights).toEqual(b.weights);
    expect(a.report.metrics).toEqual(b.report.metrics);
    expect(trained(wild, ...how).weights).not.toEqual(a.weights);
  });

  test('a target that is corrected is as if it had never been wrong', () => {
    const wrong = work.file(
      'wrong.csv',
      csv({
        30: { member: rows[29]!.member === 'yes' ? 'no' : 'yes' },
        31: { member: rows[30]!.member === 'yes' ? 'no' : 'yes' },
      }),
    );
    const byTime = [...how, '--time', 'day'];
    const fixes = [30, 31].flatMap(row => ['--relabel', `${row}=${rows[row - 1]!.member}`]);
    const clean = trained(plain, ...byTime);
    const fixed = trained(wrong, ...byTime, ...fixes);
    expect(fixed.weights).toEqual(clean.weights);
    expect(trained(wrong, ...byTime).weights).not.toEqual(clean.weights);
    expect(fixed.plan).toMatchObject({
      options: { relabel: [30, 31].map(row => ({ row, value: rows[row - 1]!.member })) },
    });
  });
});

test('all other rows stay in their parts, and the report says what was done, and that the scores depend on it', () => {
  const before = trained(plain, '--members', '1');
  const parts = before.report.rows as Record<string, number>;
  const all = Array.from({ length: 20 }, (_, i) => i + 1);
  const { report } = trained(plain, '--members', '1', '--exclude-rows', all.join());
  const after = report.rows as Record<string, number>;
  const lost = (part: string): number => parts[part]! - after[part]!;
  expect(lost('train') + lost('validation') + lost('test')).toBe(20);
  const [warning] = report.warnings as { columns: string[]; message: string }[];
  expect(warning!.message).toContain('left out by hand: row 1, 2, 3');
  expect(warning!.message).toContain(`; ${lost('test')} of the test part, whose scores depend on it`);
});

test('images: a label is corrected, an image is left out, the others stay', () => {
  const [a, b] = [[], ['--exclude-rows', '1,2,3', '--relabel', '9=7']].map(edits => {
    const out = join(work.path, `digits-${edits.length}`);
    const { code, stderr } = hillock([
      'train',
      'demo:digits',
      '--hidden',
      '4',
      '--epochs',
      '1',
      ...edits,
      '--out',
      out,
    ]);
    expect(code, stderr).toBe(0);
    return JSON.parse(readFileSync(join(out, 'report.json'), 'utf8')) as {
      rows: Record<string, number>;
      warnings: { message: string }[];
    };
  }) as [ReturnType<typeof JSON.parse>, ReturnType<typeof JSON.parse>];
  const sum = ({ train, validation, test }: Record<string, number>): number => train! + validation! + test!;
  expect(sum(a.rows)).toBe(sum(b.rows) + 3);
  expect(b.warnings.map(({ message }: { message: string }) => message).join()).toContain(
    'corrected by hand: label of row 9',
  );
});

test.each([
  [['--exclude-rows', '241'], 'no row 241', '1 to 240'],
  [['--relabel', '3=yess'], 'no row has the label "yess"', 'yes'],
  [['--relabel', 'x=yes'], 'names no row', '12=yes'],
  [['--exclude-rows', '3', '--task', 'forecast', '--time', 'day'], 'follow one another', ''],
])('%j is refused in words', (args, message, hint) => {
  const target = args.includes('forecast') ? 'age' : 'member';
  const { code, stderr } = hillock(['train', plain, '--target', target, ...args]);
  expect(code).toBe(2);
  expect(stderr).toContain(message);
  expect(stderr).toContain(hint);
});
