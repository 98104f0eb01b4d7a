import { expect, it } from 'vitest';
import type { Report } from '../../job/index.ts';
import { verdict } from './verdict.ts';

const guessing = (header: readonly string[]): Report =>
  ({
    header,
    task: 'multiclass',
    rows: { train: 80, validation: 0, test: 20 },
    metrics: { train: {}, validation: {}, test: { accuracy: 0.1, logloss: 2.3 } },
    baseline: { name: 'class shares', trivial: { accuracy: 0.1, logloss: 2.3 }, linear: null },
    network: { layers: [{ kind: 'dense', units: 8, activation: 'relu' }] },
    forecast: null,
  }) as unknown as Report;

it('says what does not tell the target: columns of a table, or images', () => {
  expect(verdict(guessing(['a', 'b'])).text).toContain(
    'these columns do not tell the target, or there are too few rows',
  );
  expect(verdict(guessing([])).text).toContain('these images do not tell the target, or there are too few images');
});
