/** Feature maps and kernels of a layer as pictures, and one output of a filter written out. */
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { encodePng, type Pixels } from '../../draw/index.ts';
import {
  activationOf,
  explainFilter,
  filterLayers,
  findLayer,
  hasFilters,
  kernelOf,
  type Plane,
  pixelsAt,
  seenBy,
  type Trace,
  tiles,
  valuesAt,
} from '../../explain/index.ts';
import { sizeOf } from '../../graph/index.ts';
import { traceRow } from '../../job/inspect.ts';
import type { OpenRun } from '../../job/open-run.ts';
import { writeWhole } from '../../model/index.ts';
import { activations } from '../../neuron/index.ts';
import { kindOf, type PlacedLayer } from '../../nn/index.ts';

/** Which row, layer and folder of pictures. */
export interface MapsChoice {
  readonly row: number;
  readonly layer: string;
  /** Where pictures are written; the folder `inspect` of the run unless told. */
  readonly out: string | undefined;
}

/** Whether a layer makes maps [channels, height, width] of a row. */
export const makesMaps = ({ tracer }: OpenRun, wanted: string): boolean =>
  findLayer(tracer.subject.layers, wanted).outputShape.length === 3;

/** The maps that a layer makes of one row, and its kernels, as PNG files. */
export async function inspectMaps(opened: OpenRun, { row, layer: wanted, out }: MapsChoice) {
  const { subject } = opened.tracer;
  const layer = findLayer(subject.layers, wanted);
  const { trace, part, index } = await traceRow(opened, row);
  const traced = trace.layers[subject.layers.indexOf(layer)]!;
  const maps = planesOf(valuesAt(trace, traced.y, 0, 0), layer.outputShape);
  const kernels = hasFilters(layer) ? kernelPlanes(trace, layer) : [];
  const folder = out ?? join(opened.run, 'inspect');
  const pictures: readonly (readonly [what: string, picture: Pixels | undefined])[] = [
    [`row-${row}-input`, part.kind === 'images' ? pixelsAt(part, index) : undefined],
    [`row-${row}-${layer.name}-maps`, tiles(maps, zoomFor(maps))],
    [`${layer.name}-kernels`, kernels.length > 0 ? tiles(kernels, zoomFor(kernels)) : undefined],
  ];
  const files: string[] = [];
  for (const [name, picture] of pictures) {
    if (!picture) continue;
    const path = join(folder, `${name}.png`);
    await writeWhole(path, encodePng(picture, deflateSync));
    files.push(path);
  }
  return {
    run: opened.run,
    row,
    layer: layer.name,
    about: kindOf(layer.spec).about,
    activation: activationOf(layer.spec) ?? null,
    shape: layer.outputShape,
    kernels: kernels.length,
    maps: maps.map(({ values }, i) => ({ map: i + 1, ...figuresOf(values), values: Array.from(values) })),
    files,
    others: filterLayers(subject.layers),
  };
}

export type InspectedMaps = Awaited<ReturnType<typeof inspectMaps>>;

/** One output of a filter for one row: every element of the patch and the kernel, the sum, z and ŷ. */
export async function inspectFilter(
  opened: OpenRun,
  { row, layer, filter, at }: { row: number; layer: string; filter: number; at: readonly number[] | undefined },
) {
  const { trace } = await traceRow(opened, row);
  const place = at ?? strongest(trace, layer, filter);
  const { activation, bias, ...explained } = explainFilter(trace, { layer, filter, at: place });
  const derivative = activation && activations[activation].derivative;
  return {
    run: opened.run,
    ...explained,
    row,
    bias: bias ?? null,
    activation: activation ?? null,
    slope: derivative ? derivative(explained.z) : null,
    /** The place was not given: it is where the map is furthest from 0. */
    chosen: at === undefined,
  };
}

export type InspectedFilter = Awaited<ReturnType<typeof inspectFilter>>;

/** Where a filter's map is furthest from 0, counted from 1. */
function strongest(trace: Trace, wanted: string, filter: number): readonly number[] {
  const { layers } = trace.subject;
  const layer = findLayer(layers, wanted);
  const places = layer.outputShape.slice(1);
  const map = planesOf(valuesAt(trace, trace.layers[layers.indexOf(layer)]!.y, 0, 0), layer.outputShape)[filter - 1];
  if (!map) return places.map(() => 1);
  let best = 0;
  for (let i = 0; i < map.values.length; i++) if (Math.abs(map.values[i]!) > Math.abs(map.values[best]!)) best = i;
  return places.length === 1 ? [best + 1] : [Math.floor(best / places[1]!) + 1, (best % places[1]!) + 1];
}

/** A row [channels, height, width], or [channels, length] as maps of one line. */
function planesOf(values: Float32Array, shape: readonly number[]): readonly Plane[] {
  const [channels = 1, ...sizes] = shape;
  const [height, width] = sizes.length === 1 ? [1, sizes[0]!] : [sizes[0]!, sizes[1]!];
  const area = sizeOf(sizes);
  return Array.from({ length: channels }, (_, channel) => ({
    values: values.subarray(channel * area, (channel + 1) * area),
    height,
    width,
  }));
}

const kernelPlanes = (trace: Trace, layer: PlacedLayer): readonly Plane[] =>
  Array.from({ length: layer.outputShape[0]! }, (_, i) => {
    const { kernel, channels } = seenBy(layer, i + 1);
    return planesOf(kernelOf(trace, layer, i + 1), [channels.length, ...kernel]);
  }).flat();

/** How many pixels a number takes so that a tile can be seen: about 64 across. */
const zoomFor = ([first]: readonly Plane[]): number =>
  first ? Math.max(1, Math.round(64 / Math.max(first.width, first.height))) : 1;

function figuresOf(values: ArrayLike<number>) {
  let [sum, min, max, zero] = [0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0];
  for (let i = 0; i < values.length; i++) {
    sum += values[i]!;
    min = Math.min(min, values[i]!);
    max = Math.max(max, values[i]!);
    if (values[i] === 0) zero++;
  }
  return { mean: sum / values.length, min, max, zero: zero / values.length };
}
