import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { random } from '../../src/random.ts';
import { peopleCsv, workFolder } from './files.ts';
import { hillock, root } from './hillock.ts';

const work = workFolder();
const people = work.file('people.csv', peopleCsv(300));
const quick = ['--epochs', '4', '--hidden', '8', '--members', '1'];
const run = join(work.path, 'people run');
let first: ReturnType<typeof hillock>;
beforeAll(() => {
  first = hillock(['train', people, '--target', 'tall', ...quick, '--out', run, '--json']);
});
afterAll(() => work.remove());

const lines = (text: string): string[] => text.trimEnd().split('\n');

/** Runs in the work folder, with text on standard input. */
function inFolder(args: readonly string[], input = ''): { code: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'bin/hillock.js'), ...args], {
    cwd: work.path,
    input,
    encoding: 'utf8',
    env: { PATH: process.env.PATH, LANG: 'C.UTF-8' },
  });
  return { code: status, stdout, stderr };
}

describe('train', () => {
  test('--json gives events, the last one the result', () => {
    expect(first.code).toBe(0);
    const names = new Set(first.events.map(({ event }) => event));
    for (const name of ['data', 'baseline', 'start', 'step', 'epoch', 'checkpoint', 'result'])
      expect(names).toContain(name);
    const result = first.events.at(-1)!;
    expect(result).toMatchObject({ event: 'result', run, seed: 0, epochs: 4, device: 'cpu', task: 'binary' });
    for (const part of ['train', 'validation', 'test']) {
      expect(Object.keys((result.metrics as Record<string, object>)[part]!)).toEqual(['accuracy', 'auc', 'logloss']);
    }
    expect(result.baseline).toMatchObject({ name: expect.stringContaining('always') });
    for (const key of ['parameters', 'seconds', 'samplesPerSecond']) expect(result[key]).toBeGreaterThan(0);
  });

  test('for a person: what was read, scores beside baselines, mistakes, where it is, what next', () => {
    const { code, stdout, stderr } = inFolder(['train', people, '--target', 'tall', ...quick, '--ignore', 'age']);
    expect(code).toBe(0);
    expect(stderr).toBe('');
    for (const words of [
      '300 rows, 5 columns',
      'age (as asked)',
      'linear model',
      'always',
      'predicted',
      'recall',
      'validation logloss',
    ])
      expect(stdout).toContain(words);
    const saved = /runs\/people-\d{8}-\d{6}/.exec(stdout)![0];
    expect(existsSync(join(work.path, saved, 'model.onnx'))).toBe(true);
    expect(stdout).toContain(`hillock predict ${saved} ${people}`);
    expect(readdirSync(join(work.path, saved, 'checkpoint')).sort()).toEqual(['plan.json', 'state.safetensors']);
  });

  test('a regression shows its residuals; the same seed gives the same scores, another other ones', () => {
    const args = ['train', people, '--target', 'height', ...quick, '--no-baseline', '--test', '0.3', '--json'];
    const scores = (seed: string, out: string): unknown =>
      hillock([...args, '--seed', seed, '--out', join(work.path, out)]).events.at(-1)!.metrics;
    const one = scores('1', 'height 1');
    expect(scores('1', 'height 2')).toEqual(one);
    expect(scores('2', 'height 3')).not.toEqual(one);
    const shown = hillock(['train', '--resume', join(work.path, 'height 1')]);
    expect(shown.stdout).toContain('Predicted against true, test part');
    expect(shown.stdout).toMatch(/test +always the mean/);
  });

  test('a test file without a header and with a full stop after the label', () => {
    const bare = peopleCsv(80, 9)
      .split('\n')
      .slice(1)
      .filter(line => line !== '')
      .map(line => `${line}.`)
      .join('\n');
    const file = work.file('people-test.data', bare);
    const out = join(work.path, 'test file');
    const { code, events } = hillock([
      'train',
      people,
      '--target',
      'tall',
      ...quick,
      '--test',
      file,
      '--out',
      out,
      '--json',
    ]);
    expect(code).toBe(0);
    expect(events.at(-1)).toMatchObject({ rows: { test: 80 }, testSource: file });
    const [data] = events as [{ notes: { message: string }[] }];
    expect(data.notes.map(({ message }) => message).join()).toContain("label 'yes.' is taken as 'yes'");
  });

  test('stops at its goal, by patience, in time order, with a network of one’s own', () => {
    const net = work.file('net.json', '{"layers":[{"kind":"dense","units":6,"activation":"tanh","bias":true}]}');
    const train = (...options: string[]): Record<string, unknown> => {
      const out = join(work.path, `run ${options.join(' ').replace(/\W+/g, '-')}`);
      const { code, events } = hillock([
        'train',
        people,
        '--target',
        'tall',
        '--no-baseline',
        ...options,
        '--out',
        out,
        '--json',
      ]);
      expect(code === 0 || code === 7).toBe(true);
      return events.at(-1)!;
    };
    expect(train('--until', 'accuracy>=0.6', '--epochs', '30')).toMatchObject({ stopped: 'goal' });
    expect(train('--patience', '1', '--lr', '0.1', '--epochs', '200')).toMatchObject({ stopped: 'patience' });
    expect(train('--time', 'age', '--epochs', '2')).toMatchObject({
      split: expect.stringContaining('in the order of age'),
    });
    expect(train('--model', net, '--epochs', '2')).toMatchObject({
      network: {
        layers: [
          { units: 6, activation: 'tanh' },
          { units: 1, activation: 'linear' },
        ],
      },
    });
    expect(train('--model', 'linear', '--epochs', '2', '--validation', '0.2').parameters).toBeLessThan(20);
  });

  test('on WebAssembly', () => {
    const out = join(work.path, 'wasm');
    const args = [
      'train',
      people,
      '--target',
      'tall',
      ...quick,
      '--no-baseline',
      '--device',
      'wasm',
      '--out',
      out,
      '--json',
    ];
    const { code, events } = hillock(args);
    expect(code).toBe(0);
    expect(events.at(-1)).toMatchObject({ device: 'wasm' });
  });

  test('standard input, JSON and gzip', () => {
    const { code, stdout } = inFolder(
      ['train', '-', '--target', 'tall', ...quick, '--out', 'from-stdin'],
      peopleCsv(100),
    );
    expect(code).toBe(0);
    expect(stdout).toContain('standard input: 100 rows');
    const packed = work.file('people.csv.gz', gzipSync(peopleCsv(100)));
    expect(inFolder(['train', packed, '--target', 'tall', ...quick, '--no-baseline']).stdout).toContain('runs/people-');
  });
});

