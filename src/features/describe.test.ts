import { expect, it } from 'vitest';
import { makeTable, numberColumn, textColumn } from '../data/table.ts';
import { describe, fitEncoder } from './index.ts';
import { allRows } from './testing.case.ts';

it('describes every column', () => {
  const table = makeTable('t', [
    numberColumn('x', [1, 2, null, 4.5]),
    textColumn('w', ['a', 'b', 'a', null]),
    { name: 'd', type: 'date', format: 'yyyy-mm-dd', values: Float64Array.of(0, 1, 2, 31) },
    textColumn('none', [null, null, null, null]),
    numberColumn('y', [0, 1, 0, 1]),
  ]);
  const { decisions } = fitEncoder(table, allRows(4), { target: 'y' });
  const report = describe(table, decisions, { target: 'y' });
  expect(report.map(({ column, type, role, missing, distinct }) => [column, type, role, missing, distinct])).toEqual([
    ['x', 'number', 'numeric', 0.25, 3],
    ['w', 'text', 'category', 0.25, 2],
    ['d', 'date', 'date', 0, 4],
    ['none', 'text', 'empty', 1, 0],
    ['y', 'number', 'target', 0, 2],
  ]);
  expect(report.map(({ summary }) => summary)).toEqual([
    'mean 2.5, 1 … 4.5',
    'a 67 %, b 33 %',
    '1970-01-01 … 1970-02-01',
    '',
    'mean 0.5, 0 … 1',
  ]);
  expect(report[3]!.why).toBe('every value is missing');
  expect(report[0]!.range).toEqual({ mean: 2.5, min: 1, max: 4.5 });
  expect(report[1]!.top).toEqual([
    { level: 'a', rows: 2 },
    { level: 'b', rows: 1 },
  ]);
  expect(describe(table, [], { rows: [0, 1] })[0]).toMatchObject({ missing: 0, role: undefined });
});
