import { describe, expect, it } from 'vitest';
import { table as readTable } from '../data/index.ts';
import { makeTable, numberColumn, type Table, textColumn } from '../data/table.ts';
import { random } from '../random.ts';
import { fitEncoder, readTarget } from './index.ts';
import { allRows, dataFolder, hasData } from './testing.case.ts';

const n = 300;
const numbers = (name: string, make: (i: number) => number | null) =>
  numberColumn(
    name,
    Array.from({ length: n }, (_, i) => make(i)),
  );
const texts = (name: string, make: (i: number) => string | null) =>
  textColumn(
    name,
    Array.from({ length: n }, (_, i) => make(i)),
  );

function rolesOf(table: Table, target?: string): ReadonlyMap<string, string> {
  const rows = target === undefined ? allRows(table.rows) : readTarget(table, target).rows;
  const { decisions } = fitEncoder(table, rows, { target });
  return new Map(decisions.map(({ column, role }) => [column, role]));
}

describe('roles', () => {
  const rng = random(3);
  it.each([
    ['row numbers', numbers('x', i => i + 1), 'identifier'],
    ['shuffled row numbers', numbers('x', i => ((i * 7) % n) + 5000), 'identifier'],
    ['years in a row', numbers('year', i => 1700 + i), 'numeric'],
    ['large different whole numbers', numbers('population', i => i * 9973 + 5), 'numeric'],
    ['the same under the name of an id', numbers('customerId', i => i * 9973 + 5), 'identifier'],
    ['an id that repeats often', numbers('shop id', i => (i % 60) * 101), 'numeric'],
    ['different fractions', numbers('id', i => i + 0.5), 'numeric'],
    ['hours', numbers('hour', i => i % 24), 'numeric'],
    ['days of a month', numbers('day', i => i % 31), 'numeric'],
    ['months', numbers('month', i => i % 12), 'numeric'],
    ['days of a week', numbers('weekday', i => i % 7), 'both'],
    ['0 and 1', numbers('x', i => i % 2), 'numeric'],
    ['one number', numbers('x', () => 7), 'constant'],
    ['one number, sometimes missing', numbers('x', i => (i % 3 === 0 ? null : 7)), 'numeric'],
    ['no number', numbers('x', () => null), 'empty'],
    ['few words', texts('x', i => `w${i % 7}`), 'category'],
    ['yes and no', texts('x', i => (i % 2 ? 'yes' : 'no')), 'category'],
    ['one word', texts('x', () => 'a'), 'constant'],
    ['one word, sometimes missing', texts('x', i => (i % 2 ? 'a' : null)), 'category'],
    ['many words that repeat', texts('x', i => `w${i % 50}`), 'category'],
    ['mostly repeating words with a long tail', texts('x', i => (i % 3 ? `w${i % 5}` : `rare${i}`)), 'category'],
    ['different words', texts('x', i => `w${i}`), 'identifier'],
    ['sentences', texts('x', i => `this is number ${i}`), 'text'],
    ['different words, often missing', texts('x', i => (i % 3 ? null : `w${i}`)), 'presence'],
    ['blank words', texts('x', () => ' '), 'empty'],
  ])('%s', (_, column, role) => {
    const noise = numbers('noise', () => rng.normal());
    expect(rolesOf(makeTable('t', [column, noise])).get(column.name)).toBe(role);
  });

  it('say why', () => {
    const { decisions } = fitEncoder(makeTable('t', [numbers('id', i => i), numbers('m', i => i % 9)]), allRows(n));
    expect(decisions.map(({ reason }) => reason)).toEqual([
      'a whole number of its own in every row (0 … 299), like a row number',
      'whole numbers with 9 values: as a number and as categories',
    ]);
  });

  it('use only whether a mostly missing text is given', () => {
    const { encoder } = fitEncoder(makeTable('t', [texts('cabin', i => (i % 3 ? null : `C${i}`))]), allRows(n));
    expect(encoder.featureNames).toEqual(['cabin is missing']);
  });
});

