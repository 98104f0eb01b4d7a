/** What a person does to the network. */
import { batch } from '@preact/signals';
import { calmerRate } from 'hillock/lab';
import { diverged, frame, opened, problem, tell, wanted } from '../../lab/client.ts';
import type { ToLab } from '../../lab/messages.ts';
import { learned } from './data.ts';
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

/** Whether there is something to learn from; says so where there is not. */
function hasData(): boolean {
  if (learned.peek().y.length > 0) return true;
  problem.value = { message: 'There is nothing to learn from yet.', hint: 'Choose a table, or put samples in.' };
  return false;
}

/** Asks for training; where the network is still opening it is remembered that somebody waits for it. */
function ask(message: ToLab, want: 'play' | 'step'): void {
  if (!hasData()) return;
  if (frame.peek()?.id !== opened.peek() && wanted.peek() !== 'play') wanted.value = want;
  tell(message);
}

export function play(): void {
  diverged.value = undefined;
  ask({ kind: 'play', speed: speed.value }, 'play');
}
export function pause(): void {
  wanted.value = undefined;
  tell({ kind: 'pause' });
}
export function stepOnce(): void {
  const by = stepBy.value;
  ask(inPhases.value && by !== 'epoch' ? { kind: 'phase', by } : { kind: 'step', by }, 'step');
}
export const stepEpoch = (): void => ask({ kind: 'step', by: 'epoch' }, 'step');
/** To the start, where it stands still. */
export function rewind(): void {
  diverged.value = undefined;
  pause();
  tell({ kind: 'rewind' });
}
export const reseed = (): void => {
  seed.value = seed.value + 1;
};

/** After a learning rate that was too large: a smaller one, from the start or from the last good step. */
export function calmDown(rate: number, from: 'start' | 'here'): void {
  batch(() => {
    learningRate.value = calmerRate(rate);
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
