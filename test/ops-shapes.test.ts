/** Shape rules under random types: each op refuses with a TypeError, or the runtime gives the inferred type. */
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { apply, type DType, input, type Op, type Type, type Value } from '../src/graph/index.ts';
import { ops } from '../src/ops/index.ts';
import { encoded } from './ops/cases.ts';
import { type Job, type Outcome, type Plain, runModels } from './ops/child.ts';

const samplesPerOp = 100;
const dtypes: readonly DType[] = ['float32', 'float64', 'int32', 'int64', 'uint8', 'bool', 'string'];

interface Try {
  readonly op: Op;
  readonly attrs: unknown;
  readonly types: readonly Type[];
}

const text = ({ types }: Try): string => types.map(({ dtype, shape }) => `${dtype}[${shape}]`).join(' ');

/** The types of a case with some of them changed: another type, another rank, other sizes. */
function around(op: Op): fc.Arbitrary<Try> {
  const anyShape = fc.array(fc.constantFrom(1, 2, 3, 1, 2, 3, 0), { maxLength: 4 });
  return fc.constantFrom(...op.cases).chain(({ inputs, attrs }) => {
    const types = inputs.map(x => {
      const own: Type = 'dtype' in x ? { dtype: x.dtype, shape: x.shape } : { dtype: 'float32', shape: x };
      const shapes = [fc.constant(own.shape), anyShape, fc.shuffledSubarray([...own.shape])] as const;
      return fc.record({
        dtype: fc.oneof(
          { weight: 5, arbitrary: fc.constant(own.dtype) },
          { weight: 1, arbitrary: fc.constantFrom(...dtypes) },
        ),
        shape: fc.oneof(...shapes),
      });
    });
    return fc.tuple(...types).map(drawn => ({ op, attrs, types: drawn as Type[] }));
  });
}

/** Ones of every type (0 for whole numbers, so that an index is in range; "1" for texts). */
function feed(types: readonly Type[]): Plain {
  const one = (dtype: DType): number | string => (dtype === 'string' ? '1' : dtype.startsWith('int') ? 0 : 1);
  const entries = types.map(({ dtype, shape }, i) => {
    const size = (shape as number[]).reduce((product, dim) => product * dim, 1);
    return [`x${i}`, { dtype, shape: shape as number[], data: new Array(size).fill(one(dtype)) }] as const;
  });
  return Object.fromEntries(entries);
}

const tried = ops.filter(op => op.cases.some(({ inputs }) => inputs.length > 0));
const accepted: { readonly job: Job; readonly made: Try; readonly output: Type }[] = [];
const refused = new Map<Op, unknown[]>(tried.map(op => [op, []]));
const outcomes: Record<'native' | 'wasm', Map<string, Outcome>> = { native: new Map(), wasm: new Map() };

beforeAll(async () => {
  for (const op of tried) {
    for (const made of fc.sample(around(op), { numRuns: samplesPerOp, seed: 7 })) {
      const xs = made.types.map(({ shape, dtype }, i) => input(`x${i}`, shape, dtype));
      let y: Value;
      try {
        y = apply(op, xs, made.attrs);
      } catch (error) {
        refused.get(op)!.push(error);
        continue;
      }
      const job = { id: `${op.name} #${accepted.length}`, model: encoded(xs, { y }), runs: [feed(made.types)] };
      accepted.push({ job, made, output: y.type });
    }
  }
  const jobs = accepted.map(({ job }) => job);
  [outcomes.native, outcomes.wasm] = await Promise.all([runModels('native', jobs), runModels('wasm', jobs)]);
});

describe.each(tried)('$name', op => {
  test('refuses with a TypeError that begins with the name of the op', () => {
    for (const error of refused.get(op)!) {
      expect(error).toBeInstanceOf(TypeError);
      expect((error as Error).message).toMatch(/^\w+: expected .*, got /);
    }
  });

  test.each(['native', 'wasm'] as const)('what it accepts runs and has the inferred type (%s)', runtime => {
    const wrong: string[] = [];
    for (const { job, made, output } of accepted.filter(({ made }) => made.op === op)) {
      const outcome = outcomes[runtime].get(job.id)!;
      if ('failed' in outcome && /Integer division by zero/.test(outcome.message)) continue;
      if ('failed' in outcome)
        wrong.push(`${text(made)} ${JSON.stringify(made.attrs)}: ${outcome.failed}: ${outcome.message}`);
      else {
        const { dtype, shape } = outcome.results[0]!.y!;
        if (dtype !== output.dtype || shape.join() !== output.shape.join())
          wrong.push(`${text(made)}: ${dtype}[${shape}] instead of ${output.dtype}[${output.shape}]`);
      }
    }
    expect(wrong).toEqual([]);
  });
});

test('most ops refuse some and accept some', () => {
  for (const op of tried) expect(accepted.filter(({ made }) => made.op === op).length, op.name).toBeGreaterThan(3);
  expect([...refused.values()].filter(errors => errors.length > 0).length).toBeGreaterThan(tried.length / 2);
});