describe('leaks are reported, not removed', () => {
  const target = numbers('y', i => i % 3);
  const warningsOf = (table: Table) =>
    fitEncoder(table, allRows(table.rows), { target: 'y' }).warnings.map(({ message }) => message);

  it('a word for every class', () => {
    const table = makeTable('t', [target, texts('w', i => 'abc'[i % 3]!), texts('v', i => 'ab'[i % 2]!)]);
    expect(warningsOf(table)).toEqual(["'w' tells the target 'y' exactly: each of its values goes with one value"]);
    expect(fitEncoder(table, allRows(n), { target: 'y' }).encoder.featureNames).toContain('w=a');
  });

  it('a number that follows the target', () => {
    const y = numbers('y', i => Math.sin(i) * 100);
    const table = makeTable('t', [
      y,
      numbers('copy', i => -3 * Math.sin(i) + 0.001 * (i % 7)),
      numbers('x', i => i % 17),
    ]);
    expect(warningsOf(table)).toEqual(["'copy' follows the target 'y' closely (r = -1.000)"]);
  });

  it('numbers that add up to the target', () => {
    const a = (i: number) => (i * 37) % 101;
    const b = (i: number) => (i * 53) % 97;
    const table = makeTable('t', [numbers('a', a), numbers('b', b), numbers('y', i => a(i) + b(i))]);
    expect(warningsOf(table)).toEqual(["'a' + 'b' = 'y' in every row"]);
  });
});

describe.skipIf(!hasData)(`roles of public data sets (needs ${dataFolder})`, () => {
  it.each([
    ['titanic/titanic.csv', 'survived', { deck: 'category', age: 'numeric', pclass: 'both', alone: 'category' }],
    [
      'titanic/titanic-kaggle-train.csv',
      'Survived',
      { PassengerId: 'identifier', Name: 'text', Ticket: 'identifier', Cabin: 'presence', Sex: 'category' },
    ],
    [
      'penguins/penguins_raw.csv',
      'Species',
      { Region: 'constant', Stage: 'constant', 'Individual ID': 'identifier', 'Date Egg': 'date', Sex: 'category' },
    ],
    ['california-housing/housing.csv', 'median_house_value', { ocean_proximity: 'category', total_rooms: 'numeric' }],
    [
      'bike-sharing/hour.csv',
      'cnt',
      { instant: 'identifier', dteday: 'date', hr: 'both', temp: 'numeric', yr: 'numeric' },
    ],
    ['auto-mpg/mpg.csv', 'mpg', { name: 'text', origin: 'category', horsepower: 'numeric', cylinders: 'both' }],
    ['breast-cancer-wisconsin/wdbc.csv', 'Diagnosis', { 'ID number': 'identifier', 'Mean Area': 'numeric' }],
    ['breast-cancer-wisconsin/bcw-original.csv', 'class', { sample_code_number: 'identifier', bare_nuclei: 'both' }],
    ['adult/adult.csv', 'salary', { fnlwgt: 'numeric', 'education-num': 'both', 'native-country': 'category' }],
    ['diamonds/diamonds.csv', 'price', { cut: 'category', carat: 'numeric' }],
  ])('%s', async (file, target, expected) => {
    const table = await readTable(`${dataFolder}/${file}`);
    expect(Object.fromEntries(rolesOf(table, target))).toMatchObject(expected);
  });

  it.each([
    ['titanic/titanic.csv', 'survived', ['alive']],
    ['bike-sharing/hour.csv', 'cnt', ['casual', 'registered']],
    ['california-housing/housing.csv', 'median_house_value', []],
    ['adult/adult.csv', 'salary', []],
    ['diamonds/diamonds.csv', 'price', []],
  ])('leaks in %s', async (file, target, columns) => {
    const table = await readTable(`${dataFolder}/${file}`);
    const { warnings } = fitEncoder(table, readTarget(table, target).rows, { target });
    expect(warnings.flatMap(warning => warning.columns)).toEqual(columns);
  });
});
