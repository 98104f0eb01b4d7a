/** Scan against the same steps written out one after the other: values, gradients, second order; and what it refuses. */
import { describe, expect, test } from 'vitest';
import { grad } from '../grad.ts';
import { constant, f32, i64, input, named, type Tensor, type Value } from '../graph/index.ts';
import { compute, drawn, expectNear } from '../nn/testing.case.ts';
import { encodeModel } from '../onnx/index.ts';
import { random } from '../random.ts';
import {
  add,
  cast,
  concat,
  loop,
  matMul,
  mul,
  reduceSum,
  relu,
  reshape,
  type ScanInput,
  scale,
  scan,
  sigmoid,
  slice,
  sub,
  tanh,
  transpose,
} from './index.ts';

type Step = Parameters<typeof scan>[1];
type Scanned = ReturnType<typeof scan>;

/** What scan does, without Scan. */
function unrolled({ state, sequences, shared = [], reverse = false }: ScanInput, step: Step): Scanned {
  const steps = sequences[0]!.type.shape[0] as number;
  const at = (sequence: Value, t: number): Value => reshape(slice(sequence, 0, t, t + 1), sequence.type.shape.slice(1));
  const reads = sequences.map((_, i) => (typeof reverse === 'object' ? reverse.sequences[i]! : reverse));
  let now = state;
  const emitted: (readonly Value[])[] = [];
  for (let t = 0; t < steps; t++) {
    const elements = sequences.map((sequence, i) => at(sequence, reads[i] ? steps - 1 - t : t));
    const after = step(now, elements, shared);
    now = after.state;
    emitted.push(after.emit);
  }
  const stacked = emitted[0]!.map((_, k) => {
    const backwards = typeof reverse === 'object' ? reverse.stacked[k]! : reverse;
    const all = emitted.map(values => reshape(values[k]!, [1, ...values[k]!.type.shape]));
    return concat(backwards ? all.reverse() : all, 0);
  });
  return { state: now, stacked };
}

const steps = 5;
const x = input('x', [steps, 2, 3]);
const y = input('y', [steps, 2, 3]);
const h = input('h', [2, 3]);
const c = input('c', [2, 3]);
const w = input('w', [2, 2]);
const b = input('b', [2, 1]);
const leaves = [x, y, h, c, w, b];

const elman: Step = ([before], [element], [bias]) => {
  const next = named(tanh(add(add(matMul(w, before!), element!), bias!)), 'h');
  return { state: [next], emit: [next] };
};

const recurrences: Readonly<Record<string, { readonly over: ScanInput; readonly step: Step }>> = {
  'a running product': {
    over: { state: [h], sequences: [x] },
    step: ([before], [element]) => {
      const next = mul(before!, sigmoid(element!));
      return { state: [next], emit: [] };
    },
  },
  'a recurrence with captured and shared weights': {
    over: { state: [h], sequences: [x], shared: [b] },
    step: elman,
  },
  'the same from the end': { over: { state: [h], sequences: [x], shared: [b], reverse: true }, step: elman },
  'two directions at once, two states that cross': {
    over: {
      state: [h, c],
      sequences: [x, y],
      reverse: { sequences: [false, true], stacked: [true, false, false] },
    },
    step: ([a, z], [forth, back]) => {
      const mixed = tanh(add(mul(a!, forth!), mul(z!, back!)));
      return { state: [z!, mixed], emit: [mixed, mul(mixed, mixed), back!] };
    },
  },
  'a state that stays, an element handed on, one value three times': {
    over: { state: [h, c], sequences: [x] },
    step: ([kept, sum], [element]) => {
      const next = named(add(sum!, mul(kept!, element!)), 'next');
      return { state: [kept!, next], emit: [next, next, element!, kept!] };
    },
  },
  'a whole number in the state': {
    over: { state: [h, constant(i64([1], []))], sequences: [x] },
    step: ([before, count], [element]) => {
      const next = tanh(mul(add(before!, element!), scale(cast(count!, 'float32'), 0.3)));
      return { state: [next, add(count!, constant(i64([1], [])))], emit: [next] };
    },
  },
  'a state that no sequence changes': {
    over: { state: [h], sequences: [x] },
    step: ([before]) => ({ state: [matMul(w, before!)], emit: [] }),
  },
  'values computed outside': {
    over: { state: [h], sequences: [x] },
    step: ([before], [element]) => {
      const outside = relu(matMul(transpose(w, [1, 0]), b));
      const next = tanh(add(mul(before!, outside), mul(element!, constant(f32([0.5, -1, 2], [1, 3])))));
      return { state: [next], emit: [sub(next, outside)] };
    },
  },
  'a recurrence within a recurrence': {
    over: { state: [h], sequences: [x] },
    step: ([before], [element]) => {
      const inner = scan({ state: [before!], sequences: [transpose(element!, [1, 0])] }, ([inside], [row]) => {
        const next = tanh(add(mul(inside!, reshape(row!, [2, 1])), mul(element!, b)));
        return { state: [next], emit: [reduceSum(next, [0])] };
      });
      return { state: inner.state, emit: inner.stacked };
    },
  },
};