describe('predict', () => {
  const some = work.file('some.csv', 'town,height,weight,age,note\nCork,190,80,40,"a, b"\nBergen,155,60,50,\n');

  test('keeps columns and order as CSV, on standard output and in a file', () => {
    const { code, stdout, stderr } = hillock(['predict', run, some]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(lines(stdout)[0]).toBe('town,height,weight,age,note,prediction,probability_no,probability_yes');
    expect(lines(stdout)[1]).toMatch(/^Cork,190,80,40,"a, b",(yes|no),[\d.e-]+,[\d.e-]+$/);
    const out = join(work.path, 'predicted.csv');
    expect(hillock(['predict', run, some, '--out', out])).toMatchObject({ code: 0, stdout: '' });
    expect(readFileSync(out, 'utf8')).toBe(stdout);
  });

  test('gives JSON Lines for JSON input, and events with --json', () => {
    const file = work.file('some.jsonl', '{"height":190,"town":"Cork","__proto__":"x"}\n{"height":150.5}\n');
    const rows = lines(hillock(['predict', run, file]).stdout).map(line => JSON.parse(line) as Record<string, unknown>);
    expect(rows[1]).toMatchObject({ height: 150.5, town: null });
    expect(Number(rows[0]!.probability_no) + Number(rows[0]!.probability_yes)).toBeCloseTo(1, 5);
    const { events } = hillock(['predict', run, file, '--json']);
    expect(events.map(({ event }) => event)).toEqual(['row', 'row', 'result']);
    expect(events[0]).toMatchObject({ row: 1, line: 1, prediction: rows[0]!.prediction });
    expect(events.at(-1)).toMatchObject({ rows: 2, predicted: 2, unusable: 0 });
  });

  test('streams standard input, whatever its length, and agrees with the file', () => {
    const text = peopleCsv(3000, 7);
    const file = work.file('many.csv', text);
    const streamed = inFolder(['predict', run, '-'], text);
    expect(lines(streamed.stdout)).toHaveLength(3001);
    expect(streamed.stdout).toBe(hillock(['predict', run, file]).stdout);
    const half = hillock(['predict', run, file, '--threshold', '0.99']).stdout;
    expect(half).not.toBe(streamed.stdout);
    expect(half.split(',yes,').length).toBeLessThan(streamed.stdout.split(',yes,').length);
  });

  test('of a built-in set', () => {
    const out = join(work.path, 'xor');
    expect(hillock(['train', 'demo:xor', ...quick, '--no-baseline', '--out', out]).code).toBe(0);
    expect(lines(hillock(['predict', out, 'demo:xor']).stdout).length).toBeGreaterThan(100);
  });
});

describe('evaluate', () => {
  test('gives the scores of the run on the same rows, a threshold moves the mistakes', () => {
    const { code, stdout } = hillock(['evaluate', run, people]);
    expect(code).toBe(0);
    expect(stdout).toContain("the run's test part");
    expect(stdout).toContain('precision');
    const counts = (...more: string[]): number[][] =>
      hillock(['evaluate', run, people, '--json', ...more]).events.at(-1)!.confusion as number[][];
    const yes = (matrix: number[][]): number => matrix.reduce((sum, row) => sum + row[1]!, 0);
    expect(yes(counts('--threshold', '0.9'))).toBeLessThan(yes(counts('--threshold', '0.1')));
  });
});

describe('images', () => {
  const folder = join(work.path, 'idx');
  const out = join(work.path, 'images run');

  /** A folder of IDX files: bright on the left is 0, on the right 1. */
  function writeImages(): void {
    mkdirSync(folder);
    const rng = random(1);
    for (const [part, count] of [
      ['train', 120],
      ['t10k', 40],
    ] as const) {
      const images = Buffer.alloc(16 + count * 16);
      images.set([0, 0, 8, 3, 0, 0, 0, count, 0, 0, 0, 4, 0, 0, 0, 4]);
      const labels = Buffer.alloc(8 + count);
      labels.set([0, 0, 8, 1, 0, 0, 0, count]);
      for (let i = 0; i < count; i++) {
        labels[8 + i] = i % 2;
        for (let p = 0; p < 16; p++)
          images[16 + i * 16 + p] = p % 4 < 2 === (i % 2 === 0) ? 200 + rng.below(50) : rng.below(50);
      }
      writeFileSync(join(folder, `${part}-images-idx3-ubyte`), images);
      writeFileSync(join(folder, `${part}-labels-idx1-ubyte`), labels);
    }
  }

  test('are learned, evaluated and predicted', () => {
    writeImages();
    const trained = hillock(['train', folder, '--epochs', '15', '--hidden', '8', '--out', out, '--json']);
    expect(trained.code).toBe(0);
    const { rows, metrics } = trained.events.at(-1) as { rows: object; metrics: { test: { accuracy: number } } };
    expect(rows).toMatchObject({ test: 40 });
    expect(metrics.test.accuracy).toBeGreaterThan(0.9);
    expect(hillock(['evaluate', out, folder, '--json']).events.at(-1)).toMatchObject({
      rows: 40,
      metrics: metrics.test,
    });
    const predicted = lines(hillock(['predict', out, folder]).stdout);
    expect(predicted[0]).toBe('image,label,prediction,probability_0,probability_1');
    expect(predicted).toHaveLength(41);
    expect(predicted[2]).toMatch(/^2,1,1,/);
  });

  test('and tables are not mixed up', () => {
    expect(hillock(['predict', out, people])).toMatchObject({ code: 2 });
    expect(hillock(['predict', run, folder])).toMatchObject({ code: 3 });
    expect(hillock(['predict', run, 'demo:digits'])).toMatchObject({ code: 2 });
    expect(hillock(['predict', run, people, people])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('takes the rows of one table, not of 2'),
    });
  });
});

