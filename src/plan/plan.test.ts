import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dense, network } from '../nn/index.ts';
import { cluster, gpuCount } from './cluster.ts';
import { gpuNamed, gpus, parseGpu } from './gpus.ts';
import { type Job, trainedCount } from './job.ts';
import { occupied } from './layer-time.ts';
import { stageParameters, stateBytes } from './memory.ts';
import { networkJob } from './network-job.ts';
import { plan, usable } from './plan.ts';
import { precisions } from './precision.ts';
import { megatronShape, presetNamed } from './presets.ts';
import { cut, stageKinds, stagesOf } from './stages.ts';
import { admissible, groupsOf, type Strategy } from './strategy.ts';
import { transformerJob } from './transformer.ts';

const small = transformerJob('small', megatronShape([24, 2304, 24]));
const job = (name: string): Job => presetNamed(name).job();
const h100 = (nodes: number, gpus = 8) => cluster(gpuNamed('h100'), { nodes, gpus });

describe('stages', () => {
  const layers = fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 1, maxLength: 9 });

  /** The least that the costliest run can cost, by trying every cut. */
  function least(costs: readonly number[], count: number): number {
    if (count === 1) return costs.reduce((a, b) => a + b, 0);
    let best = Number.POSITIVE_INFINITY;
    for (let first = 1; first <= costs.length - count + 1; first++) {
      const own = costs.slice(0, first).reduce((a, b) => a + b, 0);
      best = Math.min(best, Math.max(own, least(costs.slice(first), count - 1)));
    }
    return best;
  }

  test('are cut where the costliest costs least, none empty, all layers once', () => {
    fc.assert(
      fc.property(layers, fc.integer({ min: 1, max: 9 }), (costs, asked) => {
        const count = Math.min(asked, costs.length);
        const named = costs.map((cost, i) => ({ ...small.layers[1]!, name: `${i}`, cost }));
        const stages = cut(named, count, layer => (layer as (typeof named)[number]).cost);
        expect(stages).toHaveLength(count);
        expect(stages.flatMap(({ layers }) => layers)).toEqual(named);
        for (const { layers } of stages) expect(layers.length).toBeGreaterThan(0);
        const sums = stages.map(({ layers }) =>
          layers.reduce((sum, layer) => sum + (layer as (typeof named)[number]).cost, 0),
        );
        expect(Math.max(...sums)).toBeCloseTo(least(costs, count), 5);
      }),
      { numRuns: 300 },
    );
  });

  test('of a decoder hold as many blocks each, and all its parameters', () => {
    const stages = stagesOf(small, 8);
    expect(stages.map(({ layers }) => layers.filter(({ core }) => core).length)).toEqual(new Array(8).fill(3));
    expect(stageKinds(stages).map(({ count }) => count)).toEqual([1, 6, 1]);
    const copy = 51_200 * 2304;
    expect(stages.reduce((sum, stage) => sum + stageParameters(stage, 1), 0)).toBe(trainedCount(small) + copy);
  });
});

describe('memory', () => {
  test('of states never grows with more shards', () => {
    const training = { precision: precisions.bf16, optimizer: 'adam' as const };
    const bytes = (zero: Strategy['zero'], data: number): number =>
      Object.values(stateBytes(1e9, { zero, data }, training)).reduce((a, b) => a + b, 0);
    for (const data of [1, 2, 8, 64]) {
      for (const zero of [1, 2, 3] as const) {
        expect(bytes(zero, data)).toBeLessThanOrEqual(bytes((zero - 1) as Strategy['zero'], data));
        expect(bytes(zero, 2 * data)).toBeLessThan(bytes(zero, data));
      }
    }
  });

  test('of a GPU never grows when a layer or a replica’s state is divided more', () => {
    const of = (nodes: number, wishes: object): number =>
      plan(small, h100(nodes), {
        batch: 64,
        precision: 'bf16',
        wishes: { micro: 1, recompute: 'selective', interleave: 1, ...wishes },
      }).rows.filter(({ gpus }) => gpus > 1)[0]!.bytes;
    for (const zero of [1, 2, 3]) {
      const sizes = [1, 2, 4, 8].map(nodes => of(nodes, { zero, tensor: 1, pipeline: 1 }));
      expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
    }
    for (const pipeline of [1, 2]) {
      const sizes = [1, 2, 4, 8].map(tensor => of(2, { zero: 0, tensor, pipeline }));
      expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
    }
    const stages = [1, 2, 4, 8].map(pipeline => of(2, { zero: 0, tensor: 1, pipeline }));
    expect(stages).toEqual(stages.toSorted((a, b) => b - a));
  });
});