const total = (value: Value): Value => reshape(reduceSum(value, [...value.type.shape.keys()]), []);
const isFloat = ({ type }: Value): boolean => type.dtype === 'float32';

/** Outputs, gradients of a weighing of them, and gradients of a weighing of those. */
function everything({ state, stacked }: Scanned): Record<string, Value> {
  const rng = random('weights');
  const weighed = (value: Value): Value => total(mul(value, constant(drawn(value.type.shape as number[], rng))));
  const outputs = [...state, ...stacked].filter(isFloat);
  const first = grad(outputs.map(weighed).reduce(add), leaves);
  const found = first.flatMap((d, i) => (d ? [{ d, name: leaves[i]!.name! }] : []));
  const second = grad(found.map(({ d }) => weighed(d)).reduce(add), leaves);
  return {
    ...Object.fromEntries(outputs.map((value, i) => [`output ${i}`, value])),
    ...Object.fromEntries(found.map(({ d, name }) => [`d ${name}`, d])),
    ...Object.fromEntries(second.flatMap((d, i) => (d ? [[`d² ${leaves[i]!.name}`, d]] : []))),
  };
}

const feeds = (): Record<string, Tensor> => {
  const rng = random('scan');
  return Object.fromEntries(leaves.map(({ name, type }) => [name, drawn(type.shape as number[], rng)]));
};

describe.each(Object.entries(recurrences))('%s', (_, { over, step }) => {
  test('is the steps one after the other, in values, gradients and second order', async () => {
    const scanned = everything(scan(over, step));
    const written = everything(unrolled(over, step));
    expect(Object.keys(scanned)).toEqual(expect.arrayContaining(Object.keys(written)));
    const [ours, theirs] = [await compute(leaves, scanned, feeds()), await compute(leaves, written, feeds())];
    // What the steps do not depend on has no gradient there, zeros here.
    for (const [name, values] of Object.entries(ours)) {
      expectNear(values, theirs[name] ?? new Float32Array(values.length), 2e-5);
    }
  });
});

test('a part of the outputs may have a gradient', async () => {
  const { over, step } = recurrences['two directions at once, two states that cross']!;
  const of = (scanned: Scanned): Record<string, Value> => {
    const [dx, dh] = grad(total(mul(scanned.stacked[1]!, scanned.stacked[1]!)), [x, h]);
    return { dx: dx!, dh: dh! };
  };
  const [ours, theirs] = [
    await compute(leaves, of(scan(over, step)), feeds()),
    await compute(leaves, of(unrolled(over, step)), feeds()),
  ];
  for (const [name, values] of Object.entries(theirs)) expectNear(ours[name]!, values, 1e-5);
});

test('inside a loop', async () => {
  const count = constant(i64([3], []));
  const { over } = recurrences['a recurrence with captured and shared weights']!;
  const trained = (how: typeof scan): Value =>
    loop(count, [w], 'trips', (_, [weights]) => {
      const inner: Step = ([before], [element], [bias]) => {
        const next = tanh(add(add(matMul(weights!, before!), element!), bias!));
        return { state: [next], emit: [next] };
      };
      const { stacked } = how(over, inner);
      const [gradient] = grad(total(mul(stacked[0]!, stacked[0]!)), [weights!]);
      return { state: [sub(weights!, scale(gradient!, 0.05))], emit: [] };
    }).state[0]!;
  const [ours, theirs] = [
    await compute(leaves, { after: trained(scan) }, feeds()),
    await compute(leaves, { after: trained(unrolled) }, feeds()),
  ];
  expectNear(ours.after!, theirs.after!, 1e-5);
});

