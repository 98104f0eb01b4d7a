import { describe, expect, it } from 'vitest';
import { type Column, makeTable, numberColumn, select, textColumn } from '../data/table.ts';
import { floats } from '../graph/index.ts';
import { encodeModel } from '../onnx/index.ts';
import { nodeRuntime } from '../runtime/node.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { nodeWasmRuntime } from '../runtime/wasm-node.ts';
import {
  alignTable,
  columnTypes,
  type Encoder,
  encodeRows,
  encoderGraph,
  encoderInputs,
  fitEncoder,
  inputValues,
  parseEncoder,
  rawFeeds,
  rawInputs,
} from './index.ts';
import { referenceRows } from './reference.case.ts';
import { allRows, expectClose, mixedTable } from './testing.case.ts';

const native = await nodeRuntime({ threads: 1 });

const valuesOf = async (...args: Parameters<typeof encodeRows>) => (await encodeRows(...args)).values;

async function encodeRaw(encoder: Encoder, feeds: ReturnType<typeof rawFeeds>['feeds'], runtime: Runtime) {
  const inputs = inputValues(encoder);
  const graph = { inputs, outputs: [encoderGraph(encoder, inputs)] };
  const session = await runtime.open(encodeModel(graph, { outputs: ['encoded'] }));
  try {
    return floats((await session.run(feeds))[session.outputNames[0]!]);
  } finally {
    await session.close();
  }
}

async function encodeColumn(
  column: Column,
  trainRows = allRows(column.type === 'text' ? column.codes.length : column.values.length),
) {
  const table = makeTable('one column', [column]);
  const { encoder } = fitEncoder(table, trainRows);
  return { encoder, encoded: await valuesOf(encoder, table, allRows(table.rows), native) };
}

describe('encoded values', () => {
  it('are the ones calculated by hand for numbers', async () => {
    // median 3, q25 2, q75 4: z = (x − 3) / 2, y = z / √(1 + z²/9)
    const { encoder, encoded } = await encodeColumn(numberColumn('x', [1, 2, 3.5, 2.5, 4, 100, null, 3, null]));
    expect(encoder.featureNames).toEqual(['x', 'x is missing']);
    const [scale] = encoder.columns[0]!.parts;
    expect(scale).toMatchObject({ kind: 'scale', median: 3, factor: Math.fround(1 / 1.5) });
    const at100 = 97 / 1.5 / Math.sqrt(1 + (97 / 4.5) ** 2);
    expect(encoded[2 * 5]).toBeCloseTo(at100, 5);
    expect([...encoded.slice(12, 14)]).toEqual([0, 1]);
    expect([...encoded.slice(14, 16)]).toEqual([0, 0]);
  });

  it('scale by the range when the quartiles are equal', async () => {
    const { encoder, encoded } = await encodeColumn(numberColumn('x', [0, 0, 0, 0, 0, 0, 0, 0, 0, 5]));
    expect(encoder.columns[0]!.parts[0]).toMatchObject({ median: 0, factor: Math.fround(2 / 5) });
    expect(encoded[9]).toBeCloseTo(2 / Math.sqrt(1 + 4 / 9), 6);
  });

  it('give words flags: levels, missing, and one for all that are rare or unseen', async () => {
    const words = [...Array(10).fill('no'), ...Array(10).fill('yes'), null, 'rare', null];
    const { encoder, encoded } = await encodeColumn(textColumn('w', words));
    expect(encoder.featureNames).toEqual(['w=no', 'w=yes', 'w is missing', 'w is another']);
    expect([...encoded.slice(0, 4)]).toEqual([1, 0, 0, 0]);
    expect([...encoded.slice(80)]).toEqual([0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 1, 0]);
  });

  it('give a flag of its own only to what two rows have, missing too', () => {
    const table = makeTable('t', [
      numberColumn('x', [1.5, 2, 3, null, 5, 6]),
      textColumn('w', ['a', 'b', 'a', 'b', null, 'c']),
    ]);
    expect(fitEncoder(table, allRows(6)).encoder.featureNames).toEqual(['x', 'w=a', 'w=b', 'w is another']);
  });

  it('turn dates into phases', async () => {
    const values = Float64Array.of(4, 5.75, 120, Number.NaN, 365.2425, Number.NaN);
    const { encoder, encoded } = await encodeColumn({ name: 'd', type: 'date', format: 'yyyy-mm-dd', values });
    expect(encoder.featureNames.slice(1, 7)).toEqual(
      ['year', 'week', 'day'].flatMap(period => [`d sin(${period})`, `d cos(${period})`]),
    );
    const width = encoder.width;
    expect(encoded[width + 5]).toBeCloseTo(-1, 5);
    expect(encoded[width + 3]).toBeCloseTo(Math.sin((2 * Math.PI * 5.75) / 7), 5);
    expect([...encoded.slice(3 * width, 4 * width)]).toEqual([0, 0, 0, 0, 0, 0, 0, 1]);
  });

  it('equal an independent calculation, in chunks, numbers first', async () => {
    const table = mixedTable(9000);
    const { encoder } = fitEncoder(table, allRows(6000));
    const rows = allRows(9000).reverse();
    const encoded = await valuesOf(encoder, table, rows, native);
    expectClose(encoded, referenceRows(encoder, table, rows), 5e-5);
    const flags = encoded.filter((_, i) => i % encoder.width >= encoder.numeric);
    expect(flags.every(value => value === 0 || value === 1)).toBe(true);
    expect(encoder.featureNames.slice(0, encoder.numeric)).toEqual([
      'age',
      'hour',
      'when',
      'when sin(year)',
      'when cos(year)',
      'when sin(week)',
      'when cos(week)',
    ]);
    expect(encoder.featureSources.map(source => encoder.columns[source]!.name)[0]).toBe('age');
  });

  it('are the same from raw text as from codes, natively and in WebAssembly', async () => {
    const table = mixedTable(500);
    const rows = allRows(500);
    const { encoder } = fitEncoder(table, allRows(300));
    const encoded = await valuesOf(encoder, table, rows, native);
    const { feeds, notes } = rawFeeds(encoder, table, rows);
    expect(notes).toEqual([]);
    expectClose(await encodeRaw(encoder, feeds, native), encoded, 0);
    const web = await nodeWasmRuntime();
    expectClose(await encodeRaw(encoder, feeds, web), encoded, 2e-6);
    expectClose(await valuesOf(encoder, table, rows, web), encoded, 2e-6);
  });

  it('of no rows are none', async () => {
    const table = mixedTable(100);
    const { encoder } = fitEncoder(table, allRows(100));
    expect(await valuesOf(encoder, table, new Int32Array(0), native)).toHaveLength(0);
  });
});