describe('a plan', () => {
  test('holds admissible strategies only', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('mlp-mnist', 'cnn-cifar', 'gpt2', 'megatron-22b'),
        fc.constantFrom(1, 2, 3, 4, 6),
        fc.constantFrom(1, 2, 4, 8),
        fc.constantFrom(24, 48, 64),
        (name, nodes, gpus, batch) => {
          const own = job(name);
          const where = h100(nodes, gpus);
          for (const strategy of admissible(own, where, batch)) {
            const { tensor, pipeline, data, zero, micro, micros, interleave } = strategy;
            expect(tensor * pipeline * data).toBe(gpuCount(where));
            expect(data * micro * micros).toBe(batch);
            expect(tensor).toBeLessThanOrEqual(gpus);
            expect(own.divisors.every(one => one % tensor === 0)).toBe(true);
            if (zero > 0) expect(data).toBeGreaterThan(1);
            if (pipeline > 1) expect(zero).toBeLessThan(2);
            if (interleave > 1) expect(micros % pipeline).toBe(0);
            const groups = groupsOf(strategy, where);
            expect(groups.data.inside * groups.data.across).toBe(data);
            expect(groups.tensor.inside * groups.data.inside).toBeLessThanOrEqual(gpus);
          }
        },
      ),
      { numRuns: 15 },
    );
  });

  test('has rows whose terms add up, those that fit first and quicker first; the recommended one fits', () => {
    const found = plan(job('gpt3-13b'), h100(4), { batch: 256, precision: 'bf16' });
    for (const { memory, bytes, seconds, traffic, sent, fits } of found.rows) {
      expect(Object.values(memory).reduce((a, b) => a + b, 0)).toBeCloseTo(bytes, 0);
      const { total, ...parts } = seconds;
      expect(Object.values(parts).reduce((a, b) => a + b, 0)).toBeCloseTo(total, 9);
      expect(traffic.reduce((sum, { nvlink }) => sum + nvlink, 0)).toBeCloseTo(sent.nvlink, 0);
      expect(fits).toBe(bytes <= usable * gpuNamed('h100').memory);
    }
    const fitting = found.rows.filter(({ fits }) => fits).map(({ seconds }) => seconds.total);
    expect(fitting).toEqual(fitting.toSorted((a, b) => a - b));
    expect(found.recommended!.fits).toBe(true);
    const unhidden = found.rows.filter(({ fits }) => fits).map(row => row.unhidden);
    expect(found.recommended!.unhidden).toBeLessThanOrEqual(1.02 * Math.min(...unhidden));
    for (const row of found.rows) expect(row.unhidden).toBeGreaterThanOrEqual(row.seconds.total);
    expect(found.why.length).toBeGreaterThan(1);
  });

  test('sends what the papers say: gradients twice, with ZeRO-3 parameters too', () => {
    const where = h100(1);
    const sent = (zero: number): number =>
      plan(small, where, {
        batch: 64,
        precision: 'bf16-short',
        wishes: { zero, tensor: 1, pipeline: 1, micro: 8, recompute: 'selective' },
      }).rows.find(({ gpus }) => gpus === 8)!.sent.nvlink;
    const all = (2 * trainedCount(small) * 7) / 8;
    expect([0, 1, 2, 3].map(zero => sent(zero) / all)).toEqual([
      expect.closeTo(2, 6),
      expect.closeTo(2, 6),
      expect.closeTo(2, 6),
      expect.closeTo(3, 6),
    ]);
  });

  test('sends 8 numbers a token and layer for tensor parallelism, and a number a token between stages', () => {
    const wishes = { zero: 0, micro: 1, recompute: 'none', sequenceParallel: false, interleave: 1 } as const;
    const cargo = (name: string, tensor: number, pipeline: number) =>
      plan(small, h100(1), { batch: 8, precision: 'bf16', wishes: { ...wishes, tensor, pipeline } })
        .rows.find(({ gpus }) => gpus === 8)!
        .traffic.filter(one => one.cargo === name)
        .reduce((sum, { nvlink }) => sum + nvlink, 0);
    const numbers = 2048 * 2304;
    // 24 blocks with 4 AllReduces each, one after the embedding, one before the head; 8 sequences.
    expect(cargo('parts of layers', 8, 1)).toBeCloseTo(8 * (24 * 4 + 2) * ((2 * 7) / 8) * numbers * 2, 0);
    // The last stage, which shares the embedding, is the busiest; it only sends back.
    expect(cargo('activations of stages', 1, 8)).toBeCloseTo(8 * numbers * 2, 0);
  });

  test('waits (p − 1) / m of its computing in the bubble, a v-th of it with v pieces', () => {
    const even = transformerJob('even', { ...megatronShape([24, 2304, 24]), vocabulary: 8 });
    const shares = [1, 3].map(interleave => {
      const { seconds } = plan(even, h100(1), {
        batch: 64,
        precision: 'bf16',
        wishes: { tensor: 1, pipeline: 8, micro: 1, interleave, recompute: 'selective' },
      }).rows[0]!;
      return seconds.bubble / (seconds.forward + seconds.backward + seconds.again + seconds.pipeline);
    });
    expect(shares[0]! / (7 / 64)).toBeCloseTo(1, 1);
    expect(shares[1]! / shares[0]!).toBeCloseTo(1 / 3, 1);
  });

  test('leaves a neuron on one GPU, and says what is missing where nothing fits', () => {
    expect(plan(job('neuron'), h100(1), { batch: 8 }).recommended!.name).toBe('none');
    const none = plan(job('trillion'), h100(1), { batch: 8, precision: 'bf16' });
    expect(none.recommended).toBeNull();
    expect(none.why.join()).toMatch(/nothing fits.*times the memory of a h100/);
    expect(() => plan(job('gpt2'), h100(1), { batch: 3, wishes: { tensor: 5 } })).toThrow(
      /no strategy divides a batch/,
    );
  });

  test('divides a pair of dense layers, whose parts are summed once forward and once back', () => {
    const wide = networkJob('wide', network([dense(8192, 'relu', {}), dense(512)]), [1024]);
    const { rows } = plan(wide, h100(1), { batch: 64, wishes: { tensor: 8, micro: 64 } });
    const [row] = rows.filter(({ name }) => name === 'tensor 8');
    expect(row!.sent.nvlink).toBeCloseTo(((2 * 7) / 8) * 64 * (512 + 1024) * 4, 3);
  });
});

