/** The state of the network screen: what is in the address, and the network in the laboratory that follows it. */
import { batch, computed, effect, signal, untracked } from '@preact/signals';
import { dense, type LabOptions, type LabSetup, network, type OptimizerName } from 'hillock/lab';
import { type ActivationName, activationNames } from 'hillock/neuron';
import { diverged, frame, opened, openLab, steady, tell } from '../../lab/client.ts';
import { reach } from '../../lab/data.ts';
import { cellPlaces } from '../../lab/features.ts';
import type { LabFrame, Pictures, Speed, StepBy } from '../../lab/messages.ts';
import { aFlag, between, type Codec, inAddress, oneOf, screen } from '../../state/url.ts';
import {
  across,
  baseRow,
  encodedPlaces,
  followData,
  inputNames,
  learned,
  outputs,
  samples,
  task,
  upward,
} from './data.ts';

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
const goTo = inAddress(name, 'at', between(0, 50_000, true), 0);
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

const options = (): LabOptions => ({
  batch: batchSize.value,
  optimizer: optimizer.value,
  learningRate: learningRate.value,
  l1: l1.value,
  l2: l2.value,
  seed: seed.value,
});

function setupNow(): LabSetup | undefined {
  const data = learned.value;
  if (data.y.length < 1 || data.inputs === 0) return undefined;
  return {
    task: task.value,
    network: network([
      ...hiddenLayers.value.map(({ units, activation }) => dense(units, activation)),
      dense(outputs.value, 'linear', { initial: 'glorot-uniform' }),
    ]),
    data,
    options: untracked(options),
  };
}

const picturesNow = (): Pictures => ({
  answer: encodedPlaces(cellPlaces(answerCells, reach)),
  small: encodedPlaces(collapsed.value ? [] : cellPlaces(smallCells, reach)),
});

/** Whether a neuron is one of this network. */
function stands(neuron: string): boolean {
  const [layer = '', unit] = neuron.split(':');
  const column = layerNames.value.indexOf(layer) + 1;
  return column > 0 && Number(unit) < sizes.value[column]!;
}

const shownHere = (): boolean => screen.value === name;

/** Opens the laboratory again whenever the data or the network change, and hands on what changes between steps. */
export function followSetup(): () => void {
  const stops = [
    ...followData(),
    effect(() => {
      if (!shownHere()) return;
      seed.value;
      const setup = setupNow();
      if (!setup) return;
      openLab(setup, untracked(picturesNow));
      untracked(() => {
        if (![...frozen.value].every(stands)) frozen.value = new Set([...frozen.value].filter(stands));
        tell({ kind: 'freeze', neurons: [...frozen.value] });
        lookAgain();
      });
    }),
    effect(() => {
      const changes = {
        batch: batchSize.value,
        optimizer: optimizer.value,
        learningRate: learningRate.value,
        l1: l1.value,
        l2: l2.value,
      };
      tell({ kind: 'change', options: changes });
    }),
    effect(() => {
      across.value;
      upward.value;
      baseRow.value;
      tell({ kind: 'pictures', pictures: untracked(picturesNow) });
      untracked(lookAgain);
    }),
    effect(() => tell({ kind: 'freeze', neurons: [...frozen.value] })),
    effect(() => {
      if (goTo.value === 0 || fitting.value?.id !== opened.value) return;
      tell({ kind: 'advance', steps: goTo.value });
      goTo.value = 0;
    }),
    effect(() => {
      place.value;
      untracked(lookAgain);
    }),
  ];
  return () => {
    for (const stop of stops) stop();
    tell({ kind: 'pause' });
  };
}

/** The place whose numbers are shown: that of the step under way, the one that was chosen, or the first sample. */
export const placeNow = computed<readonly [number, number]>(() => {
  const under = settled.value?.under;
  const first = samples.value[under?.rows[0] ?? 0];
  if (!under && place.value) return place.value;
  return first ? [first.x1, first.x2] : [0, 0];
});

function lookAgain(): void {
  const [first] = samples.value;
  const at = place.value ?? (first ? ([first.x1, first.x2] as const) : ([0, 0] as const));
  tell({ kind: 'look', inputs: encodedPlaces([at]) });
}

export function play(): void {
  diverged.value = undefined;
  tell({ kind: 'play', speed: speed.value });
}
export const pause = (): void => tell({ kind: 'pause' });
export const stepOnce = (): void =>
  tell(
    inPhases.value && stepBy.value !== 'epoch'
      ? { kind: 'phase', by: stepBy.value }
      : { kind: 'step', by: stepBy.value },
  );
export const stepEpoch = (): void => tell({ kind: 'step', by: 'epoch' });
export function rewind(): void {
  diverged.value = undefined;
  tell({ kind: 'rewind' });
}
export const reseed = (): void => {
  seed.value = seed.value + 1;
};

/** After an explosion: a tenth of the learning rate, from the start or from the last good step. */
export function calmDown(from: 'start' | 'here'): void {
  batch(() => {
    learningRate.value = Number((learningRate.value / 10).toPrecision(3));
    diverged.value = undefined;
  });
  if (from === 'start') tell({ kind: 'rewind' });
}

/** The weight or bias of a neuron, set by hand. */
export function editWeight(column: number, unit: number, from: number | 'bias', value: number): void {
  const layer = layerNames.value[column - 1]!;
  const units = sizes.value[column]!;
  if (from === 'bias') tell({ kind: 'edit', parameter: `${layer}.bias`, index: unit, value });
  else tell({ kind: 'edit', parameter: `${layer}.weight`, index: from * units + unit, value });
}

export function toggleFrozen(column: number, unit: number): void {
  const key = `${layerNames.value[column - 1]}:${unit}`;
  const next = new Set(frozen.value);
  if (!next.delete(key)) next.add(key);
  frozen.value = next;
}
export const isFrozen = (column: number, unit: number): boolean =>
  frozen.value.has(`${layerNames.value[column - 1]}:${unit}`);

export const changeLayer = (index: number, change: Partial<Hidden>): void => {
  hiddenLayers.value = hiddenLayers.value.map((layer, i) => (i === index ? { ...layer, ...change } : layer));
};
export function addLayer(at: number): void {
  if (hiddenLayers.value.length >= mostLayers) return;
  const like = hiddenLayers.value[Math.max(0, at - 1)] ?? { units: 4, activation: 'tanh' as const };
  hiddenLayers.value = hiddenLayers.value.toSpliced(at, 0, { ...like, units: Math.min(like.units, 4) });
}
export const removeLayer = (index: number): void => {
  hiddenLayers.value = hiddenLayers.value.toSpliced(index, 1);
};

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
