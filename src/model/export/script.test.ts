/** Exports as plain code: run, and compared with the network itself. */
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Images, makeTable, numberColumn, table as readTable, select, textColumn } from '../../data/index.ts';
import { realData, temporaryFiles, whyNoData } from '../../data/testing.case.ts';
import { calendarFields } from '../../features/calendar.ts';
import { kinds } from '../../features/encodings/index.ts';
import { type Encoder, encodedParts } from '../../features/index.ts';
import { activationNames } from '../../neuron/index.ts';
import {
  activationLayer,
  batchNorm,
  conv1d,
  dense,
  dropout,
  embedding,
  flatten,
  type LayerSpec,
  layerNorm,
  lstm,
  maxPool,
  network,
  permute,
  place,
  repeat,
  reshape,
  residual,
  upsample,
} from '../../nn/index.ts';
import { random } from '../../random.ts';
import { nodeRuntime } from '../../runtime/node.ts';
import { type ModelSpec, predictor } from '../index.ts';
import { mixedTable } from '../testing.case.ts';
import { javascriptFormat, typescriptFormat } from './script.ts';
import { encodingNames } from './script-encodings.ts';
import {
  anyParameters,
  cellsOf,
  distance,
  everyEncoding,
  type Model,
  modelOf,
  plainModel,
  truthOf,
  unitOf,
} from './testing.case.ts';

interface Predicts {
  predict(row: unknown): { readonly prediction?: number; readonly label?: string; readonly probabilities?: number[] };
}

const file = temporaryFiles();
let count = 0;

async function loaded(model: Model): Promise<Predicts> {
  const [written] = javascriptFormat.write(model);
  return (await import(/* @vite-ignore */ await file(`model-${count++}.mjs`, written!.data))) as Predicts;
}

const numbers = ({ predict }: Predicts, rows: readonly unknown[]): number[][] =>
  rows.map(row => {
    const { prediction, probabilities } = predict(row);
    return probabilities ? [...probabilities] : [prediction!];
  });

const table = mixedTable(400, random('export'));
const rows = Array.from({ length: table.rows }, (_, row) => row);
const networks: readonly (readonly [string, readonly LayerSpec[]])[] = [
  ['dense layers', [dense(7, 'relu'), dropout(0.3), dense(5, 'tanh', { bias: false })]],
  ['norms', [dense(6), batchNorm(), activationLayer('relu'), dense(6), layerNorm()]],
  [
    'residual layers',
    [
      dense(6, 'silu'),
      residual([dense(4, 'tanh'), dense(6)], 'relu'),
      residual([dense(3)], 'linear', { shortcut: [dense(3, 'elu')] }),
    ],
  ],
  [
    'places in another order',
    [dense(12, 'tanh'), reshape([3, 4]), permute([1, 0]), dense(2, 'gelu'), upsample(2), flatten(), batchNorm()],
  ],
  ['three axes turned', [dense(12, 'tanh'), reshape([2, 2, 3]), permute([1, 2, 0]), flatten()]],
  ['repeated rows', [dense(4, 'tanh'), repeat(3), batchNorm({ axis: -1 }), flatten()]],
  ['codes', [embedding(6, 3), flatten()]],
  ...activationNames.map(name => [`activation ${name}`, [dense(5, name)]] as const),
];

const hidden = [dense(6, 'silu'), dropout(0.2)];
const agrees = async (model: Model, own = table, some = rows): Promise<void> => {
  const found = numbers(await loaded(model), cellsOf(own, some));
  expect(distance(found, await truthOf(model, own, some), unitOf(model))).toBeLessThan(1e-5);
};

