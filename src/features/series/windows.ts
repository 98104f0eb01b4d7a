/** Windows of a series on their way into a model. */
import { type Series, type SeriesSet, timeAt } from '../../data/index.ts';
import { HillockError } from '../../errors.ts';
import { f32, floats, sizeOf, strings, type Tensor } from '../../graph/index.ts';
import { encodeModel } from '../../onnx/index.ts';
import type { Runtime, Tensors } from '../../runtime/index.ts';
import type { SeriesEncoder, SeriesFeature } from './encoder.ts';
import { seriesShape } from './encoder.ts';
import { featureSteps, seriesGraph, seriesInputs } from './graph.ts';

/** Forecasts to make: of series `series[i]`, the first step ahead at position `origin[i]`. */
export interface Origins {
  readonly series: ArrayLike<number>;
  readonly origin: ArrayLike<number>;
}

export const originCount = ({ series }: Origins): number => series.length;

/** The windows of a set of series as rows, each with the steps ahead of it. */
export interface SeriesWindows {
  readonly kind: 'windows';
  readonly source: string;
  readonly fingerprint: string;
  readonly set: SeriesSet;
  readonly origins: Origins;
  readonly rows: number;
}

/** Every window of the past of a set, series after series, the last of each ends with the past. */
export function windowsOf(set: SeriesSet, window: number): SeriesWindows {
  const counts = set.series.map(({ history }) => Math.max(0, history - window + 1));
  const series = counts.flatMap((count, i) => new Array<number>(count).fill(i));
  const origin = counts.flatMap(count => Array.from({ length: count }, (_, k) => window + k));
  const { source, fingerprint } = set;
  return { kind: 'windows', source, fingerprint, set, origins: { series, origin }, rows: series.length };
}

/** Some of the origins, by their places. */
export const originsAt = ({ series, origin }: Origins, places: ArrayLike<number>): Origins => ({
  series: Int32Array.from(places, place => series[place]!),
  origin: Int32Array.from(places, place => origin[place]!),
});

/** The raw inputs of a model of series for some origins. Features missing or beyond the end are NaN or ''. */
export function seriesFeeds(encoder: SeriesEncoder, set: SeriesSet, origins: Origins): Tensors {
  const { window, cycles, features } = encoder;
  const rows = originCount(origins);
  const history = new Float32Array(rows * window);
  const time = new Float32Array(rows);
  for (let row = 0; row < rows; row++) {
    const series = set.series[origins.series[row]!]!;
    const origin = origins.origin[row]!;
    checkWindow(series, origin, window);
    history.set(series.values.subarray(origin - window, origin), row * window);
    time[row] = timeAt(series, origin - 1) / 86_400_000;
  }
  return {
    history: f32(history, [rows, window]),
    ...(cycles.length > 0 ? { time: f32(time, [rows, 1]) } : {}),
    ...Object.fromEntries(features.map(feature => [feature.input, featureFeed(encoder, feature, set, origins)])),
  };
}

function checkWindow(series: Series, origin: number, window: number): void {
  if (origin >= window && origin <= series.history) return;
  throw new HillockError(
    'data',
    `a forecast looks back on ${window} steps, ${series.key === '' ? 'the series' : `'${series.key}'`} has ${Math.min(origin, series.history)}`,
    'give a longer history',
  );
}

function featureFeed(encoder: SeriesEncoder, feature: SeriesFeature, set: SeriesSet, origins: Origins): Tensor {
  const steps = featureSteps(encoder, feature);
  const rows = originCount(origins);
  const levels = set.levels.get(feature.name);
  const value = (row: number, step: number): number => {
    const column = set.series[origins.series[row]!]!.features.get(feature.name);
    return column?.[origins.origin[row]! - encoder.window + step] ?? Number.NaN;
  };
  const cells = { length: rows * steps };
  const at = (i: number): number => value(Math.floor(i / steps), i % steps);
  if (feature.values.kind === 'words')
    return strings(
      Array.from(cells, (_, i) => levels?.[at(i)]?.trim() ?? ''),
      [rows, steps],
    );
  return f32(
    Float32Array.from(cells, (_, i) => at(i)),
    [rows, steps],
  );
}

/** Windows as the network sees them, and what its outputs are relative to. */
export interface EncodedWindows {
  /** [rows, …shape] */
  readonly x: Tensor;
  /** [rows, horizon + 1]: the base forecast and the scale of the outputs. */
  readonly anchors: Tensor;
}

const chunkRows = 2048;

/** Windows encoded by the graphs of saved models: row i by the encoder `which[i]` of several alike in shape. */
export async function encodeWindows(
  encoders: readonly SeriesEncoder[],
  which: ArrayLike<number>,
  set: SeriesSet,
  origins: Origins,
  runtime: Runtime,
): Promise<EncodedWindows> {
  const rows = originCount(origins);
  const [first] = encoders;
  const shape = seriesShape(first!);
  const x = f32(new Float32Array(rows * sizeOf(shape)), [rows, ...shape]);
  const anchors = f32(new Float32Array(rows * (first!.horizon + 1)), [rows, first!.horizon + 1]);
  for (const [i, encoder] of encoders.entries()) {
    const places = Int32Array.from({ length: rows }, (_, row) => row).filter(row => which[row] === i);
    if (places.length > 0) await encodeInto({ x, anchors }, places, encoder, set, origins, runtime);
  }
  return { x, anchors };
}

async function encodeInto(
  { x, anchors }: EncodedWindows,
  places: Int32Array,
  encoder: SeriesEncoder,
  set: SeriesSet,
  origins: Origins,
  runtime: Runtime,
): Promise<void> {
  const inputs = seriesInputs(encoder, set.target);
  const graph = seriesGraph(encoder, new Map(inputs.map(({ name, value }) => [name, value])));
  const session = await runtime.open(
    encodeModel(
      { inputs: inputs.map(({ value }) => value), outputs: [graph.x, graph.anchors] },
      { outputs: ['encoded', 'anchors'] },
    ),
  );
  try {
    for (let begin = 0; begin < places.length; begin += chunkRows) {
      const part = places.subarray(begin, begin + chunkRows);
      const results = await session.run(seriesFeeds(encoder, set, originsAt(origins, part)));
      putRows(x, floats(results.encoded), part);
      putRows(anchors, floats(results.anchors), part);
    }
  } finally {
    await session.close();
  }
}

function putRows(into: Tensor, values: Float32Array, places: Int32Array): void {
  const width = values.length / places.length;
  places.forEach((place, i) => {
    floats(into).set(values.subarray(i * width, (i + 1) * width), place * width);
  });
}