describe('compare', () => {
  const base = ['compare', people, '--target', 'tall', ...quick];

  test('trains every combination and marks the best', () => {
    const { code, stdout } = hillock([...base, '--vary', 'activation=relu,tanh', '--vary', 'lr=0.001,0.01']);
    expect(code).toBe(0);
    expect(lines(stdout).filter(line => /relu|tanh/.test(line)).length).toBe(5);
    expect(stdout.match(/→/g)).toHaveLength(1);
    expect(stdout).toMatch(/best by validation logloss: --activation (relu|tanh) --lr 0\.0/);
  });

  test('gives means and deviations over seeds, saves only where it is told to', () => {
    const out = join(work.path, 'compared');
    const args = [...base, '--vary', 'hidden=4;8,4', '--seeds', '2', '--out', out, '--json'];
    const { events } = hillock(args);
    const result = events.at(-1) as { variants: { test: { accuracy: { mean: number; sd: number } } }[]; best: object };
    expect(events.filter(({ event }) => event === 'trial')).toHaveLength(4);
    expect(result.variants).toHaveLength(2);
    expect(result.variants[0]!.test.accuracy.sd).toBeGreaterThanOrEqual(0);
    expect(readdirSync(out).sort()).toEqual([
      'hidden-4_seed-0',
      'hidden-4_seed-1',
      'hidden-8-4_seed-0',
      'hidden-8-4_seed-1',
    ]);
    expect(hillock(args)).toMatchObject({ code: 2 });
  });

  test('a variant that diverges is a row, not the end', () => {
    const { code, stdout, stderr } = hillock([...base, '--optimizer', 'sgd', '--vary', 'lr=1e6,0.01']);
    expect(code).toBe(0);
    expect(stderr).toContain('lr 1e6: diverged');
    expect(stdout).toContain('best by validation logloss: --lr 0.01');
  });

  test.each([
    ['activatoin=relu', 'did you mean activation?'],
    ['activation=rel', 'did you mean relu?'],
    ['activation', 'says nothing to vary'],
    ['lr=fast', 'is not a number'],
  ])('refuses --vary %s', (vary, says) => {
    const { code, stderr } = hillock([...base, '--vary', vary]);
    expect(stderr).toContain(says);
    expect(code).toBe(2);
  });
});

