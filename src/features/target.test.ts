import { describe, expect, it } from 'vitest';
import { table as readTable } from '../data/index.ts';
import { makeTable, numberColumn, type Table, textColumn } from '../data/table.ts';
import { f32, floats, input } from '../graph/index.ts';
import { encodeModel } from '../onnx/index.ts';
import { nodeRuntime } from '../runtime/node.ts';
import {
  fitTarget,
  fromStandardised,
  matchTarget,
  type NumberEncoding,
  numberGraph,
  parseTargetEncoding,
  readTarget,
  standardise,
  type TargetEncoding,
} from './index.ts';
import { allRows, dataFolder, expectClose, hasData } from './testing.case.ts';

type Values = readonly (number | null)[] | readonly (string | null)[];
const isText = (values: Values): values is readonly (string | null)[] =>
  values.some(value => typeof value === 'string');
const tableOf = (values: Values): Table =>
  makeTable('t.csv', [
    isText(values) ? textColumn('y', values) : numberColumn('y', values),
    numberColumn(
      'x',
      values.map((_, i) => i),
    ),
  ]);
const cycle = <T>(items: readonly T[], length = 60): T[] => Array.from({ length }, (_, i) => items[i % items.length]!);

function classesOf(values: Values): readonly string[] {
  const target = readTarget(tableOf(values), 'y');
  return target.task === 'regression' ? [] : target.classes;
}

describe('the task', () => {
  it.each<[string, Values, string, readonly string[]]>([
    ['two words', cycle(['yes', 'no']), 'binary', ['no', 'yes']],
    ['words in capitals', cycle(['Yes', 'no']), 'binary', ['no', 'Yes']],
    ['three words', cycle(['b', 'c', 'a']), 'multiclass', ['a', 'b', 'c']],
    ['bounds', cycle(['>50K', '<=50K']), 'binary', ['<=50K', '>50K']],
    ['0 and 1', cycle([1, 0]), 'binary', ['0', '1']],
    ['two fractions', cycle([2.5, -1.5]), 'binary', ['-1.5', '2.5']],
    ['few whole numbers', cycle([10, 2, 3]), 'multiclass', ['2', '3', '10']],
    [
      'many whole numbers',
      cycle(
        Array.from({ length: 30 }, (_, i) => i),
        300,
      ),
      'regression',
      [],
    ],
    ['whole numbers that hardly repeat', cycle([1, 2, 3, 4, 5, 6, 7, 8], 16), 'regression', []],
    ['fractions', cycle([0.5, 1.5, 2.5]), 'regression', []],
    ['words that are numbers', cycle(['10', '9']), 'binary', ['9', '10']],
  ])('%s', (_, values, task, classes) => {
    expect(readTarget(tableOf(values), 'y').task).toBe(task);
    expect(classesOf(values)).toEqual(classes);
  });

  it('can be told', () => {
    expect(readTarget(tableOf(cycle([0, 1])), 'y', 'regression')).toMatchObject({
      task: 'regression',
      reason: 'as asked',
    });
    expect(readTarget(tableOf(cycle([0.5, 1.5, 2.5])), 'y', 'multiclass')).toMatchObject({
      classes: ['0.5', '1.5', '2.5'],
    });
    expect(() => readTarget(tableOf(cycle(['a', 'b'])), 'y', 'regression')).toThrow(
      /needs numbers, .* words such as 'a', 'b'/,
    );
    expect(() => readTarget(tableOf(cycle([1, 2, 3])), 'y', 'binary')).toThrow(/2 values, but 'y' has 3/);
  });

  it('leaves rows without a target out and counts them', () => {
    const target = readTarget(tableOf(['a', null, 'b', ' ', 'a ']), 'y');
    expect(target).toMatchObject({ missing: 2, classes: ['a', 'b'] });
    expect([...target.rows]).toEqual([0, 2, 4]);
    expect(target.task !== 'regression' && [...target.codes]).toEqual([0, -1, 1, -1, 0]);
    expect([...readTarget(tableOf([1.5, Number.NaN, 2.5, Number.POSITIVE_INFINITY, 4]), 'y').rows]).toEqual([0, 2, 4]);
  });

  it('keeps a class with a single row and says so', () => {
    const { warnings } = readTarget(tableOf([...cycle([0, 1]), 2]), 'y');
    expect(warnings).toEqual(["class '2' of 'y' has a single row: it can be learned but not tested"]);
  });

  it.each<[string, Values, RegExp]>([
    ['one value', [1, 1, 1, null], /'y' is 1 in all 3 rows/],
    ['one word', ['a', 'a', null], /'y' is 'a' in all 2 rows/],
    ['no value', [null, null], /'y' of t.csv has no value: all 2 values are missing/],
    ['no rows', [], /has no value: the table has no rows/],
    ['a word for every row', Array.from({ length: 50 }, (_, i) => `w${i}`), /50 different words in 50 rows: too many/],
    ['too large numbers', [1e31, 2.5, 3.5], /beyond ±1e\+30/],
  ])('is refused for %s', (_, values, message) => {
    expect(() => readTarget(tableOf(values), 'y')).toThrow(message);
  });

  it('names the nearest column when there is none of that name', () => {
    const table = makeTable('t.csv', [numberColumn('price', [1, 2])]);
    expect(() => readTarget(table, 'prise')).toThrow(
      expect.objectContaining({ kind: 'data', hint: "did you mean 'price'?" }),
    );
  });

  it('refuses dates', () => {
    const column = { name: 'd', type: 'date', format: 'yyyy-mm-dd', values: Float64Array.of(1, 2) } as const;
    expect(() => readTarget(makeTable('t', [column]), 'd')).toThrow(/a date cannot be predicted/);
  });
});

