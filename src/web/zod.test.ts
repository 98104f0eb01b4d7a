/** What pages have in the place of zod refuses what zod refuses, keeps what zod keeps, and says it in the same words. */
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { rolldown } from 'rolldown';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { HillockError } from '../errors.ts';
import { fitSeriesEncoder, plainPixels } from '../features/index.ts';
import { exampleSeries } from '../features/series/testing.case.ts';
import { exampleReport } from '../job/testing.case.ts';
import { endsOf, type ModelSpec } from '../model/index.ts';
import { untrained } from '../model/testing.case.ts';
import { dense, network } from '../nn/index.ts';
import { examples, readers } from './zod.case.ts';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

let folder: string;
let ours: typeof readers;

beforeAll(async () => {
  folder = await mkdtemp(here('../../test/.zod-'));
  const build = await rolldown({
    input: here('./zod.case.ts'),
    resolve: { alias: { zod: here('./zod.ts') } },
    external: id => /^node:|^@|^sharp$|^onnxruntime/.test(id),
    platform: 'node',
    checks: { ineffectiveDynamicImport: false },
  });
  await build.write({ dir: folder, format: 'esm', entryFileNames: 'readers.mjs' });
  await build.close();
  ({ readers: ours } = (await import(join(folder, 'readers.mjs'))) as { readers: typeof readers });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function seriesSpec(): ModelSpec {
  const set = exampleSeries(48, 6);
  const encoder = fitSeriesEncoder(set, { window: 24, horizon: 2, layout: 'list', seasons: [12], ends: [40, 40] });
  const reading = {
    time: ['month'],
    group: ['shop'],
    features: set.features,
    known: set.known,
    duplicates: 'error' as const,
  };
  return {
    ...untrained('regression').spec,
    input: { kind: 'series', encoder, reading, ends: endsOf(set, encoder) },
    network: network([dense(2)]),
    target: {
      version: 1,
      name: set.target,
      task: 'forecast',
      horizon: 2,
      log: encoder.log,
      limit: 3,
      intervals: [{ level: 0.95, low: [-1, -1.5], high: [1, 1.5] }],
    },
  };
}

const scores = { scores: { mae: 1, mase: null }, baselines: { naive: { mae: 2 } } };
const next = { key: '', time: ['2024-01'], forecast: [1], lower: [0], upper: null };
const forecast = {
  horizon: 2,
  window: 24,
  step: 'month',
  season: 12,
  log: false,
  base: [{ name: 'last', season: 1, share: 1 }],
  series: 1,
  known: [],
  past: ['price'],
  rolling: { train: scores, validation: scores, test: scores },
  fixed: { ...scores, steps: 3 },
  coverage: [{ level: 0.95, share: null }],
  best: [{ key: '', scores: { mae: 1 } }],
  worst: [],
  shown: [{ key: '', time: ['2023-12'], values: [1, null], test: null, next }],
};
const record = { epoch: 1, step: 2, loss: 0.5, validation: { mae: 1 }, learningRate: 0.1, seconds: 1 };

/** What each reader takes. */
const valid: Readonly<Record<string, readonly unknown[]>> = {
  network: [
    ...examples.map(layer => ({ layers: [layer] })),
    { layers: examples, members: 3 },
    { layers: [{ kind: 'dense', units: 2 }], head: false },
  ],
  spec: [
    untrained('binary').spec,
    untrained('regression', { members: 3 }).spec,
    { ...untrained('multiclass').spec, input: { kind: 'images', ...plainPixels([8, 8, 3]) } },
    seriesSpec(),
  ],
  report: [exampleReport(), { ...exampleReport(), task: 'forecast', forecast }],
  augmentation: [{}, { flip: 'horizontal', rotate: 10, shift: 2, cutout: 3 }],
  safetensors: [{ a: { dtype: 'F32', shape: [2, 4], data_offsets: [0, 32] }, __metadata__: { x: 'y' } }],
  checkpoint: [
    { version: 1, marks: 'marks', step: 3, lossSum: 0.25, best: { epoch: 1, score: 2 }, history: [record] },
    { version: 1, marks: 'marks', step: 0, lossSum: 0, best: null, history: [] },
  ],
};

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

const places = (json: Json, path: (string | number)[] = []): (string | number)[][] => [
  path,
  ...(typeof json === 'object' && json !== null
    ? (Array.isArray(json) ? [...json.keys()] : Object.keys(json)).flatMap(key =>
        places((json as Record<string | number, Json>)[key]!, [...path, key]),
      )
    : []),
];

/** The JSON with something else at a place; `undefined` takes the place away. */
function changed(json: Json, [key, ...rest]: readonly (string | number)[], value: Json | undefined): Json | undefined {
  if (key === undefined) return value;
  const copy = (Array.isArray(json) ? [...json] : { ...(json as object) }) as Record<string | number, Json>;
  const inner = changed(copy[key]!, rest, value);
  if (inner !== undefined) copy[key] = inner;
  else if (Array.isArray(copy)) copy.splice(key as number, 1);
  else delete copy[key];
  return copy as Json;
}

const odd = fc.oneof(
  fc.constantFrom<Json | undefined>(undefined, null, true, '', 'x', 'same', 'relu', {}, [], [1], [1, 2], {
    kind: 'dense',
  }),
  fc.constantFrom(-1, 0, 0.5, 1, 2, 3, 1e-9, 1e6, 1e6 + 1, 1e9, 2 ** 53, 1e300, 257),
  fc.integer({ min: -3, max: 300 }),
  fc.json({ maxDepth: 2 }).map(text => JSON.parse(text) as Json),
);

interface Outcome {
  readonly kept?: unknown;
  readonly kind?: string;
  readonly message?: string;
}

function outcome(read: (json: unknown) => unknown, json: unknown): Outcome {
  try {
    return { kept: read(json) };
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'HillockError') throw error;
    const { kind, message } = error as HillockError;
    return { kind, message };
  }
}

describe.each(Object.entries(valid))('%s', (name, wholes) => {
  const both = (json: unknown): readonly [Outcome, Outcome] => [
    outcome(ours[name]!, json),
    outcome(readers[name]!, json),
  ];

  test('what is valid is kept as zod keeps it', () => {
    for (const whole of wholes) {
      const [own, zods] = both(JSON.parse(JSON.stringify(whole)));
      expect(zods).toHaveProperty('kept');
      expect(zods.kept).not.toBeNull();
      expect(own).toEqual(zods);
    }
  });

  test('what is changed anywhere is taken or refused as by zod', () => {
    let refused = 0;
    let kept = 0;
    let otherWords = 0;
    const edits = fc.constantFrom(...wholes.map(whole => JSON.parse(JSON.stringify(whole)) as Json)).chain(json => {
      const all = places(json);
      const strange = all.map(path => [...path, 'strange']);
      const edit = fc.tuple(fc.constantFrom(...all, ...strange), odd);
      return fc.tuple(fc.constant(json), edit);
    });
    fc.assert(
      fc.property(edits, ([json, [path, value]]) => {
        const [own, zods] = both(changed(json, path, value));
        if ('kept' in zods) kept++;
        else refused++;
        if (own.message !== zods.message) otherWords++;
        expect({ ...own, message: null }).toEqual({ ...zods, message: null });
      }),
      { numRuns: 800, seed: 1 },
    );
    expect(kept).toBeGreaterThan(20);
    if (name !== 'report' && name !== 'augmentation') expect(refused).toBeGreaterThan(20);
    // Where several things are wrong, the one that is told first may be another.
    expect(otherWords).toBeLessThanOrEqual(0.02 * refused);
  });
});