describe('its gradient may be given', () => {
  const own = (gradient: ScanInput['gradient']): readonly (Value | null)[] => {
    const { over, step } = recurrences['a recurrence with captured and shared weights']!;
    return grad(total(scan({ ...over, ...(gradient ? { gradient } : {}) }, step).state[0]!), [x, h, b]);
  };

  test('and is taken where it answers', () => {
    const [dx, dh, db] = own((dys, { inputs }) => inputs.map((_, i) => (i === 2 ? b : dys[0]!)));
    expect(dh).not.toBeNull();
    expect(dx).toBe(dh);
    expect(db).toBe(b);
  });

  test('and is left where it does not', async () => {
    const declined = own(() => null);
    const general = own(undefined);
    const names = ['dx', 'dh', 'db'];
    const values = (found: readonly (Value | null)[]) =>
      compute(leaves, Object.fromEntries(names.map((name, i) => [name, found[i]!])), feeds());
    expect(await values(declined)).toEqual(await values(general));
  });
});

test('the file does not grow with the steps', () => {
  const bytes = (length: number): number => {
    const long = input('x', [length, 2, 3]);
    const { stacked } = scan({ state: [h], sequences: [long], shared: [b] }, elman);
    const gradients = grad(total(stacked[0]!), [long, h, w, b]).map(d => d!);
    const names = gradients.map((_, i) => `d${i}`);
    return encodeModel({ inputs: [long, h, w, b], outputs: gradients }, { outputs: names }).length;
  };
  expect(Math.abs(bytes(500) - bytes(100))).toBeLessThan(50);
});

describe('refuses', () => {
  const one = (values: readonly Value[]): { state: readonly Value[]; emit: readonly Value[] } => ({
    state: values,
    emit: [],
  });
  const wrong: readonly (readonly [string, () => unknown, RegExp])[] = [
    ['no sequences', () => scan({ state: [h], sequences: [] }, ([a]) => one([a!])), /sequences of one length/],
    [
      'sequences of several lengths',
      () => scan({ state: [h], sequences: [x, input('z', [4, 2, 3])] }, ([a]) => one([a!])),
      /Scan: expected sequences of one length, got float32\[5, 2, 3\] and float32\[4, 2, 3\]/,
    ],
    [
      'a state that changes its shape',
      () => scan({ state: [h], sequences: [x] }, ([a]) => one([reduceSum(a!, [0])])),
      /Scan state 0: expected the type it started with, got float32\[2, 3\] and float32\[1, 3\]/,
    ],
    [
      'a state that changes its type',
      () => scan({ state: [h], sequences: [x] }, ([a]) => one([cast(a!, 'int64')])),
      /Scan state 0: expected the type it started with/,
    ],
  ];
  test.each(wrong)('%s', (_, work, message) => {
    expect(work).toThrow(TypeError);
    expect(work).toThrow(message);
  });
});

test('any number of columns, whatever they are called', async () => {
  const many = input('many', [steps, 2, 'N']);
  const start = input('start', [2, 'N']);
  const { state } = scan({ state: [start], sequences: [many] }, ([a], [e]) => onlyState(tanh(add(a!, e!))));
  expect(state[0]!.type.shape).toEqual([2, 'N']);
  const [dm] = grad(state[0]!, [many], state[0]!);
  expect(dm!.type.shape).toEqual([steps, 2, 'N']);
  const made = await compute(
    [many, start],
    { dm: dm! },
    { many: f32(new Float32Array(40), [5, 2, 4]), start: f32(new Float32Array(8), [2, 4]) },
  );
  expect(made.dm!.length).toBe(40);
});

const onlyState = (value: Value) => ({ state: [value], emit: [] });
