import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cluster } from './cluster.ts';
import { collectiveSeconds, type Group, sentBy } from './collective.ts';
import { gpuNamed } from './gpus.ts';

/**
 * Rings number by number: each GPU holds a vector; ring k of a node's GPUs takes the part k of it, leaves each node through GPU k,
 * and is cut into as many chunks as there are GPUs. Counts what every GPU sends and checks what every GPU ends with.
 */
function simulated({ inside, across }: Group, pattern: 'AllReduce' | 'AllGather' | 'ReduceScatter') {
  const n = inside * across;
  const numbers = inside * n;
  const value = (gpu: number, at: number): number => gpu * 1000 + at;
  const vectors = Array.from({ length: n }, (_, gpu) =>
    Float64Array.from({ length: numbers }, (_, at) => value(gpu, at)),
  );
  const sums = Float64Array.from({ length: numbers }, (_, at) => vectors.reduce((sum, vector) => sum + vector[at]!, 0));
  const sent = Array.from({ length: n }, () => ({ nvlink: 0, network: 0 }));
  for (let ring = 0; ring < inside; ring++) {
    // Node after node; GPU `ring` is the last of each, so that the ring leaves through its NIC.
    const order = Array.from({ length: n }, (_, i) => {
      const [node, place] = [Math.floor(i / inside), i % inside];
      return node * inside + ((ring + 1 + place) % inside);
    });
    const at = (chunk: number): number => ring * n + (((chunk % n) + n) % n);
    const move = (step: number, offset: number, add: boolean): void => {
      const messages = order.map((gpu, i) => {
        const place = at(i - step + offset);
        return { from: gpu, to: order[(i + 1) % n]!, place, number: vectors[gpu]![place]! };
      });
      for (const { from, to, place, number } of messages) {
        const crosses = Math.floor(from / inside) !== Math.floor(to / inside);
        sent[from]![crosses ? 'network' : 'nvlink']++;
        vectors[to]![place] = add ? vectors[to]![place]! + number : number;
      }
    };
    if (pattern === 'AllGather') for (const [i, gpu] of order.entries()) vectors[gpu]![at(i + 1)] = sums[at(i + 1)]!;
    for (let step = 0; step < n - 1 && pattern !== 'AllGather'; step++) move(step, 0, true);
    for (let step = 0; step < n - 1 && pattern !== 'ReduceScatter'; step++) move(step, 1, false);
    for (const [i, gpu] of order.entries())
      for (let chunk = 0; chunk < n; chunk++)
        if (pattern !== 'ReduceScatter' || chunk === (i + 1) % n)
          expect(vectors[gpu]![at(chunk)]).toBe(sums[at(chunk)]);
  }
  return { numbers, sent };
}

test('what rings send is what is reckoned, GPU by GPU', () => {
  fc.assert(
    fc.property(
      fc.record({ inside: fc.integer({ min: 1, max: 6 }), across: fc.integer({ min: 1, max: 5 }) }),
      fc.constantFrom('AllReduce' as const, 'AllGather' as const, 'ReduceScatter' as const),
      (group, pattern) => {
        const { numbers, sent } = simulated(group, pattern);
        const reckoned = sentBy(pattern, numbers, group);
        for (const own of sent) {
          expect(own.nvlink).toBeCloseTo(reckoned.nvlink, 9);
          expect(own.network).toBeCloseTo(reckoned.network, 9);
        }
      },
    ),
    { numRuns: 60 },
  );
});

test('an AllReduce takes as long as a ReduceScatter and an AllGather', () => {
  const where = cluster(gpuNamed('h100'), { nodes: 4 });
  const group = { inside: 8, across: 4 };
  const seconds = (pattern: 'AllReduce' | 'AllGather' | 'ReduceScatter'): number =>
    collectiveSeconds(pattern, 1e9, group, where);
  expect(seconds('AllReduce')).toBeCloseTo(seconds('ReduceScatter') + seconds('AllGather'), 9);
});

// nccl-tests on 8 H200 without NVLS: 366 GB/s of bus bandwidth (Bekman, Machine Learning Engineering, network).
test('8 GPUs of a node reach the bus bandwidth that was measured', () => {
  const bytes = 16e9;
  const seconds = collectiveSeconds('AllReduce', bytes, { inside: 8, across: 1 }, cluster(gpuNamed('h200')));
  const bus = ((bytes / seconds) * (2 * 7)) / 8 / 1e9;
  expect(Math.abs(bus / 366 - 1)).toBeLessThan(0.03);
});

test('GPUs that share a NIC wait for one another; a plain fabric beyond its reach is 1.4 times as slow', () => {
  const group = { inside: 1, across: 8 };
  const seconds = (options: Parameters<typeof cluster>[1]): number =>
    collectiveSeconds('AllReduce', 1e11, group, cluster(gpuNamed('h100'), { nodes: 8, ...options }));
  expect(seconds({ nics: 2 }) / seconds({})).toBeCloseTo(4, 2);
  expect(seconds({ fabric: 'ecmp' }) / seconds({})).toBeCloseTo(1.4, 2);
});
