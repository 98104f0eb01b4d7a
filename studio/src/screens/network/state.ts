/** The state of the network screen: what is in the address, and the network in the laboratory that follows it. */
import { computed, signal } from '@preact/signals';
import type { OptimizerName } from 'hillock/lab';
import { type ActivationName, activationNames } from 'hillock/neuron';
import { frame, steady } from '../../lab/client.ts';
import type { LabFrame, Speed, StepBy } from '../../lab/messages.ts';
import { aFlag, between, type Codec, inAddress, oneOf, screen } from '../../state/url.ts';
import { inputNames, outputs, samples } from './data.ts';

const name = 'network';

/** A hidden layer: how many neurons and their activation. */
export interface Hidden {
  readonly units: number;
  readonly activation: ActivationName;
}
export const mostUnits = 64;
export const mostLayers = 6;

const layersCodec: Codec<readonly Hidden[]> = {
  read(text) {
    const found = text
      .split(',')
      .filter(Boolean)
      .map(one => {
        const [units, activation] = one.split(':');
        return { units: Number(units), activation: activation as ActivationName };
      });
    const legal = found.every(
      ({ units, activation }) =>
        Number.isInteger(units) && units >= 1 && units <= mostUnits && activationNames.includes(activation),
    );
    return legal && found.length <= mostLayers ? found : undefined;
  },
  write: list => list.map(({ units, activation }) => `${units}:${activation}`).join(','),
};

const neurons: Codec<ReadonlySet<string>> = {
  read(text) {
    const found = text.split(',').filter(Boolean);
    return found.every(one => /^dense\d+:\d+$/.test(one)) ? new Set(found) : undefined;
  },
  write: set => [...set].join(','),
};

export const trainable = activationNames.filter(one => one !== 'step');
export const optimizerNames: readonly OptimizerName[] = ['sgd', 'momentum', 'rmsprop', 'adam', 'adamw'];

export const hiddenLayers = inAddress<readonly Hidden[]>(name, 'layers', layersCodec, [
  { units: 4, activation: 'tanh' },
  { units: 3, activation: 'tanh' },
]);
export const seed = inAddress(name, 'seed', between(0, 1e9, true), 1);
export const learningRate = inAddress(name, 'lr', between(1e-6, 1e6), 0.03);
export const batchSize = inAddress(name, 'batch', between(1, 500, true), 10);
export const optimizer = inAddress<OptimizerName>(name, 'opt', oneOf(optimizerNames), 'adam');
export const l1 = inAddress(name, 'l1', between(0, 10), 0);
export const l2 = inAddress(name, 'l2', between(0, 10), 0);
export const speed = inAddress<Speed>(name, 'speed', oneOf(['slow', 'normal', 'max'] as const), 'normal');
export const stepBy = inAddress<StepBy>(name, 'step', oneOf(['sample', 'batch', 'epoch'] as const), 'batch');
export const inPhases = inAddress(name, 'phases', aFlag, false);
export const discrete = inAddress(name, 'discrete', aFlag, false);
export const showTest = inAddress(name, 'showTest', aFlag, true);
export const numbersShown = inAddress(name, 'numbers', aFlag, false);

/** Neurons that keep their weights, as `layer:unit`. */
export const frozen = inAddress<ReadonlySet<string>>(name, 'frozen', neurons, new Set());
/** Batches to go from the start when the address is opened; then it is taken out of the address. */
export const goTo = inAddress(name, 'at', between(0, 50_000, true), 0);
/** The neuron that is looked at: its column (0 the inputs) and its place in it. */
export const chosen = signal<{ readonly column: number; readonly unit: number } | undefined>(undefined);
/** The place in the plane whose numbers are shown. */
export const place = signal<readonly [number, number] | undefined>(undefined);
/** Sizes from the inputs to the output. */
export const sizes = computed(() => [
  inputNames.value.length,
  ...hiddenLayers.value.map(({ units }) => units),
  outputs.value,
]);

/** The names of the layers in the laboratory, without the inputs. */
export const layerNames = computed(() => [...hiddenLayers.value, 0].map((_, i) => `dense${i + 1}`));

/** More neurons in a layer, or more edges between two, are drawn as blocks with their matrices. */
export const collapsed = computed(() => {
  const all = sizes.value;
  return all.some((size, i) => size > 24 || size * (all[i - 1] ?? 0) > 1000);
});

/** Cells of the picture of the answer, and of each neuron, each way. */
export const answerCells = 50;
export const smallCells = 22;

/** The place whose numbers are shown: that of the step under way, the one that was chosen, or the first sample. */
export const placeNow = computed<readonly [number, number]>(() => {
  const under = settled.value?.under;
  const first = samples.value[under?.rows[0] ?? 0];
  if (!under && place.value) return place.value;
  return first ? [first.x1, first.x2] : [0, 0];
});

/** The frame, where it is of the network that is shown. */
export const fitting = computed(() => ofThis(frame.value));
/** The same for numbers and words, which change a few times a second. */
export const settled = computed(() => ofThis(steady.value));

function ofThis(found: LabFrame | undefined): LabFrame | undefined {
  const all = sizes.value;
  return found &&
    layerNames.value.length === [...found.here.z.keys()].length &&
    layerNames.value.every((layer, i) => found.parameters.get(`${layer}.weight`)?.length === all[i]! * all[i + 1]!)
    ? found
    : undefined;
}

export const shownHere = (): boolean => screen.value === name;