describe('JavaScript says what the network says, to 1e-5', () => {
  test.each(networks)('%s', (_, layers) => agrees(modelOf(table, 'y', layers)));

  const two = textColumn(
    'two',
    Array.from(rows, row => (row % 3 === 0 ? 'no' : 'yes')),
  );
  const three = textColumn(
    'three',
    Array.from(rows, row => ['red', '__proto__', '"🙂"\n'][row % 3]!),
  );
  const positive = numberColumn(
    'price',
    Array.from(rows, row => 1 + (row % 50) ** 2),
  );
  test.each([
    ['two classes', two, {}],
    ['three classes', three, {}],
    ['logarithms', positive, { log: true }],
    ['two classes by an ensemble', two, { members: 3 }],
    ['three classes by an ensemble', three, { members: 3 }],
    ['numbers by an ensemble', positive, { members: 3 }],
  ] as const)('%s', (_, target, options) => {
    const whole = makeTable('t', [...table.columns.filter(({ name }) => name !== 'y'), target]);
    return agrees(modelOf(whole, target.name, hidden, options), whole);
  });

  test('columns whose names are code', async () => {
    const names = ['"};throw 1;//', 'row', '*/ `$' + '{x}`', 'class\u2028\n'];
    const odd = mixedTable(200, random('odd'), names);
    await agrees(modelOf(odd, 'y', hidden), odd, rows.slice(0, 200));
  });

  test('columns that are called as the functions of the file', async () => {
    for (const names of [encodingNames.slice(0, 4), encodingNames.slice(4, 8), encodingNames.slice(-4)]) {
      const same = mixedTable(60, random('same'), names);
      await agrees(modelOf(same, 'y', hidden), same, rows.slice(0, 60));
    }
  });

  test('numbers beyond float32, as they are', async () => {
    const ends = [1e39, -1e39, 1e300, 3e38, -3e38, 1e30, null];
    const wide = makeTable('wide', [numberColumn('size', ends), numberColumn('count', ends.toReversed())]);
    await agrees(plainModel([dense(4, 'tanh')]), wide, [...ends.keys()]);
  });

  test('every encoding', async () => {
    const every = everyEncoding(1500);
    const model = modelOf(every, 'y', hidden);
    const parts = 'encoder' in model.spec.input ? encodedParts(model.spec.input.encoder as Encoder) : [];
    const found = new Set(parts.map(({ part, field }) => field ?? part.kind));
    const wanted = [...kinds.map(({ kind }) => kind).filter(kind => kind !== 'linear'), ...calendarFields];
    expect([...found].sort()).toEqual(wanted.sort());
    await agrees(model, every, [...Array(1500).keys()]);
    await agrees(plainModel([dense(4, 'tanh')]), every, [...Array(300).keys()]);
  });

  test('any cells', async () => {
    const model = modelOf(table, 'y', hidden);
    const { predict } = await loaded(model);
    const word = fc.oneof(fc.constantFrom('red', 'Grün', ' dark blue ', '', 'NaN'), fc.string());
    const size = fc.oneof(fc.double(), fc.constantFrom(0, -0, 1e300, -1e300, 1e-45), fc.constant(null));
    const row = fc
      .record(
        { size, count: size, colour: fc.option(word), built: fc.option(fc.integer({ min: -700_000, max: 700_000 })) },
        { requiredKeys: [] },
      )
      .filter(cells => Object.keys(cells).length > 0);
    const use = await predictor(model.spec, model.parameters, await nodeRuntime({ threads: 1 }));
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 20 }), async cells => {
        const own = makeTable('cells', [
          numberColumn(
            'size',
            cells.map(cell => cell.size),
          ),
          numberColumn(
            'count',
            cells.map(cell => cell.count),
          ),
          textColumn(
            'colour',
            cells.map(cell => cell.colour),
          ),
          {
            ...numberColumn(
              'built',
              cells.map(cell => cell.built),
            ),
            type: 'date',
            format: 'yyyy-mm-dd',
          },
        ]);
        const { raw } = await use.table(own);
        expect(
          distance(
            numbers({ predict }, cells),
            [...raw].map(value => [value]),
          ),
        ).toBeLessThan(1e-5);
      }),
      { numRuns: 60 },
    );
    await use.close();
  });

  test('images', async () => {
    const spec: ModelSpec = {
      ...modelOf(table, 'y', hidden).spec,
      input: { kind: 'images', shape: [3, 4, 2], mean: [0.4, 0.1], std: [0.5, 0.2] },
      network: network([flatten(), dense(5, 'relu'), dense(3)]),
      target: { version: 1, name: 'label', task: 'multiclass', classes: ['a', 'b', 'c'] },
    };
    const parameters = anyParameters(place(spec.network, [2, 3, 4]));
    const rng = random('pixels');
    const pixels = Uint8Array.from({ length: 5 * 24 }, () => rng.below(256));
    const images = {
      kind: 'images',
      source: 'x',
      rows: 5,
      shape: [3, 4, 2],
      pixels,
      labels: null,
    } as unknown as Images;
    const use = await predictor(spec, parameters, await nodeRuntime({ threads: 1 }));
    const { rows: truth } = await use.images(images);
    await use.close();
    const found = numbers(
      await loaded({ spec, parameters, report: null }),
      Array.from({ length: 5 }, (_, i) => pixels.subarray(i * 24, (i + 1) * 24)),
    );
    expect(
      distance(
        found,
        truth.map(({ probabilities }) => [...probabilities!]),
      ),
    ).toBeLessThan(1e-5);
  });
});

