import { expect, test } from 'vitest';
import { exampleReport } from '../job/testing.case.ts';
import { judge } from './gate.ts';

const report = exampleReport({ standardErrors: { logloss: 0.1 } });
const at = (level: number) => ({ metric: 'accuracy', sign: '>=', level }) as const;

test('a level that is reached exactly holds; all must hold', () => {
  expect(judge(report, [at(0.8)])).toMatchObject({ part: 'test', rows: 20, passed: true });
  expect(judge(report, [at(0.81)]).passed).toBe(false);
  expect(judge(report, [at(0.5), at(0.81)]).judgements.map(({ holds }) => holds)).toEqual([true, false]);
});

test('the interval is told beside the score', () => {
  // 16 of 20: (0.8 + 0.09604 ± 1.96 √(0.008 + 0.0024)) / 1.19207
  expect(judge(report, [at(0.8)]).judgements[0]!.interval).toMatchObject({
    low: expect.closeTo(0.584, 3),
    high: expect.closeTo(0.9193, 3),
  });
});

test('what is not defined does not hold', () => {
  const gate = judge(report, [{ metric: 'logloss', sign: '<=', level: 9 }]);
  expect(gate).toMatchObject({ passed: false, judgements: [{ value: null, interval: null, holds: false }] });
});

test('without a test part it is the validation part that judges, and that is said', () => {
  const rows = { train: 80, validation: 20, test: 0 };
  expect(judge(exampleReport({ rows }), [at(0.85)])).toMatchObject({ part: 'validation', passed: true });
});