describe('the encoding of numbers', () => {
  const values = [2, 4, 4, 4, 5, 5, 7, 9, 1000.5];
  const numberTarget = (given: readonly number[], options?: { log?: boolean }) =>
    fitTarget(
      readTarget(tableOf(given), 'y', 'regression'),
      allRows(Math.min(8, given.length)),
      options,
    ) as NumberEncoding;

  it('standardises with mean and deviation of the training rows', () => {
    const encoding = numberTarget(values);
    expect(encoding).toMatchObject({ log: false, mean: 5, std: 2, min: 2, max: 9 });
    expect([...standardise(encoding, [2, 9, 1000.5])]).toEqual([-1.5, 2, 497.75]);
  });

  it('takes logarithms when asked, of positive numbers only', () => {
    expect(numberTarget([1, 2, 2.5]).log).toBe(false);
    expect(numberTarget([1, 2, 2.5], { log: true }).log).toBe(true);
    expect(() => numberTarget([0, 1, 2.5], { log: true })).toThrow(/needs numbers above 0, the smallest is 0/);
  });

  it.each([false, true])('comes back through the graph (log: %s)', async log => {
    const encoding = numberTarget(values, { log });
    const output = input('z', ['N', 1]);
    const bytes = encodeModel({ inputs: [output], outputs: [numberGraph(encoding, output)] }, { outputs: ['y'] });
    const session = await (await nodeRuntime({ threads: 1 })).open(bytes);
    const z = f32([...standardise(encoding, values.slice(0, 8)), 1e30, -1e30], [10, 1]);
    const y = floats((await session.run({ z })).y);
    await session.close();
    expectClose(y.subarray(0, 8), values.slice(0, 8), 1e-5);
    const factor = Math.exp(0.1 * encoding.std);
    expect(y[8]).toBeCloseTo(log ? 9 * factor : 9.2, 4);
    expect(y[9]).toBeCloseTo(log ? 2 / factor : 1.8, 4);
  });

  it('of equal training rows is finite', () => {
    expect(numberTarget([5, 5, 5, 5, 5, 5, 5, 5, 6])).toMatchObject({ mean: 5, std: 1 });
  });
});

