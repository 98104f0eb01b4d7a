import { expect, test } from 'vitest';
import { makeTable, numberColumn, textColumn } from '../data/index.ts';
import { labTable } from './lab-table.ts';

test('of many rows some are drawn from all of the table, also where it is sorted by what is asked for', async () => {
  const rows = Array.from({ length: 6000 }, (_, row) => row);
  const table = makeTable('sorted', [
    numberColumn(
      'size',
      rows.map(row => Math.sin(row)),
    ),
    textColumn(
      'kind',
      rows.map(row => ['a', 'b', 'c'][Math.floor(row / 2000)]!),
    ),
  ]);
  const found = await labTable(table, { target: 'kind', ignore: [], test: 0.25, seed: 1 });
  expect([found.rows, found.trainRows, found.of]).toEqual([2000, 1500, 6000]);
  for (const part of [found.y.subarray(0, 1500), found.y.subarray(1500)])
    for (const kind of [0, 1, 2]) {
      const share = part.filter(value => value === kind).length / part.length;
      expect(share).toBeGreaterThan(0.25);
      expect(share).toBeLessThan(0.42);
    }
});
