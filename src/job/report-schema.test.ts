import { describe, expect, test } from 'vitest';
import { parseReport } from './index.ts';
import { exampleReport } from './testing.case.ts';

const written = (report: unknown): unknown => JSON.parse(JSON.stringify(report));

describe('a report read back', () => {
  test('is what was written, in the same order', () => {
    const report = exampleReport();
    expect(JSON.stringify(parseReport(written(report)))).toBe(JSON.stringify(report));
  });

  test('has numbers that are none where JSON has null', () => {
    const report = exampleReport({
      metrics: { train: {}, validation: {}, test: { rmse: Number.POSITIVE_INFINITY } },
      residuals: { quantiles: [Number.NaN], groups: [] },
    });
    expect(parseReport(written(report))).toMatchObject({
      metrics: { test: { rmse: Number.NaN } },
      residuals: { quantiles: [Number.NaN] },
    });
  });

  test('is none without any of its fields, or with nonsense in it', () => {
    for (const name of Object.keys(exampleReport())) {
      for (const odd of [undefined, { toString: 1 }, [[{}]]])
        expect(parseReport(written({ ...exampleReport(), [name]: odd })), name).toBeNull();
    }
    for (const odd of [null, [], 'text', 7, {}, { header: [], metrics: {}, baseline: {}, rows: {}, source: '' }])
      expect(parseReport(odd)).toBeNull();
    expect(parseReport(exampleReport({ confusion: [[1]] }))).toBeNull();
  });
});