describe('GPUs', () => {
  test('have peaks and bandwidths in a sane order', () => {
    for (const { peak, matmul, memory, bandwidth, nvlink, nic } of gpus) {
      expect(peak.bf16).toBeGreaterThan(peak.fp32);
      expect(matmul).toBeGreaterThan(0.7);
      expect(bandwidth).toBeGreaterThan(nvlink);
      expect(nvlink).toBeGreaterThan((nic / 8) * 1e9);
      expect(memory).toBeGreaterThan(16e9);
    }
  });

  test('of a file are read, with the field named where it is wrong', () => {
    const own = '{"name": "mine", "memoryGB": 24, "bandwidthGBs": 1000, "tflops": {"fp32": 80}, "nvlinkGBs": 30}';
    expect(parseGpu(own, 'gpu.json')).toMatchObject({ memory: 24e9, peak: { bf16: 80e12 }, nic: 400 });
    expect(() => parseGpu('{"name": "mine"}', 'gpu.json')).toThrow(/gpu.json describes no GPU: memoryGB/);
    expect(() => parseGpu('{', 'gpu.json')).toThrow(/not valid JSON/);
    expect(() => gpuNamed('h10')).toThrow(/no GPU 'h10'/);
  });

  test('are filled by whole waves of tiles', () => {
    const tile = 256 * 128;
    expect(occupied(108 * tile, 108)).toBe(1);
    expect(occupied(109 * tile, 108)).toBeCloseTo(109 / 216, 9);
    expect(occupied(54 * tile, 108)).toBe(1);
    expect(occupied(80 * tile, 108)).toBeCloseTo(80 / 108, 9);
  });
});
