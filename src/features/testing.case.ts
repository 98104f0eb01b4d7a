/** What tests of this folder share: the folder of public data sets, and closeness of rows of numbers. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { type Column, makeTable, numberColumn, type Table, textColumn } from '../data/table.ts';
import { random } from '../random.ts';

/** Where the public data sets are: HILLOCK_DATA, or a folder beside the project; tests that need them are skipped without. */
export const dataFolder = process.env.HILLOCK_DATA ?? fileURLToPath(new URL('../../../shared/data', import.meta.url));
export const hasData = existsSync(`${dataFolder}/titanic/titanic.csv`);

/** All row indexes of a table. */
export const allRows = (rows: number): Int32Array => Int32Array.from({ length: rows }, (_, row) => row);

/** Expects equal lengths and |a − b| ≤ tolerance everywhere (NaN is never close). */
export function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  expect(actual.length).toBe(expected.length);
  let worst = 0;
  for (let i = 0; i < actual.length; i++) {
    const distance = Math.abs(actual[i]! - expected[i]!);
    worst = Number.isNaN(distance) ? Number.NaN : Math.max(worst, distance);
  }
  expect(worst).toBeLessThanOrEqual(tolerance);
}

/** A table with every type of column, missing cells and rare words. */
export function mixedTable(rows: number, seed = 1): Table {
  const rng = random(seed);
  const draw = <T>(make: () => T) => Array.from({ length: rows }, make);
  const columns: Column[] = [
    numberColumn(
      'age',
      draw(() => (rng.uniform() < 0.1 ? null : 40 + 12 * rng.normal())),
    ),
    numberColumn(
      'hour',
      draw(() => rng.below(12)),
    ),
    textColumn(
      'town',
      draw(() => (rng.uniform() < 0.1 ? null : ['Bonn', 'Ulm ', 'Köln', 'Jena'][rng.below(4)])),
    ),
    textColumn(
      'job',
      draw(() => (rng.uniform() < 0.01 ? `rare ${rng.uniform()}` : ['a', 'b', 'c'][rng.below(3)])),
    ),
    {
      name: 'when',
      type: 'date',
      format: 'yyyy-mm-dd',
      values: Float64Array.from(draw(() => (rng.uniform() < 0.05 ? Number.NaN : 18_000 + rng.below(900)))),
    },
  ];
  return makeTable('mixed', columns);
}
