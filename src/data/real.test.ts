import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { batches } from './batches.ts';
import { readSource, table } from './source.ts';
import { column, missingCount, type Table } from './table.ts';
import { realData, whyNoData } from './testing.case.ts';

const read = (path: string, options = {}): Promise<Table> => table(join(realData!, path), options);
const missing = (t: Table): Record<string, number> =>
  Object.fromEntries(t.columns.map(c => [c.name, missingCount(c)]).filter(([, count]) => count !== 0));
const kinds = (t: Table): string => t.columns.map(c => c.type[0]).join('');

const files: readonly [path: string, rows: number, kinds: string, missing: Record<string, number>][] = [
  ['iris/iris.csv', 150, 'nnnnt', {}],
  ['wine/wine.csv', 178, 'nnnnnnnnnnnnnn', {}],
  ['breast-cancer-wisconsin/bcw-original.csv', 699, 'nnnnnnnnnnn', { bare_nuclei: 16 }],
  ['titanic/titanic-kaggle-train.csv', 891, 'nnnttnnntntt', { Age: 177, Cabin: 687, Embarked: 2 }],
  ['titanic/titanic.csv', 891, 'nntnnnntttttttt', { age: 177, deck: 688, embarked: 2, embark_town: 2 }],
  ['adult/adult.csv', 32561, 'ntntntttttnnntt', { workclass: 1836, occupation: 1843, 'native-country': 583 }],
  ['california-housing/housing.csv', 20640, 'nnnnnnnnnt', { total_bedrooms: 207 }],
  [
    'penguins/penguins.csv',
    344,
    'ttnnnnt',
    { bill_length_mm: 2, bill_depth_mm: 2, flipper_length_mm: 2, body_mass_g: 2, sex: 11 },
  ],
  ['auto-mpg/mpg.csv', 398, 'nnnnnnntt', { horsepower: 6 }],
  ['diamonds/diamonds.csv', 53940, 'ntttnnnnnn', {}],
  ['height-weight-index/500_Person_Gender_Height_Weight_Index.csv', 500, 'tnnn', {}],
  ['obesity-levels/ObesityDataSet_raw_and_data_sinthetic.csv', 2111, 'tnnnttnnttntnnttt', {}],
  ['series/airline-passengers.csv', 144, 'dn', {}],
  ['series/daily-min-temperatures.csv', 3650, 'dn', {}],
  ['series/australian_capital_retail.csv', 441, `d${'n'.repeat(20)}`, {}],
  ['bike-sharing/hour.csv', 17379, 'ndnnnnnnnnnnnnnnn', {}],
  ['electricity-transformer/ETTh1.csv', 17420, 'dnnnnnnn', {}],
];

describe.skipIf(realData === undefined)('real data sets', () => {
  test.each(files)('%s', async (path, rows, types, gaps) => {
    const t = await read(path);
    expect([t.rows, kinds(t), missing(t)]).toEqual([rows, types, gaps]);
  });

  test('names with blanks, brackets and slashes', async () => {
    const t = await read('penguins/penguins_raw.csv', { target: 'Species' });
    expect([t.rows, t.columns.length, column(t, 'Date Egg').type]).toEqual([344, 17, 'date']);
    expect(missingCount(column(t, 'Delta 15 N (o/oo)'))).toBe(14);
  });

  test('a test file without a header, read like its training file', async () => {
    const train = await read('adult/adult.csv');
    const like = train.columns.map(c => c.name);
    const held = await read('adult/adult-test.data', { like, target: 'salary' });
    expect([held.rows, held.columns.map(c => c.name), kinds(held)]).toEqual([16281, like, kinds(train)]);
    expect(column(held, 'salary')).toMatchObject({ levels: ['<=50K.', '>50K.'] });
    let rows = 0;
    for await (const batch of batches(join(realData!, 'adult/adult-test.data'), { like })) {
      expect(batch.names).toEqual(like);
      rows += batch.rows.length;
    }
    expect(rows).toBe(16281);
  });

  test('MNIST as a folder of IDX files', async () => {
    const data = await readSource(join(realData!, 'mnist'));
    expect(data).toMatchObject({
      kind: 'images-split',
      train: { rows: 60000, shape: [28, 28, 1] },
      test: { rows: 10000, shape: [28, 28, 1] },
    });
  });
});

test.runIf(realData === undefined)(whyNoData, () => {});
