/** Models of series: raw windows in, forecasts and their interval out, the same in both bindings and after saving. */
import { describe, expect, test } from 'vitest';
import { encodeWindows, fitSeriesEncoder, type SeriesEncoder } from '../features/index.ts';
import { exampleSeries } from '../features/series/testing.case.ts';
import { floats } from '../graph/index.ts';
import { dense, flatten, initialise, network, place } from '../nn/index.ts';
import { expectNear } from '../nn/testing.case.ts';
import { random } from '../random.ts';
import { nodeRuntime } from '../runtime/node.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { nodeWasmRuntime } from '../runtime/wasm-node.ts';
import {
  decodeArtifact,
  encodeArtifact,
  endsOf,
  inputShapeOf,
  type ModelSpec,
  parseModelSpec,
  predictor,
} from './index.ts';

const set = exampleSeries(72, 6);
const horizon = 4;
const runtimes: readonly (readonly [string, () => Promise<Runtime>])[] = [
  ['native', () => nodeRuntime({ threads: 1 })],
  ['WebAssembly', () => nodeWasmRuntime()],
];
const origins = { series: [0, 1, 0], origin: [24, 50, 72] };

function model(layout: SeriesEncoder['layout'], members = 1) {
  const encoder = fitSeriesEncoder(set, { window: 24, horizon, layout, seasons: [12], ends: [60, 60] });
  const first = layout === 'steps' ? [flatten()] : [];
  const spec: ModelSpec = {
    version: 1,
    hillock: '0.0.0',
    created: '2026-01-01T00:00:00.000Z',
    input: {
      kind: 'series',
      encoder,
      reading: { time: ['month'], group: ['shop'], features: set.features, known: set.known, duplicates: 'error' },
      ends: endsOf(set, encoder),
    },
    network: network(
      [...first, dense(6, 'silu'), dense(horizon, 'linear', { gain: 0.3 })],
      members > 1 ? { members } : {},
    ),
    target: {
      version: 1,
      name: set.target,
      task: 'forecast',
      horizon,
      log: encoder.log,
      limit: 3,
      intervals: [
        { level: 0.95, low: [-1, -1.5, -2, -2.5], high: [1, 1.5, 2, 2.5] },
        { level: 0.8, low: [-0.5, -0.6, -0.7, -0.8], high: [0.5, 0.6, 0.7, 0.8] },
      ],
    },
    threshold: 0.5,
  };
  return { spec, encoder, parameters: initialise(place(spec.network, inputShapeOf(spec.input)), random(3)) };
}

describe.each([
  ['list', 1],
  ['list', 3],
  ['steps', 1],
] as const)('a %s for %i members', (layout, members) => {
  const { spec, encoder, parameters } = model(layout, members);

  test('what is written is read back', () => {
    const back = decodeArtifact(encodeArtifact(spec, parameters), 'model.onnx');
    expect(back.spec).toEqual(JSON.parse(JSON.stringify(spec)));
    expect(back.parameters).toEqual(parameters);
  });

  test('forecasts are the base and the network in its scale, bounds are the interval around them', async () => {
    const made = await Promise.all(
      runtimes.map(async ([, open]) => {
        const runtime = await open();
        const use = await predictor(spec, parameters, runtime);
        const found = await use.forecasts(set, origins);
        await use.close();
        return found;
      }),
    );
    const runtime = await nodeRuntime({ threads: 1 });
    const { anchors } = await encodeWindows([encoder], [0, 0, 0], set, origins, runtime);
    const [native, web] = made;
    expect(native!.forecast).toHaveLength(12);
    for (const key of ['forecast', 'lower', 'upper'] as const) expectNear(web![key]!, native![key]!, 1e-5);
    native!.forecast.forEach((forecast, i) => {
      const row = Math.floor(i / horizon) * (horizon + 1);
      const base = floats(anchors)[row + (i % horizon)]!;
      const scale = floats(anchors)[row + horizon]!;
      const z = (Math.log(forecast) - base) / scale;
      expect(Math.abs(z)).toBeLessThanOrEqual(3.001);
      const { low, high } = spec.target.task === 'forecast' ? spec.target.intervals[0]! : { low: [], high: [] };
      expect((Math.log(native!.lower![i]!) - base) / scale).toBeCloseTo(z + low[i % horizon]!, 3);
      expect((Math.log(native!.upper![i]!) - base) / scale).toBeCloseTo(z + high[i % horizon]!, 3);
    });
    expect(new Set(native!.forecast.map(value => Math.round(1000 * value))).size).toBeGreaterThan(8);
  });
});

test('a description of another horizon, or of another kind of data, is refused', () => {
  const { spec } = model('list');
  const wrong = [
    { ...spec, target: { ...spec.target, horizon: 5, intervals: [] } },
    { ...spec, target: { version: 1, name: 'sales', task: 'regression', log: false, mean: 0, std: 1, min: 0, max: 1 } },
    { ...spec, input: { kind: 'images', shape: [2, 2, 1], layout: 'flat', scale: 'unit' } },
    { ...spec, target: { ...spec.target, intervals: [{ level: 0.9, low: [-1], high: [1] }] } },
  ];
  for (const each of wrong) expect(() => parseModelSpec(JSON.stringify(each))).toThrow(/description is not valid/);
  expect(parseModelSpec(JSON.stringify(spec)).target.task).toBe('forecast');
});
