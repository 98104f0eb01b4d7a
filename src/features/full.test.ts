import { describe, expect, it } from 'vitest';
import { type Column, makeTable, numberColumn } from '../data/table.ts';
import { floats } from '../graph/index.ts';
import { encodeModel } from '../onnx/index.ts';
import { nodeRuntime } from '../runtime/node.ts';
import { type Encoder, encodeRows, encoderGraph, fitEncoder, inputValues, parseEncoder, rawFeeds } from './index.ts';
import { referenceRows } from './reference.case.ts';
import { allRows, expectClose, mixedTable } from './testing.case.ts';

const native = await nodeRuntime({ threads: 1 });

const valuesOf = async (...args: Parameters<typeof encodeRows>) => (await encodeRows(...args)).values;
const full = { encoding: 'full' } as const;

async function encodeColumn(
  column: Column,
  trainRows = allRows(column.type === 'text' ? column.codes.length : column.values.length),
) {
  const table = makeTable('one column', [column]);
  const { encoder } = fitEncoder(table, trainRows, full);
  const encoded = await valuesOf(encoder, table, allRows(table.rows), native);
  const row = (at: number) => [...encoded.subarray(at * encoder.width, (at + 1) * encoder.width)];
  return { encoder, encoded, row };
}

const edgesOf = (encoder: Encoder) =>
  encoder.columns[0]!.parts.flatMap(part => (part.kind === 'bins' ? part.edges : []));

