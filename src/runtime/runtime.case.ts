/** What every runtime must do; a runtime's own test calls `runtimeContract` and skips only with a reason. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { HillockError } from '../errors.ts';
import {
  bools,
  type Dim,
  type DType,
  f32,
  floats,
  i32,
  i64,
  input,
  named,
  strings,
  type Tensor,
  u8,
  type Value,
} from '../graph/index.ts';
import { encodeModel } from '../onnx/index.ts';
import {
  add,
  gather,
  gemm,
  identity,
  loop,
  matMul,
  mul,
  reduceSum,
  relu,
  reshape,
  scalar,
  scan,
  sub,
  transpose,
} from '../ops/index.ts';
import type { Runtime, Session } from './runtime.ts';

export interface Skip {
  readonly reason: string;
  readonly tests: readonly string[];
}

/** The bytes of a model; the keys of `outputs` name them. */
export function model(inputs: readonly Value[], outputs: Readonly<Record<string, Value>>): Uint8Array {
  return encodeModel({ inputs, outputs: Object.values(outputs) }, { outputs: Object.keys(outputs) });
}

const scaled = (factor: number, shape: readonly Dim[] = ['N']): Uint8Array => {
  const x = input('x', shape);
  return model([x], { y: mul(x, scalar(factor)) });
};

/** Gradient descent on the rows that a matrix of indices names, with the data inside the program. */
function loopModel(): Uint8Array {
  const x = input('x', [4, 2]);
  const y = input('y', [4, 1]);
  const rows = input('rows', ['steps', 2], 'int64');
  const count = input('count', [], 'int64');
  const w = input('w', [2, 1]);
  const { state, stacked } = loop(count, [w], 'steps', (step, [weights]) => {
    const batch = gather(rows, step);
    const data = gather(x, batch);
    const error = sub(gemm(data, weights!), gather(y, batch));
    const gradient = matMul(transpose(data, [1, 0]), error);
    return {
      state: [sub(weights!, mul(gradient, scalar(0.1)))],
      emit: [reshape(reduceSum(mul(error, error), [0, 1]), [])],
    };
  });
  return model([count, rows, x, y, w], { w_out: state[0]!, losses: stacked[0]! });
}

/** The same in plain arithmetic: final weights and losses. */
function byHand(rows: readonly (readonly number[])[], xs: number[][], ys: number[], start: readonly number[]) {
  const w = [...start];
  const losses = rows.map(batch => {
    const errors = batch.map(r => xs[r]![0]! * w[0]! + xs[r]![1]! * w[1]! - ys[r]!);
    [0, 1].forEach(k => {
      w[k]! -= 0.1 * batch.reduce((sum, r, b) => sum + xs[r]![k]! * errors[b]!, 0);
    });
    return errors.reduce((sum, e) => sum + e * e, 0);
  });
  return { w, losses };
}

