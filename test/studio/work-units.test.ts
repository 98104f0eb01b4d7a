/** What the working screens reckon by themselves. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { appendFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TrainTold } from 'hillock/studio';
import { describe, expect, test } from 'vitest';
import { readSource } from '../../src/data/index.ts';
import { untar } from '../../src/data/tar.ts';
import { histogramOf, reportOf } from '../../src/studio/data-report.ts';
import { type Field, typed } from '../../src/studio/fields.ts';
import { measured } from '../../src/studio/routes/deploy.ts';
import { tail } from '../../src/studio/tail.ts';
import { archiveOf } from '../../studio/src/api/folder.ts';
import { coloursOf } from '../../studio/src/screens/compare/colours.ts';
import { bySeeds } from '../../studio/src/screens/compare/seeds.ts';
import { brief } from '../../studio/src/screens/compare/table.ts';
import { type Followed, told } from '../../studio/src/screens/train/follow.ts';
import { bestEpoch, findings } from '../../studio/src/screens/train/health.ts';
import { smoothed } from '../../studio/src/screens/train/smooth.ts';

type Epoch = Extract<TrainTold, { event: 'epoch' }>;
const epoch = (number: number, loss: number, logloss: number): Epoch =>
  ({
    event: 'epoch',
    epoch: number,
    step: number * 10,
    loss,
    validation: { logloss },
    seconds: number,
  }) as unknown as Epoch;
const logloss = { name: 'logloss', better: 'lower', best: 0 } as const;
const nothing: Followed = {
  id: 'x',
  data: undefined,
  start: undefined,
  step: undefined,
  epochs: [],
  notices: [],
  failure: undefined,
  finished: false,
  live: true,
};
const course = (losses: readonly (readonly [number, number])[]): Followed => ({
  ...nothing,
  epochs: losses.map(([loss, score], i) => epoch(i + 1, loss, score)),
});

describe('how a training goes, in words', () => {
  test('over-fitting is dated to the best epoch', () => {
    const worse = Array.from({ length: 20 }, (_, i): [number, number] => [
      1 / (i + 1),
      i < 5 ? 1 - 0.1 * i : 0.6 + 0.05 * (i - 4),
    ]);
    const [first] = findings(course(worse), logloss);
    expect(first!.level).toBe('look');
    expect(first!.message).toContain('Over-fitting since epoch 5');
  });
  test('a course that falls calmly is nothing unusual', () => {
    const calm = Array.from({ length: 20 }, (_, i): [number, number] => [1 / (i + 1), 1 / (i + 1)]);
    expect(findings(course(calm), logloss).map(({ level }) => level)).toEqual(['good']);
  });
  test('more epochs are advised where the last is the best, but not where the score is perfect', () => {
    const accuracy = { name: 'accuracy', better: 'higher', best: 1 } as const;
    const rising = (last: number) => ({
      ...nothing,
      finished: true,
      epochs: Array.from({ length: 12 }, (_, i) => ({
        ...epoch(i + 1, 1 / (i + 1), 0),
        validation: { accuracy: i === 11 ? last : 0.5 + 0.03 * i },
      })),
    });
    const advised = (last: number): boolean =>
      findings(rising(last), accuracy).some(({ message }) => message.includes('more epochs'));
    expect([advised(0.99), advised(1)]).toEqual([true, false]);
  });
  test('a loss that stays is told', () => {
    const flat = Array.from({ length: 8 }, (): [number, number] => [0.7, 0.7]);
    expect(findings(course(flat), logloss)[0]!.message).toContain('hardly falls');
  });
  test('an explosion is told at once', () => {
    const failure = { event: 'error', kind: 'diverged', message: 'NaN in step 3', hint: null } as const;
    expect(findings({ ...nothing, failure }, logloss)[0]).toMatchObject({ level: 'bad' });
  });
  test('the best epoch is the highest or the lowest, as the metric wants it', () => {
    const epochs = [epoch(1, 1, 0.3), epoch(2, 1, 0.2), epoch(3, 1, 0.4)];
    expect(bestEpoch(epochs, logloss)?.epoch).toBe(2);
    const accurate = epochs.map(one => ({ ...one, validation: { accuracy: one.validation.logloss! } }));
    expect(bestEpoch(accurate, { name: 'accuracy', better: 'higher', best: 1 })?.epoch).toBe(3);
  });
});

test('a resumed run tells its epochs once, and its interruption is forgotten', () => {
  const interrupted = { event: 'error', kind: 'interrupted', message: '', hint: null } as const;
  const before = told(nothing, [epoch(1, 1, 1), epoch(2, 0.9, 1), interrupted]);
  expect(before.failure).toBe(interrupted);
  const after = told(before, [{ event: 'data' } as TrainTold, epoch(2, 0.8, 1), epoch(3, 0.7, 1)]);
  expect(after.failure).toBeUndefined();
  expect(after.epochs.map(one => [one.epoch, one.loss])).toEqual([
    [1, 1],
    [2, 0.8],
    [3, 0.7],
  ]);
});

test('a smoothed constant is that constant from its first value on', () => {
  const constant = Array.from({ length: 5 }, (_, i) => [i, 3] as const);
  for (const [, y] of smoothed(constant, 0.9)) expect(y).toBeCloseTo(3, 12);
  expect(
    smoothed(
      [
        [0, 0],
        [1, 1],
      ],
      0.5,
    ).map(([, y]) => y),
  ).toEqual([0, 2 / 3]);
});

describe('a histogram', () => {
  test('of few whole numbers has a bin for each', () => {
    expect(histogramOf(Float64Array.of(1, 2, 2, 4, Number.NaN))).toEqual([
      { from: 0.5, to: 1.5, rows: 1 },
      { from: 1.5, to: 2.5, rows: 2 },
      { from: 2.5, to: 3.5, rows: 0 },
      { from: 3.5, to: 4.5, rows: 1 },
    ]);
  });
  test('counts every value once, the greatest in the last bin', () => {
    const bins = histogramOf(Float64Array.from({ length: 101 }, (_, i) => i / 10));
    expect(bins).toHaveLength(24);
    expect(bins.reduce((sum, { rows }) => sum + rows, 0)).toBe(101);
    expect(bins.at(-1)!.to).toBeCloseTo(10, 12);
  });
  test('of nothing is none, of one value one bin', () => {
    expect(histogramOf(Float64Array.of(Number.NaN))).toEqual([]);
    expect(histogramOf(Float64Array.of(0.5, 0.5))).toEqual([{ from: 0.5, to: 1.5, rows: 2 }]);
  });
});

test('options become what a person types, and what starts with a dash stays a value', () => {
  const field = (name: string, flag: string, more: Partial<Field> = {}): Field => ({
    name,
    flag,
    kind: 'text',
    about: '',
    choices: [],
    min: null,
    max: null,
    fallback: null,
    repeatable: false,
    ...more,
  });
  const fields = [
    field('target', '--target'),
    field('hidden', '--hidden', { kind: 'list' }),
    field('until', '--until', { repeatable: true }),
    field('noBaseline', '--no-baseline', { kind: 'flag' }),
  ];
  const given = { target: '--out=/etc', hidden: [8, 4], until: ['a>=1', 'b<=2'], noBaseline: true };
  expect(typed(given, fields)).toEqual([
    '--target=--out=/etc',
    '--hidden=8,4',
    '--until=a>=1',
    '--until=b<=2',
    '--no-baseline',
  ]);
  expect(typed({ target: '', hidden: [], noBaseline: false, until: null }, fields)).toEqual([]);
  expect(() => typed({ out: 'x' }, fields)).toThrow('there is no option out');
});

test('lines are told whole, once, and until the writer is gone', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hillock-tail-'));
  const path = join(folder, 'log');
  await writeFile(path, 'one\ntwo\nth');
  let alive = true;
  const seen: string[] = [];
  const reading = (async () => {
    for await (const lines of tail(path, 1, async () => alive, new AbortController().signal))
      seen.push(...lines.map(({ number, text }) => `${number} ${text}`));
  })();
  await appendFile(path, 'ree ü');
  await appendFile(path, '\nfour\n');
  alive = false;
  await reading;
  expect(seen).toEqual(['2 two', '3 three ü', '4 four']);
  await rm(folder, { recursive: true });
});

test('metrics of a service in numbers', () => {
  const lines = (code: string, count: number): string =>
    `hillock_requests_total{route="/predict",code="${code}"} ${count}`;
  const bucket = (le: string, count: number): string =>
    `hillock_request_duration_seconds_bucket{route="/predict",le="${le}"} ${count}`;
  const text = [
    lines('200', 98),
    lines('400', 2),
    'hillock_requests_total{route="/metrics",code="200"} 7',
    bucket('0.001', 40),
    bucket('0.0025', 60),
    bucket('0.1', 99),
    bucket('+Inf', 100),
  ].join('\n');
  expect(measured(text)).toEqual({ requests: 100, refused: 2, p50: 0.0025, p99: 0.1 });
  expect(measured('')).toEqual({ requests: 0, refused: 0, p50: null, p99: null });
});

test('runs that differ in their seed are one curve between the least and the most; a shorter one ends alone', () => {
  const { curves, bands } = bySeeds([
    {
      label: 'a',
      group: 'g',
      index: 4,
      points: [
        [1, 4],
        [2, 2],
        [3, 1],
      ],
    },
    { label: 'b', group: 'h', index: 1, points: [[1, 9]] },
    {
      label: 'c',
      group: 'g',
      index: 2,
      points: [
        [1, 2],
        [2, Number.NaN],
      ],
    },
  ]);
  expect(curves.map(({ label, points }) => [label, points])).toEqual([
    [
      'a and 1 more',
      [
        [1, 3],
        [2, 2],
        [3, 1],
      ],
    ],
    ['b', [[1, 9]]],
  ]);
  expect(curves.map(({ index }) => index)).toEqual([4, 1]);
  expect(bands.map(({ index, points }) => [index, points])).toEqual([
    [
      4,
      [
        [1, 2, 4],
        [2, 2, 2],
        [3, 1, 1],
      ],
    ],
  ]);
});

test('a run keeps its colour when others leave and come; no two have the same', () => {
  const first = coloursOf(new Map(), ['a', 'b', 'c']);
  expect([...first]).toEqual([
    ['a', 0],
    ['b', 1],
    ['c', 2],
  ]);
  const without = coloursOf(first, ['b', 'c']);
  expect([without.get('b'), without.get('c')]).toEqual([1, 2]);
  const other = coloursOf(without, ['d', 'b', 'c']);
  expect([other.get('d'), other.get('b'), other.get('c')]).toEqual([0, 1, 2]);
  const back = coloursOf(other, ['b', 'c', 'd', 'a']);
  expect(['b', 'c', 'd', 'a'].map(run => back.get(run))).toEqual([1, 2, 0, 3]);
});

const { HILLOCK_DATA } = process.env;

describe('rows that follow one another in time are told as what can be forecast', () => {
  const ahead = async (source: string, target?: string) => {
    const report = reportOf(await readSource(source), target, []);
    return report.kind === 'table' ? report.forecast : undefined;
  };
  test.skipIf(!HILLOCK_DATA)('of real tables (set HILLOCK_DATA to run it)', async () => {
    const of = (path: string, target?: string) => ahead(join(HILLOCK_DATA!, path), target);
    expect(await of('electricity-transformer/ETTh1.csv')).toEqual({ time: ['date'], step: 'hour', target: 'OT' });
    expect(await of('bike-sharing/hour.csv', 'registered')).toEqual({
      time: ['dteday', 'hr'],
      step: 'hour',
      target: 'registered',
    });
    expect(await of('series/airline-passengers.csv', 'Month')).toMatchObject({ step: 'month', target: 'Passengers' });
    expect(await of('penguins/penguins.csv')).toBeNull();
    expect(await of('titanic/titanic.csv')).toBeNull();
  });
  test('of rows without a time: nothing', async () => {
    expect(await ahead('demo:moons')).toBeNull();
    expect(await ahead('demo:obesity')).toBeNull();
  });
});

test('of a long list the first few and how many more', () => {
  expect(brief('1, 2, 3, 4, 5, 6')).toBe('1, 2, 3, 4, 5, 6');
  expect(brief('1, 2, 3, 4, 5, 6, 7')).toBe('1, 2, 3, 4, 5 and 2 more');
  expect(brief('adam')).toBe('adam');
});

describe('a folder as an archive', () => {
  const long = `cats/${'ä'.repeat(120)}.png`;
  const folder = [
    ['cats/1.png', 'one'],
    [long, 'long'],
    ['dogs/2.png', 'x'.repeat(512)],
    ['empty/none.png', ''],
  ].map(([path, text]) => ({ path: path!, file: new File([text!], path!) }));

  test('is what tar unpacks, and what the reader takes, names longer than a header holds among them', async () => {
    const bytes = new Uint8Array(await archiveOf(folder).arrayBuffer());
    const read: string[][] = [];
    for await (const entry of untar(new Blob([bytes]).stream() as never, 'a.tar', name => name !== 'dogs/2.png'))
      read.push([entry.name, new TextDecoder().decode(entry.bytes)]);
    expect(read).toEqual([
      ['cats/1.png', 'one'],
      [long, 'long'],
      ['empty/none.png', ''],
    ]);
    const at = mkdtempSync(join(tmpdir(), 'hillock-tar-'));
    execFileSync('tar', ['-xf', '-', '-C', at], { input: bytes });
    for (const { path, file } of folder) expect(readFileSync(join(at, path), 'utf8')).toBe(await file.text());
    await rm(at, { recursive: true });
  });
});