describe('the full encoding', () => {
  it('cuts numbers into bins at quantiles, each filled from the left', async () => {
    const { encoder, row } = await encodeColumn(numberColumn('age', [10, 20, 30, 40.5, 50, null, null]));
    expect(encoder.featureNames).toEqual(['age', 'ln(age)', 'age is missing', 'age: 10 … 30', 'age: 30 … 50']);
    expect(edgesOf(encoder)).toEqual([10, 30, 50]);
    expect(row(1).slice(3)).toEqual([0.5, 0]);
    expect(row(3).slice(3)).toEqual([1, Math.fround(10.5 / 20)]);
    expect(row(5).slice(2)).toEqual([1, 1, 0]);
    const logs = [10, 20, 30, 40.5, 50].map(Math.log);
    const mean = logs.reduce((a, b) => a + b) / 5;
    const std = Math.sqrt(logs.reduce((sum, x) => sum + (x - mean) ** 2, 0) / 5);
    const z = (Math.log(50) - Math.log(30)) / std;
    expect(row(4)[1]).toBeCloseTo(z / Math.sqrt(1 + (z / 3) ** 2), 5);
    expect(row(5)[1]).toBe(0);
  });

  it('has a bin for about 60 rows, 48 at most, and more edges where values repeat', () => {
    const bins = (values: readonly number[]) =>
      edgesOf(fitEncoder(makeTable('t', [numberColumn('x', values)]), allRows(values.length), full).encoder);
    expect(bins(Array.from({ length: 600 }, (_, i) => i + 0.5))).toHaveLength(11);
    expect(bins(Array.from({ length: 9000 }, (_, i) => i + 0.5))).toHaveLength(49);
    expect(bins(Array.from({ length: 600 }, (_, i) => (i % 5) + 0.5))).toEqual([0.5, 1.5, 2.5, 3.5, 4.5]);
    const zeros = Array.from({ length: 600 }, (_, i) => (i < 400 ? 0 : i + 0.5));
    expect(bins(zeros).length).toBeGreaterThan(8);
    expect(bins(zeros)[0]).toBe(0);
  });

  it('gives two values one column of −1 and +1', async () => {
    const { encoder, row } = await encodeColumn(numberColumn('flag', [0, 1, 1, null, 1, 0, null]));
    expect(encoder.featureNames).toEqual(['flag', 'flag is missing']);
    expect([row(0), row(1), row(3)]).toEqual([
      [-1, 0],
      [1, 0],
      [1, 1],
    ]);
  });

  it('reads the calendar of dates', () => {
    const values = Float64Array.from({ length: 900 }, (_, i) => 18_262 + i);
    const table = makeTable('t', [{ name: 'day', type: 'date', format: 'yyyy-mm-dd', values }]);
    const { encoder } = fitEncoder(table, allRows(900), full);
    expect(encoder.featureNames).toContain('day weekday=7');
    expect(encoder.featureNames).toContain('day month=12');
    expect(encoder.featureNames).toContain('day month: 1 … 2');
    expect(encoder.featureNames).toContain('day: 2020-01-01 … 2020-03-01');
    expect(encoder.columns[0]!.calendar!.map(({ field }) => field)).toEqual(['year', 'month', 'weekday']);
  });

  it('equals an independent calculation, from codes and from raw text, and comes back from a file', async () => {
    const table = mixedTable(9000);
    const { encoder } = fitEncoder(table, allRows(6000), full);
    const rows = allRows(9000).reverse();
    const encoded = await valuesOf(encoder, table, rows, native);
    expectClose(encoded, referenceRows(encoder, table, rows), 5e-5);
    const shares = encoded.filter((_, i) => i % encoder.width >= encoder.numeric);
    expect(shares.every(value => value >= 0 && value <= 1)).toBe(true);
    expect(new Set(encoder.featureNames).size).toBe(encoder.width);
    const back = parseEncoder(JSON.parse(JSON.stringify(encoder)));
    expect(back).toEqual(encoder);
    const inputs = inputValues(back);
    const graph = { inputs, outputs: [encoderGraph(back, inputs)] };
    const session = await native.open(encodeModel(graph, { outputs: ['encoded'] }));
    const results = await session.run(rawFeeds(back, table, rows.subarray(0, 500)).feeds);
    await session.close();
    expectClose(floats(results[session.outputNames[0]!]), encoded.subarray(0, 500 * encoder.width), 0);
  });

  it.each([
    ['huge', [-3.4e38, 1e38, 3e38, 1e300, -1e300, 0]],
    ['tiny', [1e-40, 2e-40, 3e-40, 1e-38, -1e-38, 5e-38, 6e-38]],
    ['tiny beside huge', [1e-40, 1e38, 0, -1e38, 1e-30, 1]],
    ['huge offset', [1e9, 1e9 + 64, 1e9 + 128, 1e9 + 192, 1e9 + 256, 1e9 + 320]],
    ['almost constant', [1, 1, 1, 1, 1, 1 + 2 ** -23]],
    ['neighbours', [1, 1 + 2 ** -23, 1 + 2 ** -22, 1 + 3 * 2 ** -23]],
    ['all positive range', [1e-37, 1e37, 1, 3, 1e36]],
  ])('%s numbers stay finite and in order', async (_, values) => {
    const { encoder, encoded, row } = await encodeColumn(
      numberColumn('x', [...values, Number.POSITIVE_INFINITY, null]),
    );
    expect(encoded.every(value => Number.isFinite(value) && Math.abs(value) <= 3.000001)).toBe(true);
    const order = [...values.keys()].sort((a, b) => values[a]! - values[b]!);
    for (let i = 1; i < order.length; i++) {
      const [before, after] = [row(order[i - 1]!), row(order[i]!)];
      const names = encoder.featureNames;
      expect(after.every((value, k) => names[k]!.endsWith('missing') || value >= before[k]! - 1e-6)).toBe(true);
    }
  });
});

describe('a full encoder from a file', () => {
  const json = () => JSON.parse(JSON.stringify(fitEncoder(mixedTable(2000), allRows(2000), full).encoder));
  it('is refused when it makes no sense', () => {
    const part = (encoder: ReturnType<typeof json>, kind: string) =>
      encoder.columns
        .flatMap((column: { parts: object[] }) => column.parts)
        .find((found: { kind: string }) => found.kind === kind);
    const broken: ((encoder: ReturnType<typeof json>) => void)[] = [
      encoder => part(encoder, 'bins').edges.reverse(),
      encoder => (part(encoder, 'bins').edges = [1]),
      encoder => (part(encoder, 'bins').edges = [1, 1, 2]),
      encoder => (part(encoder, 'bins').edges = [-1e300, 1]),
      encoder => (part(encoder, 'bins').median = null),
      encoder => (encoder.columns[0].calendar = encoder.columns[4].calendar),
      encoder => (encoder.columns[4].calendar[0].field = 'century'),
      encoder =>
        (encoder.columns[4].calendar[0].parts = [{ kind: 'words', levels: ['a'], missing: false, other: false }]),
    ];
    for (const damage of broken) {
      const encoder = json();
      damage(encoder);
      expect(() => parseEncoder(encoder), String(damage)).toThrow(/the encoder of this model is not valid/);
    }
  });
});