describe('fitting', () => {
  it('looks at training rows only', () => {
    const table = mixedTable(400);
    const other = mixedTable(400, 2);
    const train = allRows(400).filter(row => row % 3 !== 0);
    const isTrain = new Set(train);
    const columns = table.columns.map((column, i): Column => {
      const from = other.columns[i]!;
      if (column.type === 'text' && from.type === 'text') {
        const levels = [...column.levels, ...from.levels];
        const shift = (code: number) => (code < 0 ? code : code + column.levels.length);
        return {
          ...column,
          levels,
          codes: column.codes.map((code, row) => (isTrain.has(row) ? code : shift(from.codes[row]!))),
        };
      }
      if (column.type === 'text' || from.type === 'text') return column;
      return {
        ...column,
        values: column.values.map((value, row) => (isTrain.has(row) ? value : from.values[row]! * 1e6)),
      };
    });
    const changed = makeTable('mixed', columns);
    expect(fitEncoder(changed, train)).toEqual(fitEncoder(table, train));
    expect(fitEncoder(select(table, train), allRows(train.length)).encoder).toEqual(fitEncoder(table, train).encoder);
  });

  it('folds levels beyond 128 into one', () => {
    const words = Array.from({ length: 4000 }, (_, i) => `w${i % 200}`);
    const { encoder } = fitEncoder(makeTable('t', [textColumn('w', words)]), allRows(4000));
    expect(encoder.width).toBe(129);
    expect(encoder.featureNames.at(-1)).toBe('w is another');
  });

  it('refuses a table without anything to learn from', () => {
    const table = makeTable('t.csv', [numberColumn('c', [1, 1, 1]), textColumn('e', [null, null, null])]);
    expect(() => fitEncoder(table, allRows(3))).toThrow(/t\.csv has no column to learn from.*'c' \(constant/);
  });

  it('knows the columns it is told about', () => {
    const table = mixedTable(100);
    expect(() => fitEncoder(table, allRows(100), { ignore: ['twon'] })).toThrow(
      expect.objectContaining({ kind: 'data', message: "there is no column 'twon' in mixed" }),
    );
    const roles = new Map([['hour', 'category']] as const);
    const { encoder, decisions } = fitEncoder(table, allRows(100), { ignore: ['town'], roles });
    expect(decisions.find(({ column }) => column === 'town')).toMatchObject({ role: 'ignored' });
    expect(encoder.columns.map(({ name }) => name)).toEqual(['age', 'hour', 'job', 'when']);
    expect(encoder.columns[1]!.parts.map(({ kind }) => kind)).toEqual(['values']);
    expect(() => fitEncoder(table, allRows(100), { roles: new Map([['town', 'numeric']] as const) })).toThrow(
      /'town' holds text and cannot be 'numeric'/,
    );
  });
});

describe('numbers at the edge of float32', () => {
  it.each([
    ['huge', [-3.4e38, 1e38, 3e38, 1e300, -1e300, 0]],
    ['tiny', [1e-40, 2e-40, 3e-40, 1e-38, -1e-38, 5e-38]],
    ['tiny beside huge', [1e-40, 1e38, 0, -1e38, 1e-30, 1]],
    ['huge offset', [1e9, 1e9 + 64, 1e9 + 128, 1e9 + 192, 1e9 + 256, 1e9 + 320]],
    ['timestamps', [1.7e12, 1.7e12 + 1e6, 1.7e12 + 2e6, 1.7e12 + 3e6, 1.7e12 + 4e6, 1.7e12 + 5e6]],
    ['almost constant', [1, 1, 1, 1, 1, 1 + 2 ** -23]],
    ['full range', [-1e37, -1e36, 0, 1e36, 1e37, 1e35]],
  ])('%s: finite, within ±3, in order', async (_, values) => {
    const { encoded } = await encodeColumn(numberColumn('x', values));
    expect(encoded).toHaveLength(values.length);
    expect(encoded.every(value => Number.isFinite(value) && Math.abs(value) <= 3.000001)).toBe(true);
    const order = [...values.keys()].sort((a, b) => values[a]! - values[b]!);
    for (let i = 1; i < order.length; i++) expect(encoded[order[i]!]).toBeGreaterThanOrEqual(encoded[order[i - 1]!]!);
    expect(Math.max(...encoded) - Math.min(...encoded)).toBeGreaterThan(0.5);
  });

  it('stay finite when other rows go far beyond the training rows', async () => {
    const column = numberColumn('x', [1, 2, 3, 1e300, -1e300, Number.POSITIVE_INFINITY, 3.4e38, -0]);
    const { encoded } = await encodeColumn(column, allRows(3));
    expect([...encoded.slice(3)].map(Math.round)).toEqual([3, -3, 0, 3, -2]);
  });

  it('warn where float32 cannot tell values apart', () => {
    const column = numberColumn(
      'stamp',
      Array.from({ length: 100 }, (_, i) => 1.7e12 + 4000.5 * i),
    );
    const { warnings } = fitEncoder(makeTable('t', [column]), allRows(100));
    expect(warnings[0]!.message).toMatch(/'stamp' has 100 values of which float32 can tell 4 apart/);
  });
});

it('a column of one value and a single missing cell is left out for that reason', () => {
  const table = makeTable('t', [numberColumn('c', [5, 5, 5, 5, null, 5]), numberColumn('x', [1, 2, 3, 4, 5, 6])]);
  const roles = new Map([['c', 'numeric']] as const);
  for (const options of [{}, { roles }]) {
    const [decision] = fitEncoder(table, allRows(6), options).decisions;
    expect(decision).toMatchObject({ column: 'c', role: 'constant' });
    expect(decision!.reason).not.toContain('float32');
  }
});

describe('columns with strange names', () => {
  it.each([
    '__proto__',
    'constructor',
    'toString',
    '',
    ' ',
    '🦔 "quoted" \'n\' , comma',
    'a\nb',
    '\ud800',
    '0',
    'encoded',
  ])('encodes %j', async name => {
    const word = `${name} 2`;
    const table = makeTable('t', [
      numberColumn(name, [1, 2, 3, 4.5]),
      textColumn(word, ['a', 'b', 'a', 'b']),
      numberColumn('column_1', [1, 5, 2, 3.5]),
    ]);
    const { encoder } = fitEncoder(table, allRows(4));
    expect(new Set(encoderInputs(encoder).map(input => input.name)).size).toBe(3);
    const encoded = await valuesOf(encoder, table, allRows(4), native);
    expectClose(encoded, referenceRows(encoder, table, allRows(4)), 1e-6);
    expectClose(await encodeRaw(encoder, rawFeeds(encoder, table, allRows(4)).feeds, native), encoded, 0);
    expect(parseEncoder(JSON.parse(JSON.stringify(encoder)))).toEqual(encoder);
  });
});

describe('raw cells', () => {
  const table = makeTable('t', [
    numberColumn('n', [1.5, 2, 3, 4, null, null]),
    textColumn('b', ['True', 'False', 'True', 'False', 'True', 'False']),
    { name: 'd', type: 'date', format: 'dd.mm.yyyy', values: Float64Array.of(1, 2, 3, 40, 50, 60) },
    textColumn('code', ['1', '2', '1', '2', null, null]),
  ]);
  const { encoder } = fitEncoder(table, allRows(6));

  it('are read as the types of training', () => {
    const { feeds, notes } = rawInputs(encoder, [
      new Map<string, string | number | boolean>([
        ['n', '2.5'],
        ['b', true],
        ['d', '03.01.1970'],
        ['code', 1],
      ]),
      new Map([
        ['n', 'many'],
        ['b', ' False '],
        ['d', 'soon'],
        ['code', ''],
      ]),
    ]);
    expect([...(feeds.n!.data as Float32Array)]).toEqual([2.5, Number.NaN]);
    expect(feeds.b!.data).toEqual(['True', 'False']);
    expect([...(feeds.d!.data as Float32Array)]).toEqual([2, Number.NaN]);
    expect(feeds.code!.data).toEqual(['1', '']);
    expect(notes.map(({ column, row, message }) => [column, row, message])).toEqual([
      ['n', 2, "'many' is no number: taken as missing"],
      ['d', 2, "'soon' is no date: taken as missing"],
    ]);
  });

  it('that are not there are missing, and that is said', async () => {
    const short = makeTable('short', [numberColumn('N', [1]), textColumn('b', ['Maybe'])]);
    const { notes, columns } = alignTable(encoder, short);
    expect(notes.map(({ column }) => column)).toEqual(['n', 'd', 'code']);
    expect(notes[0]!.message).toContain("there is 'N'");
    expect(columns.map(({ name }) => name)).toEqual(['n', 'b', 'd', 'code']);
    const encoded = await valuesOf(encoder, short, allRows(1), native);
    expectClose(encoded, referenceRows(encoder, short, allRows(1)), 1e-6);
    const flag = (name: string) => encoded[encoder.featureNames.indexOf(name)];
    expect([flag('n'), flag('n is missing'), flag('b=True'), flag('b=False'), flag('code is missing')]).toEqual([
      0, 1, 0, 0, 1,
    ]);
    expect((await encodeRows(encoder, short, allRows(1), native)).notes).toEqual(notes);
    expect(rawInputs(encoder, []).feeds.n!.shape).toEqual([0, 1]);
    expect(rawInputs(encoder, [new Map()]).notes).toHaveLength(4);
  });

  it('are told apart by the order of their dates', () => {
    const other = makeTable('other', [{ name: 'd', type: 'date', format: 'mm/dd/yyyy', values: Float64Array.of(1) }]);
    const { notes } = alignTable(encoder, other);
    expect(notes.find(({ column }) => column === 'd')!.message).toBe(
      "dates in 'd' were read as mm/dd/yyyy, those of training as dd.mm.yyyy",
    );
    expect(columnTypes(encoder)).toEqual(
      new Map([
        ['n', { type: 'number', decimal: '.' }],
        ['b', { type: 'text' }],
        ['d', { type: 'date', format: 'dd.mm.yyyy' }],
        ['code', { type: 'text' }],
      ]),
    );
  });

  it('of a column with a decimal comma are read one by one', () => {
    const commas = makeTable('c', [{ ...numberColumn('n', [1.5, 2, 3]), decimal: ',' }]);
    const { encoder: european } = fitEncoder(commas, allRows(3));
    const cells = [1.234, '2,5', -0.5, '1.234', 1e21, true, null].map(n => new Map([['n', n]]));
    const { feeds } = rawInputs(european, cells);
    expect([...(feeds.n!.data as Float32Array)]).toEqual(
      [1.234, 2.5, -0.5, 1234, 1e21, 1, Number.NaN].map(Math.fround),
    );
  });

  it('keep categories that a file of only digits turned into numbers', () => {
    const digits = makeTable('digits', [numberColumn('code', [1, 2, 3, null])]);
    expect(rawFeeds(encoder, digits, allRows(4)).feeds.code!.data).toEqual(['1', '2', '3', '']);
  });
});
