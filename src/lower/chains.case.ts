/** Chains of layers over maps, drawn for tests of layouts. */
import { input, type Value } from '../graph/index.ts';
import {
  add,
  averagePool,
  conv,
  div,
  globalAveragePool,
  maxPool,
  mul,
  positive,
  reduceMean,
  relu,
  scalar,
  sqrt,
  sub,
  tanh,
} from '../ops/index.ts';

/** Layers of a chain, each from maps [N, channels, H, W] to maps, with the parameters it reads. */
type Layer = (x: Value, parameter: (name: string, shape: readonly number[]) => Value) => Value;

const channelsOf = (x: Value): number => x.type.shape[1] as number;

const padded = { pads: [1, 1, 1, 1] };
export const layers: Readonly<Record<string, Layer>> = {
  same: (x, p) => conv(x, p('w', [channelsOf(x), channelsOf(x), 3, 3]), p('b', [channelsOf(x)]), padded),
  valid: (x, p) =>
    Math.min(...(x.type.shape.slice(2) as number[])) < 4
      ? x
      : conv(x, p('w', [channelsOf(x), channelsOf(x), 3, 3]), undefined),
  uneven: (x, p) => conv(x, p('w', [channelsOf(x), channelsOf(x), 3, 3]), undefined, { pads: [2, 0, 0, 1] }),
  point: (x, p) => conv(x, p('w', [channelsOf(x), channelsOf(x), 1, 1]), p('b', [channelsOf(x)])),
  wide: (x, p) => conv(x, p('w', [channelsOf(x), channelsOf(x), 5, 4]), undefined, { pads: [2, 2, 2, 1] }),
  row: (x, p) => conv(x, p('w', [channelsOf(x), channelsOf(x), 1, 3]), undefined, { pads: [1, 1, 0, 1] }),
  strided: (x, p) => conv(x, p('w', [channelsOf(x), channelsOf(x), 3, 3]), undefined, { ...padded, strides: [2, 2] }),
  relu: x => relu(x),
  tanh: x => tanh(x),
  gate: x => mul(x, positive(add(x, scalar(0.3)))),
  scaled: (x, p) => mul(x, p('scale', [channelsOf(x), 1, 1])),
  shifted: (x, p) => add(p('shift', [1, channelsOf(x), 1, 1]), x),
  residual: (x, p) => add(x, conv(x, p('w', [channelsOf(x), channelsOf(x), 3, 3]), undefined, padded)),
  batchNorm: x => {
    const centred = sub(x, reduceMean(x, [0, 2, 3]));
    return div(centred, sqrt(add(reduceMean(mul(centred, centred), [0, 2, 3]), scalar(1e-3))));
  },
  excite: x => mul(x, tanh(globalAveragePool(x))),
  pool: x => (x.type.shape.slice(2).every(size => (size as number) % 2 === 0) ? maxPool(x, { kernel: [2, 2] }) : x),
  reluPool: x =>
    x.type.shape.slice(2).every(size => (size as number) % 2 === 0) ? maxPool(relu(x), { kernel: [2, 2] }) : x,
  overlapping: x => maxPool(x, { kernel: [3, 3], strides: [1, 1], ...padded }),
  average: x => averagePool(x, { kernel: [2, 2], strides: [1, 1], pads: [0, 0, 1, 1] }),
};

/** The layers of these names over x, and the parameters they read. */
export function chainOf(
  x: Value,
  names: readonly string[],
): { readonly y: Value; readonly parameters: readonly Value[] } {
  const parameters: Value[] = [];
  const y = names.reduce(
    (value, name, i) =>
      layers[name]!(value, (kind, sizes) => {
        const parameter = input(`${kind}${i}`, sizes);
        parameters.push(parameter);
        return parameter;
      }),
    x,
  );
  return { y, parameters };
}
