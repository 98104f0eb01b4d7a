import { afterAll, expect, test } from 'vitest';
import { formatDate } from '../../src/data/dates.ts';
import { random } from '../../src/random.ts';
import { workFolder } from './files.ts';
import { hillock } from './hillock.ts';

const work = workFolder();
afterAll(() => work.remove());

const dayFirst = (days: number): string => formatDate(days).split('-').reverse().join('/');
const comma = (value: number): string => value.toFixed(3).replace('.', ',');

/** Rows whose y follows from a date (dd/mm/yyyy) and a number with a decimal comma. */
function csv(rows: number, seed: number, ambiguous: boolean): string {
  const rng = random(seed);
  const lines = ['day;x;y'];
  for (let i = 0; i < rows; i++) {
    const first = Date.UTC(2021, rng.below(12), 1) / 86_400_000;
    const day = first + rng.below(ambiguous ? 12 : 28);
    const x = 1 + 8 * rng.uniform();
    const y = 1 + (day - 18_600) / 100 + x / 4;
    lines.push(
      `${dayFirst(day)};${ambiguous ? comma(x) : comma(x).slice(0, -1)};${ambiguous ? comma(y) : comma(y).slice(0, -1)}`,
    );
  }
  return `${lines.join('\n')}\n`;
}

const train = work.file('train.csv', csv(400, 1, false));
const later = work.file('later.csv', csv(120, 2, true));
const quick = ['--target', 'y', '--epochs', '60', '--hidden', '16', '--members', '1', '--no-baseline', '--json'];
const trained = (out: string, ...more: readonly string[]) =>
  hillock(['train', train, ...quick, '--out', `${work.path}/${out}`, ...more]).events.at(-1)!;

const metric = (fields: Record<string, unknown>, name: string): number =>
  (fields.metrics as Record<string, number>)[name]!;

test('dates and decimal marks that could be read in two ways are read as in training by every command', () => {
  const run = `${work.path}/run`;
  const report = trained('run', '--test', later);
  const truths = csv(120, 2, true).trim().split('\n').slice(1);
  const predicted = hillock(['predict', run, later, '--json']).events.filter(({ event }) => event === 'row');
  const squares = predicted.map(({ prediction }, i) => {
    return (Number(prediction) - Number(truths[i]!.split(';')[2]!.replace(',', '.'))) ** 2;
  });
  const rmse = Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / squares.length);
  expect(rmse).toBeLessThan(1);
  const judged = hillock(['evaluate', run, later, '--json']).events.at(-1)!;
  expect(metric(judged, 'rmse')).toBeCloseTo(rmse, 4);
  const own = (report.metrics as Record<string, Record<string, number>>).test!;
  expect(own.rmse).toBeCloseTo(rmse, 4);
  const seen = hillock(['inspect', run, '--source', later, '--row', '1', '--json']).events.at(-1)!;
  expect(seen.value).toBeCloseTo(Number(predicted[0]!.prediction), 4);
});
