/** One table over the op records: shapes, golden values, gradients, second order. */
import { beforeAll, describe, expect, test } from 'vitest';
import { grad } from '../src/grad.ts';
import { apply, input } from '../src/graph/index.ts';
import { ops } from '../src/ops/index.ts';
import { dot, fourthOrder, moved, type Plan, plan, type TableCase, table } from './ops/cases.ts';
import { type Job, type Outcome, type Plain, type PlainTensor, runModels } from './ops/child.ts';

type Complete = TableCase & { golden: NonNullable<TableCase['golden']> };
const complete = table.filter((one): one is Complete => one.golden !== undefined);
const plans = new Map<string, Plan | Error>();
const outcomes: Record<'native' | 'wasm', Map<string, Outcome>> = { native: new Map(), wasm: new Map() };

beforeAll(async () => {
  for (const one of complete) {
    try {
      plans.set(one.id, plan(one));
    } catch (error) {
      plans.set(one.id, error as Error);
    }
  }
  const made = [...plans.values()].filter((one): one is Plan => !(one instanceof Error));
  const jobs = made.flatMap(({ value, vjp, second }) => [value, vjp, second].filter(job => job !== undefined));
  [outcomes.native, outcomes.wasm] = await Promise.all([runModels('native', jobs), runModels('wasm', jobs)]);
});

function planned(id: string): Plan {
  const one = plans.get(id);
  if (!one || one instanceof Error) throw one ?? new Error(`no plan for ${id}`);
  return one;
}

function results(job: Job, runtime: 'native' | 'wasm' = 'native'): readonly Plain[] {
  const outcome = outcomes[runtime].get(job.id);
  if (!outcome || !('results' in outcome))
    throw new Error(`${job.id}: ${outcome ? `${outcome.failed}: ${outcome.message}` : 'did not run'}`);
  return outcome.results;
}

function expectClose(got: PlainTensor, wanted: Omit<PlainTensor, 'dtype'>, tolerance: number): void {
  expect(got.shape).toEqual(wanted.shape);
  wanted.data.forEach((value, k) => {
    const [a, b] = [Number(got.data[k]), Number(value)];
    if (typeof value === 'string') expect(got.data[k]).toBe(value);
    else
      expect(Math.abs(a - b), `element ${k}: ${a}, expected ${b}`).toBeLessThanOrEqual(tolerance * (1 + Math.abs(b)));
  });
}

const expectNear = (a: number, b: number, tolerance: number): void =>
  expect(Math.abs(a - b), `${a} and ${b} differ`).toBeLessThanOrEqual(tolerance * (1 + Math.abs(b)));

test.each(table.filter(one => !one.golden))('$id has golden numbers (npm run golden)', ({ id }) => {
  expect.fail(`${id} has none`);
});

test('every op has cases, but for those with several outputs, which have tests of their own', () => {
  expect(ops.filter(op => op.cases.length === 0).map(op => op.name)).toEqual(['Split', 'Loop', 'Scan']);
});

describe.each(complete)('$id', one => {
  const { golden, given, op } = one;

  test.each(['native', 'wasm'] as const)('type and values are the golden ones (%s)', runtime => {
    const { value } = planned(one.id);
    const types = golden.inputs.map(({ dtype, shape }) => ({ dtype, shape }));
    const y = results(value, runtime)[0]!.y!;
    expect(op.infer(types, given.attrs)).toEqual([{ dtype: y.dtype, shape: y.shape }]);
    expect(y.dtype).toBe(golden.output.dtype);
    expectClose(y, golden.output, 3e-6);
  });

  if (!op.vjp) {
    test('declares that it has no gradient', () => {
      const xs = golden.inputs.map(({ shape, dtype }, i) => input(`x${i}`, shape, dtype));
      const y = apply(op, xs, given.attrs);
      expect(() => grad(y, xs, y)).toThrow(`${op.name} has no gradient`);
    });
    return;
  }
  if (!golden.dy) return;

  test('gradients are the golden ones', () => {
    const { vjp, differentiable } = planned(one.id);
    if (vjp) for (const i of differentiable) expectClose(results(vjp)[0]![`dx${i}`]!, golden.gradients[i]!, 1e-5);
    for (const i of moved(one))
      if (!differentiable.includes(i)) expect(golden.gradients[i]!.data.every(value => value === 0)).toBe(true);
  });

  if (moved(one).length === 0) return;

  test('gradients are those of finite differences', () => {
    const { value, vjp, directions } = planned(one.id);
    const dy = { y: { ...golden.dy!, dtype: 'float32' as const } };
    const runs = results(value).slice(1);
    const perDirection = runs.length / directions.length;
    directions.forEach((v, d) => {
      const ys = runs.slice(d * perDirection, (d + 1) * perDirection).map(outputs => dot(dy, outputs));
      const difference = given.linear ? (ys[0]! - ys[1]!) / 2 : fourthOrder(ys);
      const byName = Object.fromEntries(
        Object.keys(v).map(name => [name, results(vjp!)[0]![name.replace('x', 'dx')] ?? v[name]!]),
      );
      expectNear(dot(v, byName), difference, given.linear ? 2e-6 : 5e-5);
    });
  });

  test('second order: gradients of the gradient are those of finite differences', () => {
    const { vjp, second, secondDirection, weights } = planned(one.id);
    const difference = fourthOrder(
      results(vjp!)
        .slice(1)
        .map(outputs => dot(weights, outputs)),
    );
    let exact = 0;
    for (const [name, d] of Object.entries(results(second!)[0]!)) {
      const wrt = name.split('/')[1]!;
      const v = secondDirection[wrt];
      if (v) exact += dot({ v }, { v: d });
    }
    expectNear(exact, difference, 2e-4);
  });
});