test('dates are taken as Date, as ISO text and as days', async () => {
  const { predict } = await loaded(modelOf(table, 'y', hidden));
  const of = (built: unknown): unknown => predict({ built }).prediction;
  const day = 16_500.25;
  expect(of(new Date(day * 86_400_000))).toBe(of(day));
  expect(of('2015-03-06T06:00')).toBe(of(day));
  expect(of('2015-03-06 07:00+01:00')).toBe(of(day));
  expect(of('2015-03-06')).toBe(of(16_500));
  for (const built of [Number.NaN, Number.POSITIVE_INFINITY, null, ' ']) expect(of(built)).toBe(of(undefined));
});

test('cells of other types throw with the name of their column', async () => {
  const { predict } = await loaded(modelOf(table, 'y', hidden));
  for (const size of ['large', [], {}]) expect(() => predict({ size })).toThrow(/^size: expected a number, got/);
  for (const colour of [true, [], {}]) expect(() => predict({ colour })).toThrow(/^colour: expected a word, got/);
  for (const built of [true, 'yesterday', '12.03.2015', new Date('x')])
    expect(() => predict({ built })).toThrow(/^built: expected a Date, ISO text or days/);
  for (const size of ['', ' ', null, undefined, Number.NaN])
    expect(predict({ size }).prediction).toBe(predict({ colour: null }).prediction);
  expect(predict({ size: ' 12.5 ' }).prediction).toBe(predict({ size: 12.5 }).prediction);
});

test('what holds none of the columns is no row', async () => {
  const { predict } = await loaded(modelOf(table, 'y', hidden));
  for (const row of [null, undefined, 'large', [], [{ size: 1 }], {}, { Size: 1 }])
    expect(() => predict(row as never)).toThrow(/^expected an object with the columns size, count, colour, built, got/);
});

describe('what plain code cannot express is refused in words', () => {
  test.each([
    [
      'convolutions',
      [reshape([1, -1]), conv1d(2, 3), flatten()],
      /conv1d1 cannot be written as one file of code: convolutions/,
    ],
    ['pools', [reshape([1, -1]), maxPool(2), flatten()], /max-pool1 .*pools/],
    ['recurrent layers', [reshape([-1, 1]), lstm(3)], /lstm1 .*recurrent/],
    [
      'inside others',
      [reshape([1, -1]), residual([conv1d(1, 3, 'linear', { padding: 'same' })]), flatten()],
      /residual1.conv1d1/,
    ],
  ] as const)('%s', (_, layers, message) => {
    for (const format of [javascriptFormat, typescriptFormat])
      expect(() => format.write(modelOf(table, 'y', layers))).toThrow(message);
  });
});

