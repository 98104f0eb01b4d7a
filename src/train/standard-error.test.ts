/** Standard errors against the bootstrap, which knows nothing of influence. */
import { describe, expect, test } from 'vitest';
import { random } from '../random.ts';
import { metrics, type Scored } from './metric.ts';
import { standardErrors } from './standard-error.ts';
import type { TaskName } from './task.ts';

const rows = 400;
const rng = random(3);

function sample(task: TaskName): Scored {
  const base = { outputs: 1, threshold: 0.5 };
  if (task === 'multiclass') {
    const truths = Array.from({ length: rows }, () => rng.below(3));
    const predictions = Float32Array.from(
      truths.flatMap(truth => {
        const raw = [0, 1, 2].map(k => Math.exp(1.2 * Number(k === truth) + rng.normal()));
        const sum = raw.reduce((a, b) => a + b);
        return raw.map(value => value / sum);
      }),
    );
    return { ...base, outputs: 3, truths, predictions };
  }
  if (task === 'binary') {
    const truths = Array.from({ length: rows }, () => Number(rng.uniform() < 0.3));
    const score = (truth: number): number => 1 / (1 + Math.exp(1 - 1.5 * truth + rng.normal()));
    // Rounded, so that some are equal.
    return { ...base, truths, predictions: Float32Array.from(truths, truth => Math.round(score(truth) * 40) / 40) };
  }
  const truths = Array.from({ length: rows }, () => 20 + 4 * rng.normal());
  const predictions = Float32Array.from(truths, truth => truth + 0.1 * truth * rng.normal());
  return { ...base, truths, predictions, scales: truths.map((_, row) => 1 + (row % 3)) };
}

function pick({ predictions, truths, scales, outputs, threshold }: Scored, order: readonly number[]): Scored {
  const own = order.flatMap(row => Array.from(predictions.subarray(row * outputs, (row + 1) * outputs)));
  return {
    outputs,
    threshold,
    predictions: Float32Array.from(own),
    truths: order.map(row => truths[row]!),
    scales: scales && order.map(row => scales[row]!),
  };
}

/** Standard deviation of a metric over samples drawn with replacement. */
function bootstrap(scored: Scored, compute: (scored: Scored) => number): number {
  const draws = Array.from({ length: 1500 }, () =>
    compute(
      pick(
        scored,
        Array.from({ length: rows }, () => rng.below(rows)),
      ),
    ),
  );
  const mean = draws.reduce((a, b) => a + b) / draws.length;
  return Math.sqrt(draws.reduce((sum, value) => sum + (value - mean) ** 2, 0) / draws.length);
}

describe.each(['binary', 'multiclass', 'regression', 'forecast'] as const)('%s', task => {
  const scored = sample(task);
  const found = standardErrors(task, scored);
  test.each(metrics.filter(metric => metric.tasks.includes(task)).map(metric => [metric.name, metric] as const))(
    '%s',
    (name, metric) => {
      const truth = bootstrap(scored, metric.compute);
      expect(found[name]! / truth).toBeGreaterThan(0.9);
      expect(found[name]! / truth).toBeLessThan(1.1);
    },
  );
});

test('rows that are copies of one another tell no more than one of them', () => {
  const scored = sample('regression');
  const twice = pick(
    scored,
    Array.from({ length: 2 * rows }, (_, i) => i >> 1),
  );
  const once = standardErrors('regression', scored);
  const grouped = standardErrors('regression', {
    ...twice,
    groups: Int32Array.from(twice.predictions.keys(), i => i >> 1),
  });
  for (const name of Object.keys(once)) expect(grouped[name]).toBeCloseTo(once[name]!, 9);
  expect(standardErrors('regression', twice).mae).toBeLessThan(0.75 * once.mae!);
});

test('where few are independent nothing is told', () => {
  const scored = sample('forecast');
  expect(standardErrors('forecast', { ...scored, groups: scored.predictions.map((_, i) => i % 9) })).toEqual({});
  expect(standardErrors('binary', { ...sample('binary'), truths: new Array<number>(rows).fill(1) })).not.toHaveProperty(
    'auc',
  );
});
