/** The network in the laboratory follows what is shown. */
import { effect, untracked } from '@preact/signals';
import { dense, type LabOptions, type LabSetup, network } from 'hillock/lab';
import { opened, openLab, problem, tell } from '../../lab/client.ts';
import { cellPlaces } from '../../lab/features.ts';
import type { Pictures } from '../../lab/messages.ts';
import {
  across,
  baseRow,
  encodedPlaces,
  followData,
  learned,
  outputs,
  samples,
  shownPart,
  task,
  upward,
} from './data.ts';
import {
  answerCells,
  batchSize,
  collapsed,
  fitting,
  frozen,
  goTo,
  hiddenLayers,
  l1,
  l2,
  layerNames,
  learningRate,
  optimizer,
  place,
  seed,
  shownHere,
  sizes,
  smallCells,
} from './state.ts';

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
  answer: encodedPlaces(cellPlaces(answerCells, shownPart.value)),
  small: encodedPlaces(collapsed.value ? [] : cellPlaces(smallCells, shownPart.value)),
});

/** Whether a neuron is one of this network. */
function stands(neuron: string): boolean {
  const [layer = '', unit] = neuron.split(':');
  const column = layerNames.value.indexOf(layer) + 1;
  return column > 0 && Number(unit) < sizes.value[column]!;
}

/** Opens the laboratory again whenever the data or the network change, and hands on what changes between steps. */
export function followSetup(): () => void {
  const stops = [
    ...followData(),
    effect(() => {
      if (!shownHere()) return;
      seed.value;
      const setup = setupNow();
      problem.value = undefined;
      if (!setup) return tell({ kind: 'pause' });
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

function lookAgain(): void {
  const [first] = samples.value;
  const at = place.value ?? (first ? ([first.x1, first.x2] as const) : ([0, 0] as const));
  tell({ kind: 'look', inputs: encodedPlaces([at]) });
}