test('TypeScript compiles under the strictest options, knows columns and classes, and is the same program', async () => {
  const two = textColumn(
    'two',
    Array.from(rows, row => (row % 3 === 0 ? 'no' : 'yes')),
  );
  const whole = makeTable('t', [...table.columns, two]);
  const model = modelOf(whole, 'two', [dense(6, 'gelu'), batchNorm(), residual([dense(6, 'mish'), layerNorm()])]);
  const ensemble = modelOf(whole, 'two', hidden, { members: 2 });
  const path = await file('model.ts', typescriptFormat.write(model)[0]!.data);
  await file('ensemble.ts', typescriptFormat.write(ensemble)[0]!.data);
  const use = await file(
    'use.ts',
    `import { predict, type Label } from './model.ts';
import { predict as both } from './ensemble.ts';
const label: Label = predict({ size: 3, colour: 'red', built: new Date(), count: null }).label;
const known: 'no' | 'yes' = both({}).label;
// @ts-expect-error no such column
predict({ sise: 3 });
// @ts-expect-error no such class
const other: 'maybe' = label;
export { known, other };
`,
  );
  const strict =
    '--strict --noUncheckedIndexedAccess --exactOptionalPropertyTypes --noUnusedLocals --noUnusedParameters';
  const options = `--ignoreConfig ${strict} --target es2022 --module nodenext --moduleResolution nodenext --types  --rewriteRelativeImportExtensions`;
  const tsc = fileURLToPath(new URL('../../../node_modules/typescript/bin/tsc', import.meta.url));
  const out = join(dirname(path), 'compiled');
  await file('package.json', '{"type": "module"}');
  const { stdout } = spawnSync(process.execPath, [tsc, ...options.split(' '), '--outDir', out, use], {
    encoding: 'utf8',
  });
  expect(stdout).toBe('');
  const compiled = (await import(/* @vite-ignore */ join(out, 'model.js'))) as Predicts;
  const cells = cellsOf(whole, rows.slice(0, 50));
  expect(numbers(compiled, cells)).toEqual(numbers(await loaded(model), cells));
});

const real: readonly (readonly [path: string, target: string])[] = [
  ['iris/iris.csv', 'species'],
  ['wine/wine.csv', 'class'],
  ['breast-cancer-wisconsin/wdbc.csv', 'Diagnosis'],
  ['breast-cancer-wisconsin/bcw-original.csv', 'class'],
  ['titanic/titanic.csv', 'survived'],
  ['titanic/titanic-kaggle-train.csv', 'Survived'],
  ['adult/adult.csv', 'salary'],
  ['california-housing/housing.csv', 'median_house_value'],
  ['penguins/penguins.csv', 'species'],
  ['penguins/penguins_raw.csv', 'Species'],
  ['auto-mpg/mpg.csv', 'mpg'],
  ['diamonds/diamonds.csv', 'price'],
  ['height-weight-index/500_Person_Gender_Height_Weight_Index.csv', 'Index'],
  ['obesity-levels/ObesityDataSet_raw_and_data_sinthetic.csv', 'NObeyesdad'],
  ['series/airline-passengers.csv', 'Passengers'],
  ['series/daily-min-temperatures.csv', 'Temp'],
  ['series/australian_capital_retail.csv', 'Turnover;  Australian Capital Territory;  Total (Industry)'],
  ['bike-sharing/hour.csv', 'cnt'],
  ['electricity-transformer/ETTh1.csv', 'OT'],
];

describe.skipIf(realData === undefined)('every real table, to 1e-5', () => {
  test.each(real)('%s', async (path, named) => {
    const whole = await readTable(join(realData!, path));
    const target = whole.columns.some(({ name }) => name === named) ? named : whole.columns.at(-1)!.name;
    const some = Array.from({ length: Math.min(whole.rows, 600) }, (_, i) =>
      Math.floor((i * whole.rows) / Math.min(whole.rows, 600)),
    );
    const sample = select(whole, some);
    const options = path.startsWith('adult') ? { members: 2 } : {};
    await agrees(modelOf(sample, target, [dense(16, 'silu'), dense(8, 'relu')], options), sample, [...some.keys()]);
  });
});

test.runIf(realData === undefined)(whyNoData, () => {});