describe('labels of another file', () => {
  const encoding: TargetEncoding = { version: 1, name: 'y', task: 'binary', classes: ['<=50K', '>50K'] };

  it('match without the full stop at the end, and that is noted', () => {
    const { codes, notes } = matchTarget(encoding, textColumn('y', ['<=50K.', '>50K .', null, ' >50K', '50K', '']));
    expect([...codes]).toEqual([0, 1, -1, 1, -1, -1]);
    expect(notes.map(({ message }) => message)).toEqual([
      "label '<=50K.' is taken as '<=50K' (without the full stop at the end)",
      "label '>50K .' is taken as '>50K' (without the full stop at the end)",
      "label '50K' is none of the classes: its rows are left out",
    ]);
  });

  it('match as numbers and ignoring case, unless that is ambiguous', () => {
    const match = (classes: readonly string[], column: Parameters<typeof matchTarget>[1]) => [
      ...matchTarget({ version: 1, name: 'y', task: 'multiclass', classes }, column).codes,
    ];
    expect(match(['1', '2'], textColumn('y', ['1.0', '2.', 'x']))).toEqual([0, 1, -1]);
    expect(match(['1', '2'], numberColumn('y', [2, 1, null]))).toEqual([1, 0, -1]);
    expect(match(['True', 'False'], textColumn('y', ['TRUE', 'false']))).toEqual([0, 1]);
    expect(match(['a', 'A'], textColumn('y', ['a', 'A', 'a.']))).toEqual([0, 1, 0]);
    expect(match(['ab', 'AB'], textColumn('y', ['Ab']))).toEqual([-1]);
  });

  it('of numbers are read from text', () => {
    const numbers: TargetEncoding = {
      version: 1,
      name: 'y',
      task: 'regression',
      log: false,
      mean: 0,
      std: 1,
      min: 0,
      max: 1,
    };
    const { values, notes } = matchTarget(numbers, textColumn('y', ['1.5', 'many', null]));
    expect([...values]).toEqual([1.5, Number.NaN, Number.NaN]);
    expect(notes).toHaveLength(1);
  });
});

describe('a target encoding from a file', () => {
  const good: readonly TargetEncoding[] = [
    { version: 1, name: 'y', task: 'binary', classes: ['a', 'b'] },
    { version: 1, name: '__proto__', task: 'regression', log: true, mean: 0, std: 1, min: 1, max: 2 },
  ];

  it('comes back equal', () => {
    for (const encoding of good) expect(parseTargetEncoding(JSON.parse(JSON.stringify(encoding)))).toEqual(encoding);
  });

  it.each([
    null,
    { ...good[0], task: 'other' },
    { ...good[0], classes: ['a', 'b', 'c'] },
    { ...good[0], classes: ['a', 'a'] },
    { ...good[1], std: 0 },
    { ...good[1], mean: null },
    { ...good[1], min: 0 },
  ])('is refused: %j', json => {
    expect(() => parseTargetEncoding(json)).toThrow(/the target encoding of this model is not valid/);
  });
});

describe.skipIf(!hasData)(`targets of public data sets (needs ${dataFolder})`, () => {
  it.each([
    ['titanic/titanic.csv', 'survived', 'binary', 2],
    ['adult/adult.csv', 'salary', 'binary', 2],
    ['breast-cancer-wisconsin/wdbc.csv', 'Diagnosis', 'binary', 2],
    ['wine/wine.csv', 'class', 'multiclass', 3],
    ['iris/iris.csv', 'species', 'multiclass', 3],
    ['height-weight-index/500_Person_Gender_Height_Weight_Index.csv', 'Index', 'multiclass', 6],
    ['bike-sharing/hour.csv', 'cnt', 'regression', 0],
    ['california-housing/housing.csv', 'median_house_value', 'regression', 0],
    ['auto-mpg/mpg.csv', 'mpg', 'regression', 0],
  ])('%s: %s', async (file, name, task, classes) => {
    const target = readTarget(await readTable(`${dataFolder}/${file}`), name);
    expect([target.task, target.task === 'regression' ? 0 : target.classes.length]).toEqual([task, classes]);
  });
});

it('numbers far from 0 beside their spread are warned of: float32 predictions cannot tell them apart', () => {
  const around = (centre: number) =>
    readTarget(
      makeTable('t', [
        numberColumn(
          'y',
          Array.from({ length: 99 }, (_, i) => centre + 7.5 * (i % 20)),
        ),
      ]),
      'y',
    );
  expect(around(1.7e9).warnings).toEqual([expect.stringMatching(/'y'.*128 apart: subtract a constant/)]);
  expect(around(1e6).warnings).toEqual([]);
});

it('a number is read from z as the graph reads it, within the training rows', () => {
  const linear = { version: 1, name: 'y', task: 'regression', log: false, mean: 10, std: 2, min: 8, max: 14 } as const;
  expect([0, 1, 99, -99].map(z => fromStandardised(linear, z))).toEqual(
    [10, 12, 14.2, 7.8].map(y => expect.closeTo(y, 6)),
  );
  const log = { ...linear, log: true, mean: 0, std: 1, min: 1, max: Math.E };
  expect(fromStandardised(log, 50)).toBeCloseTo(Math.exp(1.1), 5);
});
