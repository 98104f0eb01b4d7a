/** A series from a file to its next steps, as a person does it on the command line. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load, train } from 'hillock';
import { table } from 'hillock/data';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { monthOf as month, salesOf as sales, workFolder } from './files.ts';
import { hillock } from './hillock.ts';

const work = workFolder();
afterAll(() => work.remove());

const months = 120;
const csv = (rows: readonly number[]): string => `Month,Sales\n${rows.map(t => `${month(t)},${sales(t)}\n`).join('')}`;
const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, t) => t);

const file = work.file('sales.csv', csv(upTo(months)));
const run = join(work.path, 'run');
const short = ['--task', 'forecast', '--target', 'Sales', '--epochs', '3', '--members', '2'];
let trained: ReturnType<typeof hillock>;
beforeAll(() => {
  trained = hillock(['train', file, ...short, '--horizon', '6', '--test', '24', '--out', run]);
});

interface Line {
  readonly time: string;
  readonly forecast: number;
  readonly lower: number;
  readonly upper: number;
}
function predicted(args: readonly string[], from = run): readonly Line[] {
  const { code, stdout, stderr } = hillock(['predict', from, ...args, '--format', 'jsonl']);
  expect({ code, stderr: stderr.includes('error') }).toEqual({ code: 0, stderr: false });
  return stdout
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line) as Line);
}

describe('train', () => {
  test('tells what it found, beside naive forecasts, and draws what comes next', () => {
    expect(trained.code).toBe(0);
    for (const says of ['120 steps of one month, 2010-01 to 2019-12', 'season', '12 steps', 'seasonal-naive', 'mape'])
      expect(trained.stdout.toLowerCase()).toContain(says.toLowerCase());
    expect(trained.stdout).toContain('2020-06');
    const { forecast, metrics, rows } = JSON.parse(readFileSync(join(run, 'report.json'), 'utf8')) as {
      forecast: {
        rolling: Record<string, { scores: object; baselines: Record<string, { mae: number }> }>;
        window: number;
        ahead: { mae: number[]; baselines: Record<string, number[]> };
      };
      metrics: Record<string, object>;
      rows: Record<string, number>;
    };
    for (const part of ['train', 'validation', 'test']) expect(metrics[part]).toEqual(forecast.rolling[part]!.scores);
    // The last origins lack the steps beyond the end: of n origins n − k are judged k steps further on.
    const count = (k: number): number => rows.test! - k;
    const mean = (errors: readonly number[]): number =>
      errors.reduce((sum, error, k) => sum + error * count(k), 0) / errors.reduce((sum, _, k) => sum + count(k), 0);
    const { ahead, rolling } = forecast;
    expect(ahead.mae).toHaveLength(6);
    expect(mean(ahead.mae)).toBeCloseTo((metrics.test as { mae: number }).mae, 4);
    for (const [name, { mae }] of Object.entries(rolling.test!.baselines))
      expect(mean(ahead.baselines[name]!)).toBeCloseTo(mae, 4);
    // Every origin with a window before it, once.
    expect(rows.train! + rows.validation! + rows.test!).toBe(months - forecast.window);
  });

  test('leaves a report whose figures are those of the forecasts in it', () => {
    const report = JSON.parse(readFileSync(join(run, 'report.json'), 'utf8')) as {
      forecast: {
        fixed: {
          steps: number;
          scores: { mape: number; mae: number };
          baselines: { 'seasonal-naive': { mae: number } };
        };
        shown: { test: { time: string[]; forecast: number[]; lower: number[]; upper: number[] } }[];
      };
    };
    const { fixed, shown } = report.forecast;
    const { time, forecast, lower, upper } = shown[0]!.test;
    const tested = upTo(months).slice(-24);
    expect(time).toEqual(tested.map(month));
    const mean = (errors: readonly number[]): number => errors.reduce((sum, each) => sum + each / errors.length, 0);
    expect(fixed.steps).toBe(24);
    expect(fixed.scores.mae).toBeCloseTo(mean(tested.map((t, k) => Math.abs(forecast[k]! - sales(t)))), 3);
    expect(fixed.scores.mape).toBeCloseTo(
      mean(tested.map((t, k) => (100 * Math.abs(forecast[k]! - sales(t))) / sales(t))),
      3,
    );
    const naive = tested.map((t, k) => Math.abs(sales(t) - sales(months - 24 - 12 + (k % 12))));
    expect(fixed.baselines['seasonal-naive'].mae).toBeCloseTo(mean(naive), 6);
    forecast.forEach((value, k) => {
      expect(lower[k]).toBeLessThan(value);
      expect(upper[k]).toBeGreaterThan(value);
    });
  });

  test('the same seed gives the same file, another seed another', () => {
    const again = (seed: string, name: string): Buffer => {
      const out = join(work.path, name);
      expect(hillock(['train', file, ...short, '--horizon', '3', '--seed', seed, '--out', out]).code).toBe(0);
      return readFileSync(join(out, 'history.jsonl'));
    };
    const losses = (history: Buffer): unknown[] =>
      history
        .toString()
        .trimEnd()
        .split('\n')
        .map(line => (JSON.parse(line) as { loss: number }).loss);
    const first = losses(again('1', 'one'));
    expect(losses(again('1', 'two'))).toEqual(first);
    expect(losses(again('2', 'three'))).not.toEqual(first);
  });
});

describe('predict', () => {
  test('gives the steps after the end of the data, and the same from the file', async () => {
    const next = predicted([]);
    expect(next.map(({ time }) => time)).toEqual([0, 1, 2, 3, 4, 5].map(k => month(months + k)));
    expect(predicted([file])).toEqual(next);
    const model = await load(run);
    const [steps] = await model.forecast();
    steps!.forecast.forEach((value, k) => {
      expect(value / next[k]!.forecast).toBeCloseTo(1, 5);
    });
    const [eight] = await model.forecast({ steps: 8 });
    expect(eight!.forecast).toHaveLength(8);
    const series = await table(file);
    const { terms } = await model.explain(series, { row: 59, layer: 'dense1', neuron: 1 });
    expect(terms[0]!.name).toMatch(/^Sales t-/);
    await expect(model.predict([{ Month: '2020-01' }])).rejects.toThrow(/forecasts series/);
    expect(() => train('auto', series, { task: 'forecast', model: 'gru' } as object)).toThrow(/what comes first/);
    const [longer] = await model.forecast(series, { steps: 8 });
    expect(longer!.time.at(-1)).toBe(month(months + 7));
    await model.close();
  });

  test('goes on from another end, and farther than the horizon', () => {
    const cut = work.file('cut.csv', csv(upTo(months - 10)));
    const next = predicted([cut, '--steps', '14']);
    expect(next.map(({ time }) => time)).toEqual(upTo(14).map(k => month(months - 10 + k)));
    const width = ({ lower, upper, forecast }: Line): number => (upper - lower) / forecast;
    for (const [k, line] of next.entries()) {
      expect(line.lower).toBeLessThan(line.forecast);
      expect(line.upper).toBeGreaterThan(line.forecast);
      if (k >= 6) expect(width(line)).toBeGreaterThan(width(next[k - 6]!));
    }
    // The last value counts.
    const changed = work.file('changed.csv', csv(upTo(months - 10)).replace(/,\d+\n$/, ',900\n'));
    expect(predicted([changed])).not.toEqual(predicted([cut]));
  });

  test('rows in any order are one series', () => {
    const rows = [...upTo(months)].sort((a, b) => ((a * 37) % 120) - ((b * 37) % 120));
    expect(predicted([work.file('shuffled.csv', csv(rows))])).toEqual(predicted([]));
  });
});

test('evaluate judges every origin of a file, beside naive forecasts', () => {
  const { code, events } = hillock(['evaluate', run, file, '--json']);
  expect(code).toBe(0);
  const result = events.find(({ event }) => event === 'result') as unknown as {
    rows: number;
    steps: number;
    metrics: { mae: number };
    baselines: { naive: { mae: number } };
    seenInTraining: boolean;
  };
  const { window } = (JSON.parse(readFileSync(join(run, 'report.json'), 'utf8')) as { forecast: { window: number } })
    .forecast;
  const errors: number[] = [];
  for (let origin = window; origin < months; origin++)
    for (let k = 0; k < 6 && origin + k < months; k++) errors.push(Math.abs(sales(origin + k) - sales(origin - 1)));
  expect(result).toMatchObject({ rows: months - window, steps: errors.length, seenInTraining: true });
  expect(result.baselines.naive.mae).toBeCloseTo(
    errors.reduce((sum, each) => sum + each / errors.length, 0),
    6,
  );
  expect(result.metrics.mae).toBeLessThan(result.baselines.naive.mae);
});

describe('inspect', () => {
  const looked = (args: readonly string[], from = run): Record<string, unknown> => {
    const { code, events, stderr } = hillock(['inspect', from, ...args, '--json']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    return events.at(-1)!;
  };

  test('a window: its steps ahead are those of a prediction from there, beside what came', () => {
    const { window } = (looked([]) as { series: { window: number } }).series;
    const row = 60;
    const end = window + row - 1;
    const { steps } = looked(['--row', String(row)]).window as {
      steps: { time: string; forecast: number; truth: number | null }[];
    };
    const predictedThere = predicted([work.file('there.csv', csv(upTo(end)))]);
    expect(steps.map(({ time }) => time)).toEqual(predictedThere.map(({ time }) => time));
    steps.forEach(({ forecast, truth }, k) => {
      expect(forecast / predictedThere[k]!.forecast).toBeCloseTo(1, 5);
      expect(truth).toBe(sales(end + k));
    });
    expect(hillock(['inspect', run, '--row', String(row)]).stdout).toContain(`up to ${month(end - 1)}`);
  });

  test('a recurrent cell of a forecast, gate by gate', () => {
    const out = join(work.path, 'lstm');
    const asked = ['--horizon', '3', '--window', '12', '--model', 'lstm', '--hidden', '4', '--out', out];
    expect(hillock(['train', file, ...short.slice(0, 6), ...asked]).code).toBe(0);
    const { stdout, code } = hillock(['inspect', out, '--row', '5', '--layer', 'lstm1', '--neuron', '2', '--at', '12']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/o = [\d.]+/);
    expect(stdout).toMatch(/c: \S+ → \S+ {3}h: \S+ → \S+/);
  });
});

test('several series with what is known in advance: each goes on by itself, and needs it for the steps ahead', () => {
  const row = (t: number, shop: string, told: boolean): string => {
    const holiday = t % 5 === 0 ? 1 : 0;
    const size = shop === 'Oslo' ? 3 : 1;
    return `${month(t)},${shop},${holiday},${told ? size * (sales(t) + 40 * holiday) : ''}\n`;
  };
  const both = (to: number, future: number): string =>
    `month,shop,holiday,sold\n${upTo(to + future)
      .flatMap(t => ['Oslo', 'Turku'].map(shop => row(t, shop, t < to)))
      .join('')}`;
  const history = work.file('shops.csv', both(90, 0));
  const out = join(work.path, 'shops');
  const asked = ['--task', 'forecast', '--target', 'sold', '--group', 'shop', '--known', 'holiday', '--horizon', '4'];
  expect(hillock(['train', history, ...asked, '--epochs', '2', '--members', '2', '--out', out]).code).toBe(0);
  const unknown = hillock(['predict', out]);
  expect(unknown).toMatchObject({ code: 3, stdout: '', stderr: expect.stringContaining('known of them (holiday)') });
  const blind = work.file('blind.csv', both(90, 4).replace('holiday', 'weather'));
  expect(hillock(['predict', out, blind])).toMatchObject({
    code: 3,
    stderr: expect.stringContaining("no column 'holiday', which it learned from"),
  });
  const next = predicted([work.file('ahead.csv', both(90, 4))], out) as readonly (Line & { series: string })[];
  expect(next.map(({ series }) => series)).toEqual([...upTo(4).map(() => 'Oslo'), ...upTo(4).map(() => 'Turku')]);
  expect(next[0]!.forecast / next[4]!.forecast).toBeGreaterThan(2);
});

describe('what cannot be forecast is told', () => {
  const refused = (args: readonly string[], code: number, ...says: string[]): void => {
    const ran = hillock(args);
    for (const each of says) expect(ran.stderr).toContain(each);
    expect(ran.stderr).not.toMatch(/\n {4}at |node:internal/);
    expect({ code: ran.code, stdout: ran.stdout }).toEqual({ code, stdout: '' });
  };
  const training = (...args: string[]): string[] => ['train', file, ...short, ...args];

  test.each<[string, string[], string[]]>([
    ['a horizon longer than the series', ['--horizon', '500'], ['a horizon of 500 steps does not fit', '120 steps']],
    ['a window longer than the series', ['--window', '500'], ['a window of 500 steps and', 'not fit', '--window']],
  ])('%s', (_, args, says) => refused(training(...args), 3, ...says));

  test('a test part longer than the series', () => refused(training('--test', '200'), 2, '200', '120'));

  test('times that stand twice, with the rows', () => {
    const twice = work.file('twice.csv', csv([...upTo(40), 7]));
    refused(['train', twice, ...short], 3, 'rows 8 and 41', '2010-08', '--duplicates mean');
    const out = join(work.path, 'twice');
    expect(hillock(['train', twice, ...short, '--duplicates', 'mean', '--out', out]).code).toBe(0);
    expect(predicted([twice], out)).toEqual(predicted([], out));
  });

  test('a history that is too short, of another step, or without its column', () => {
    refused(['predict', run, work.file('short.csv', csv(upTo(10)))], 3, 'looks back on', 'has 10');
    const daily = upTo(90).map(
      t =>
        `2020-${String(1 + Math.floor(t / 28)).padStart(2, '0')}-${String((t % 28) + 1).padStart(2, '0')},${sales(t)}\n`,
    );
    refused(
      ['predict', run, work.file('daily.csv', `Month,Sales\n${daily.join('')}`)],
      3,
      'one time at a step of one month, 2020-01',
    );
    refused(['predict', run, work.file('other.csv', csv(upTo(60)).replace('Month', 'When'))], 3, "no column 'Month'");
    refused(['predict', run, work.file('target.csv', csv(upTo(60)).replace('Sales', 'Sold'))], 3, 'Sales');
  });

  test('options of forecasts for what is none, and the other way round', () => {
    refused(['predict', run, file, file], 2, 'goes on from one file');
    refused(['train', file, '--task', 'forecast', '--target', 'Month'], 3, 'needs a target of numbers');
  });
});
