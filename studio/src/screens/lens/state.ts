/** The state of the lens. */
import { computed, signal } from '@preact/signals';
import { aNumber, aText, between, exactly, inAddress, numbers, oneOf } from '../../state/url.ts';
import { type CellName, cellNames, type GateWeights, recurrenceOf } from './cell.ts';
import { kernels, pictures } from './convolution.ts';

const name = 'lens';
export const imageSize = 10;

export const view = inAddress(name, 'view', oneOf(['filter', 'memory', 'run'] as const), 'filter');
export const image = inAddress<readonly number[]>(name, 'image', exactly(imageSize ** 2), pictures.seven.values);
export const kernel = inAddress<readonly number[]>(name, 'kernel', exactly(9), kernels.vertical.values);
export const bias = inAddress(name, 'bias', aNumber, 0);
export const padding = inAddress(name, 'padding', between(0, 4, true), 0);
export const stride = inAddress(name, 'stride', between(1, 5, true), 1);
export const dilation = inAddress(name, 'dilation', between(1, 6, true), 1);
export const at = inAddress<readonly number[]>(name, 'at', exactly(2), [0, 3]);

export const cell = inAddress<CellName>(name, 'cell', oneOf(cellNames), 'lstm');
export const sequence = inAddress<readonly number[]>(name, 'x', exactly(8), [1, 0, 0, 0, 0, 0, 0, 0]);
export const step = inAddress(name, 'step', between(0, 7, true), 0);
const gates = inAddress<readonly number[]>(name, 'gates', exactly(0, 3, 9, 12), []);

/** Of a trained network: the run, the layer, its filter or unit, the row, and where in it. */
export const run = inAddress(name, 'run', aText, '');
export const layer = inAddress(name, 'layer', aText, '');
export const unit = inAddress(name, 'unit', between(1, 1e6, true), 1);
export const row = inAddress(name, 'row', between(1, 1e9, true), 1);
export const channel = inAddress(name, 'channel', between(1, 1e6, true), 1);
export const placeInMap = inAddress<readonly number[]>(name, 'place', numbers, []);
export const stepOfRun = inAddress(name, 't', between(1, 1e6, true), 1);

/** A picture of one's own, as the network of a run takes it. */
export const ownPicture = signal<
  { readonly run: string; readonly name: string; readonly pixels: readonly number[] } | undefined
>(undefined);

/** Weights with which each kind of unit shows what it is for: to keep what came in first. */
const first: Readonly<Record<CellName, readonly number[]>> = {
  rnn: [1.5, 0.6, 0],
  gru: [0, 0, 2, -6, 0, 3, 1.5, 1, 0],
  lstm: [6, 0, -3, 0, 0, 3, 2, 0, 0, 0, 0, 2],
};

/** w, u and b of each gate, in the order of the gates. */
export const gateWeights = computed<readonly GateWeights[]>(() => {
  const count = recurrenceOf(cell.value).gates.length;
  const values = gates.value.length === 3 * count ? gates.value : first[cell.value];
  return Array.from({ length: count }, (_, i) => ({
    w: values[3 * i] ?? 1,
    u: values[3 * i + 1] ?? 0,
    b: values[3 * i + 2] ?? 0,
  }));
});

export function setGate(index: number, change: Partial<GateWeights>): void {
  gates.value = gateWeights.value.flatMap((gate, i) => {
    const { w, u, b } = i === index ? { ...gate, ...change } : gate;
    return [w, u, b];
  });
}