export function runtimeContract(name: string, makeRuntime: () => Promise<Runtime>, skips: readonly Skip[] = []): void {
  const it = (title: string, body: () => Promise<void>): void => {
    const skip = skips.find(entry => entry.tests.includes(title));
    // Its title tells the reason.
    if (skip) test.skip(`${title} (${skip.reason})`, body);
    else test(title, body);
  };

  describe(`runtime contract: ${name}`, () => {
    let runtime: Runtime;
    const opened: Session[] = [];
    const open = async (bytes: Uint8Array): Promise<Session> => {
      const session = await runtime.open(bytes);
      opened.push(session);
      return session;
    };
    beforeAll(async () => {
      runtime = await makeRuntime();
    });
    afterAll(async () => {
      for (const session of opened) await session.close();
    });

    it('says what it is', async () => {
      expect(runtime.name).toMatch(/onnxruntime/);
      expect(runtime.threads).toBeGreaterThanOrEqual(1);
    });

    it('opens, runs and names inputs and outputs', async () => {
      const x = input('x', [2, 2]);
      const w = input('w', [2, 1]);
      const session = await open(model([x, w], { z: matMul(x, w), a: relu(x) }));
      expect(session.inputNames).toEqual(['x', 'w']);
      expect(session.outputNames).toEqual(['z', 'a']);
      const { z, a } = await session.run({ x: f32([1, -2, 3, 4], [2, 2]), w: f32([10, 1], [2, 1]) });
      expect(z).toEqual(f32([8, 34], [2, 1]));
      expect(a).toEqual(f32([1, 0, 3, 4], [2, 2]));
    });

    const big = 2n ** 53n + 1n;
    const samples: Record<Exclude<DType, 'float64'>, Tensor> = {
      float32: f32([1.5, -0, Number.NaN, Number.NEGATIVE_INFINITY]),
      int32: i32([1, -2147483648, 2147483647]),
      int64: { dtype: 'int64', shape: [2], data: BigInt64Array.of(-1n, big) },
      uint8: u8([0, 255]),
      bool: bools([true, false, true]),
      string: strings(['', 'Ärger', '🙂 "quoted"', 'a\nb']),
    };
    for (const [dtype, tensor] of Object.entries(samples)) {
      it(`takes and returns ${dtype}`, async () => {
        const x = input('x', ['N'], dtype as DType);
        const { y } = await (await open(model([x], { y: identity(x) }))).run({ x: tensor });
        expect(y).toEqual(tensor);
      });
    }

    it('runs any batch size, 0 rows among them', async () => {
      const session = await open(scaled(2, ['N', 3]));
      for (const rows of [1, 4, 0, 7]) {
        const { y } = await session.run({ x: f32(new Float32Array(3 * rows).fill(1.5), [rows, 3]) });
        expect(y).toEqual(f32(new Float32Array(3 * rows).fill(3), [rows, 3]));
      }
    });

    it('returns scalars', async () => {
      const x = input('x', [3]);
      const session = await open(model([x], { y: reshape(reduceSum(x, [0]), []) }));
      expect(await session.run({ x: f32([1, 2, 4]) })).toEqual({ y: f32([7], []) });
    });

    it('passes an input and a constant straight through', async () => {
      const x = input('x', [2]);
      const session = await open(model([x], { y: x, one: scalar(1), again: x }));
      const { y, one, again } = await session.run({ x: f32([3, 4]) });
      expect([y, one, again]).toEqual([f32([3, 4]), f32([1], []), f32([3, 4])]);
    });

    it('loops over resident data and carries state', async () => {
      const session = await open(loopModel());
      const xs = [
        [1, 2],
        [-1, 0.5],
        [0.25, -1],
        [2, 1],
      ];
      const ys = [1, -1, 0.5, 2];
      const rows = [
        [0, 1],
        [2, 3],
        [1, 3],
        [0, 2],
        [3, 3],
      ];
      for (const count of [5, 0, 1]) {
        const used = rows.slice(0, count);
        const { w_out, losses } = await session.run({
          count: i64([count], []),
          rows: i64(used.flat(), [count, 2]),
          x: f32(xs.flat(), [4, 2]),
          y: f32(ys, [4, 1]),
          w: f32([0.5, -0.5], [2, 1]),
        });
        const expected = byHand(used, xs, ys, [0.5, -0.5]);
        expect(losses!.shape).toEqual([count]);
        floats(w_out).forEach((value, i) => {
          expect(value).toBeCloseTo(expected.w[i]!, 5);
        });
        floats(losses).forEach((value, i) => {
          expect(value).toBeCloseTo(expected.losses[i]!, 5);
        });
      }
    });

    it('gives a loop the values computed outside it', async () => {
      const x = input('x', [2]);
      const count = input('count', [], 'int64');
      const outer = relu(x);
      const { state } = loop(count, [x], 'trips', (_, [h]) => ({ state: [add(h!, outer)], emit: [] }));
      const session = await open(model([x, count], { outer, y: add(state[0]!, outer) }));
      const result = await session.run({ x: f32([1, -1]), count: i64([3], []) });
      expect(result).toEqual({ outer: f32([1, 0]), y: f32([5, -1]) });
    });

    it('scans a sequence; its state may also be stacked, more than once and by any name', async () => {
      const x = input('x', [4, 'N']);
      const start = input('start', ['N']);
      const { state, stacked } = scan({ state: [start], sequences: [x] }, ([sum], [element]) => {
        const next = named(add(mul(sum!, scalar(2)), element!), 'next');
        return { state: [next], emit: [next, next] };
      });
      const session = await open(model([x, start], { last: state[0]!, all: stacked[0]!, again: stacked[1]! }));
      const result = await session.run({ x: f32([1, 2, 3, 4, 5, 6, 7, 8], [4, 2]), start: f32([1, -1]) });
      const all = f32([3, 0, 9, 4, 23, 14, 53, 36], [4, 2]);
      expect(result).toEqual({ last: f32([53, 36]), all, again: all });
    });

    it('scans from the end, one scan in another, inside a loop', async () => {
      const x = input('x', [3, 2]);
      const count = input('count', [], 'int64');
      const start = input('start', []);
      const { state, stacked } = loop(count, [start], 'trips', (_, [before]) => {
        const rows = scan({ state: [before!], sequences: [x], reverse: true }, ([sum], [row]) => {
          const inner = scan({ state: [sum!], sequences: [row!] }, ([at], [number]) => {
            const next = add(mul(at!, scalar(10)), number!);
            return { state: [next], emit: [] };
          });
          return { state: inner.state, emit: inner.state };
        });
        return { state: [mul(rows.state[0]!, scalar(0))], emit: rows.stacked };
      });
      const session = await open(model([x, count, start], { end: state[0]!, stacked: stacked[0]! }));
      const result = await session.run({
        x: f32([1, 2, 3, 4, 5, 6], [3, 2]),
        count: i64([2], []),
        start: f32([7], []),
      });
      expect(result.end).toEqual(f32([0], []));
      expect(result.stacked).toEqual(f32([7563412, 75634, 756, 563412, 5634, 56], [2, 3]));
    });

    it('serialises concurrent runs and keeps their results apart', async () => {
      const session = await open(scaled(10));
      const results = await Promise.all(Array.from({ length: 20 }, (_, i) => session.run({ x: f32([i, i + 1]) })));
      results.forEach((result, i) => {
        expect(floats(result.y)).toEqual(Float32Array.of(10 * i, 10 * i + 10));
      });
    });

    it('keeps going after a failed run', async () => {
      const x = input('x', [3]);
      const rows = input('rows', ['N'], 'int64');
      const session = await open(model([x, rows], { y: gather(x, rows) }));
      const feed = (row: number) => ({ x: f32([1, 2, 3]), rows: i64([row]) });
      const [bad, good] = await Promise.allSettled([session.run(feed(99)), session.run(feed(2))]);
      expect(bad.status).toBe('rejected');
      expect(good).toMatchObject({ status: 'fulfilled', value: { y: f32([3]) } });
    });

    it('keeps several sessions apart', async () => {
      const sessions = await Promise.all([2, 3, 4].map(factor => open(scaled(factor))));
      const results = await Promise.all(sessions.map(session => session.run({ x: f32([1]) })));
      expect(results.map(({ y }) => floats(y)[0])).toEqual([2, 3, 4]);
    });

    it('does not change what it is fed, and its results stay', async () => {
      const session = await open(scaled(2));
      const x = f32([1, 2]);
      const first = await session.run({ x });
      await session.run({ x: f32([7, 7]) });
      expect(x).toEqual(f32([1, 2]));
      expect(first.y).toEqual(f32([2, 4]));
    });

    it('takes a view into a larger buffer', async () => {
      const session = await open(scaled(2));
      const { y } = await session.run({ x: f32(Float32Array.of(9, 1, 2, 9).subarray(1, 3)) });
      expect(y).toEqual(f32([2, 4]));
    });

    it('runs a big tensor', async () => {
      const session = await open(scaled(3));
      const size = 4_000_000;
      const { y } = await session.run({ x: f32(Float32Array.from({ length: size }, (_, i) => i % 7)) });
      expect(y!.shape).toEqual([size]);
      expect([floats(y)[0], floats(y)[6], floats(y)[size - 1]]).toEqual([0, 18, 3 * ((size - 1) % 7)]);
    });

    it('refuses bytes that are no model', async () => {
      const good = scaled(2);
      const bad = [
        new Uint8Array(0),
        new TextEncoder().encode('no model, just text'),
        good.subarray(0, good.length / 2),
      ];
      for (const bytes of bad) {
        const error = await runtime.open(bytes).catch((reason: unknown) => reason);
        expect(error).toBeInstanceOf(HillockError);
        expect((error as HillockError).kind).toBe('model-file');
      }
      expect(floats((await (await open(good)).run({ x: f32([1]) })).y)[0]).toBe(2);
    });

    it('names feeds that are missing, unknown, of a wrong type or of a wrong shape', async () => {
      const x = input('pixels', ['N', 2]);
      const t = input('labels', ['N'], 'int64');
      const session = await open(model([x, t], { y: relu(x), z: identity(t) }));
      const pixels = f32([1, 2], [1, 2]);
      const labels = i64([0]);
      await expect(session.run({ pixels })).rejects.toThrow(/misses labels/);
      await expect(session.run({ pixels, labels, lables: labels })).rejects.toThrow(/does not know lables/);
      await expect(session.run({ pixels, labels: i32([0]) })).rejects.toThrow(
        /labels: expected int64\[N\].*int32\[1\]/,
      );
      await expect(session.run({ pixels: f32([1, 2]), labels })).rejects.toThrow(/pixels: expected float32\[N, 2\]/);
      await expect(session.run({ pixels: f32([1, 2, 3], [1, 3]), labels })).rejects.toThrow(/pixels.*\[1, 3\]/);
      await expect(session.run({ pixels, labels: i64([0, 1]) })).rejects.toThrow(/labels.*N = 1/);
      expect((await session.run({ pixels, labels })).z).toEqual(labels);
    });

    it('closes twice, after what it was asked before, and runs nothing then', async () => {
      const session = await runtime.open(scaled(2));
      const running = session.run({ x: f32([4]) });
      await Promise.all([session.close(), session.close()]);
      expect((await running).y).toEqual(f32([8]));
      await session.close();
      await expect(session.run({ x: f32([1]) })).rejects.toThrow(/closed/);
    });
  });
}
