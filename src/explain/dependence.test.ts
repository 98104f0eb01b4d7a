import { expect, test } from 'vitest';
import { everyRow, makeTable, numberColumn, textColumn } from '../data/index.ts';
import type { Predictor } from '../model/model.ts';
import { dependence } from './dependence.ts';

const table = makeTable('rows', [
  numberColumn('a', [1, 2, 3, 4, null]),
  numberColumn('b', [10, 0, 10, 0, 10]),
  textColumn('c', ['x', 'y', 'x', null, 'x']),
]);

/** 2a + b, and 100 more where c is y; or shares of three classes that say the same. */
const model = (classes: number): Pick<Predictor, 'table'> => ({
  async table(given) {
    const [a, b, c] = given.columns;
    const raw = Array.from({ length: given.rows }, (_, i) => {
      const word = c!.type === 'text' ? c!.levels[c!.codes[i]!] : '';
      const value = 2 * (a as { values: Float64Array }).values[i]! + (b as { values: Float64Array }).values[i]!;
      return Array.from({ length: classes }, (_, k) => value * (k + 1) + (word === 'y' ? 100 : 0));
    });
    return { raw: Float32Array.from(raw.flat()), rows: [], notes: [] };
  },
});

test('a number: each row is a line of slope 2, the mean lies among them at every value', async () => {
  const found = await dependence(model(1), table, everyRow(5), 'a');
  expect(found.values).toEqual([1, 2, 3, 4]);
  expect(found.rows[0]).toEqual([12, 14, 16, 18]);
  expect(found.rows[1]).toEqual([102, 104, 106, 108]);
  expect(found.mean).toEqual([28, 30, 32, 34]);
  expect(found.own).toEqual([1, 2, 3, 4, null]);
});

test('words from the most frequent, of the class that is asked for; a class too many is refused', async () => {
  const known = makeTable('rows', [numberColumn('a', [1, 2]), numberColumn('b', [0, 0]), textColumn('c', ['x', 'y'])]);
  const found = await dependence(model(3), known, everyRow(2), 'c', 2);
  expect(found.values).toEqual(['x', 'y']);
  expect(found.mean).toEqual([9, 109]);
  expect(found.own).toEqual([null, null]);
  await expect(dependence(model(3), known, everyRow(2), 'c', 3)).rejects.toThrow('no class 3');
  await expect(dependence(model(3), known, everyRow(2), 'd')).rejects.toThrow("'d'");
});
