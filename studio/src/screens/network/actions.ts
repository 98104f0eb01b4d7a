/** What a person does to the network. */
import { batch } from '@preact/signals';
import { diverged, tell } from '../../lab/client.ts';
import {
  frozen,
  type Hidden,
  hiddenLayers,
  inPhases,
  layerNames,
  learningRate,
  mostLayers,
  seed,
  sizes,
  speed,
  stepBy,
} from './state.ts';

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
/** To the start, where it stands still. */
export function rewind(): void {
  diverged.value = undefined;
  pause();
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