describe('runs', () => {
  test('lists what is finished, what was interrupted and what is broken', () => {
    const folder = join(work.path, 'list');
    for (const name of ['broken', 'half', 'not-a-run'])
      mkdirSync(join(folder, name, 'checkpoint'), { recursive: true });
    writeFileSync(join(folder, 'broken', 'report.json'), '{"metrics":');
    writeFileSync(join(folder, 'half', 'checkpoint', 'plan.json'), '{"source":"a.csv","options":{"target":"y"}}');
    hillock(['train', people, '--target', 'tall', ...quick, '--out', join(folder, 'good')]);
    const { code, stdout } = hillock(['runs', folder]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/good .*tall +binary +accuracy .*finished/);
    expect(stdout).toMatch(/half +a\.csv +y .*interrupted/);
    expect(stdout).toMatch(/broken .*broken/);
    expect(stdout).not.toContain('not-a-run');
    expect(stdout).toContain(`hillock train --resume ${join(folder, 'half')}`);
    const { runs } = hillock(['runs', folder, '--json']).events.at(-1) as { runs: { state: string; score: unknown }[] };
    expect(runs[0]).toMatchObject({ state: 'finished', target: 'tall', score: { metric: 'accuracy', part: 'test' } });
  });

  test('of a folder that is not there', () => {
    expect(hillock(['runs', join(work.path, 'nowhere')])).toMatchObject({ code: 3 });
    const empty = inFolder(['runs', '.']);
    expect(empty.code).toBe(0);
  });
});

describe('data', () => {
  test('list names the built-in sets and the kinds of files', () => {
    const { code, stdout } = hillock(['data', 'list']);
    expect(code).toBe(0);
    expect(stdout).toContain('demo:digits');
    expect(stdout).toContain('Parquet');
  });

  test('show tells columns, roles, notes and the first rows', () => {
    const { code, stdout } = hillock(['data', 'show', people, '--target', 'tall', '--rows', '3']);
    expect(code).toBe(0);
    expect(stdout).toContain('300 rows, 5 columns');
    expect(stdout).toMatch(/town +text +category/);
    expect(stdout).toMatch(/tall +text +target/);
    const { preview, columns } = hillock(['data', 'show', people, '--json']).events.at(-1) as Record<string, unknown[]>;
    expect(preview).toHaveLength(5);
    expect(columns).toHaveLength(5);
    expect(hillock(['data', 'show', 'demo:digits']).stdout).toContain('3,000 images of 12×12×1');
  });

  test('what it cannot do is refused', () => {
    expect(hillock(['data', 'get', 'adult'])).toMatchObject({ code: 2 });
    expect(hillock(['data', 'shw'])).toMatchObject({ code: 2 });
    expect(hillock(['data', 'show'])).toMatchObject({ code: 2 });
    expect(hillock(['data', 'show', people, '--target', 'tal']).stderr).toContain("did you mean 'tall'?");
  });
});
