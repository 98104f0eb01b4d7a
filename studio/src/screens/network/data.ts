/** What the network screen learns from: samples of a question, drawn points, or a table of one's own. */
import { computed, effect, signal } from '@preact/signals';
import type { LabData } from 'hillock/lab';
import { api, type LabTableJson } from '../../api/client.ts';
import { loaded } from '../../api/load.ts';
import { type DataName, dataKinds, dataNames, reach, type Sample, samplesOf } from '../../lab/data.ts';
import {
  around,
  encoded,
  type FeatureName,
  featureNames,
  features,
  type Part,
  type Range,
} from '../../lab/features.ts';
import { NoFormula } from '../../lab/formula.ts';
import { aText, between, type Codec, inAddress, oneOf, points, screen } from '../../state/url.ts';

const name = 'network';
const words = <T extends string>(allowed: readonly T[]): Codec<readonly T[]> => ({
  read(text) {
    const found = text.split(',').filter(Boolean);
    return found.every(word => (allowed as readonly string[]).includes(word)) ? (found as T[]) : undefined;
  },
  write: list => list.join(','),
});

export const dataName = inAddress<DataName>(name, 'data', oneOf(dataNames), 'circle');
export const count = inAddress(name, 'n', between(8, 2000, true), 200);
export const noise = inAddress(name, 'noise', between(0, 2), 0.15);
export const testShare = inAddress(name, 'test', between(0, 0.9), 0.3);
export const dataSeed = inAddress(name, 'dataSeed', between(0, 1e9, true), 1);
export const formula = inAddress(name, 'formula', aText, 'sin(2*x)');
export const drawnPoints = inAddress(name, 'points', points, []);
export const given = inAddress<readonly FeatureName[]>(name, 'inputs', words(featureNames), ['x1', 'x2']);
/** The source of the own table, and its column to predict. */
export const tableSource = inAddress(name, 'source', aText, '');
export const tableTarget = inAddress(name, 'target', aText, '');
/** Inputs of the table that are the two axes of the pictures. */
export const across = inAddress(name, 'across', between(0, 31, true), 0);
export const upward = inAddress(name, 'upward', between(0, 31, true), 1);
/** The row that gives the pictures all inputs that are no axis. */
export const baseRow = inAddress(name, 'row', between(0, 1999, true), 0);

/** What is wrong with the formula, in words. */
export const formulaProblem = signal<string | undefined>(undefined);

const ofTable = (): boolean => dataKinds[dataName.value].own === 'table';

export const loadedTable = loaded<LabTableJson>();
/** The own table, where one is learned from and has come. */
export const table = computed(() => (ofTable() ? loadedTable.value.value : undefined));

export const task = computed(() => table.value?.task ?? dataKinds[dataName.value].task);

/** The classes of the answer, the last one first where there are two: it is what the network is asked for. */
export const classNames = computed<readonly string[]>(() => {
  if (task.value === 'regression') return [];
  if (table.value) return table.value.classes;
  return Array.from({ length: dataKinds[dataName.value].classes ?? 2 }, (_, k) => `${k}`);
});

/** How many numbers the last layer makes. */
export const outputs = computed(() => (task.value === 'multiclass' ? classNames.value.length : 1));

/** What the inputs of the network are called. */
export const inputNames = computed<readonly string[]>(
  () => table.value?.inputs ?? given.value.map(one => features[one].title),
);

/** The two inputs of the table that are shown, which it has. */
const axes = computed<readonly [number, number]>(() => {
  const last = (table.value?.inputs.length ?? 2) - 1;
  return [Math.min(across.value, last), Math.min(upward.value, last)];
});

/** What the axes of the pictures are called. */
export const axisNames = computed<readonly [string, string]>(() => {
  const [a, b] = axes.value;
  return table.value ? [table.value.inputs[a]!, table.value.inputs[b]!] : ['x₁', 'x₂'];
});

const tableRows = computed<readonly Float32Array[]>(() => {
  const { x = [], inputs = [], rows = 0 } = table.value ?? {};
  return Array.from({ length: rows }, (_, row) =>
    Float32Array.from(x.slice(row * inputs.length, (row + 1) * inputs.length)),
  );
});

export const samples = computed<readonly Sample[]>(() => {
  const found = table.value;
  if (found) {
    const [a, b] = axes.value;
    return tableRows.value.map((inputs, row) => ({ x1: inputs[a]!, x2: inputs[b]!, target: found.y[row]! }));
  }
  try {
    return samplesOf({
      name: dataName.value,
      count: count.value,
      noise: noise.value,
      seed: dataSeed.value,
      formula: formula.value,
      drawn: drawnPoints.value,
    });
  } catch (error) {
    if (error instanceof NoFormula) return [];
    throw error;
  }
});

const whole: Range = [-reach, reach];
/** The part of the plane in the pictures: all of it, or what a table fills. */
export const shownPart = computed<Part>(() => {
  if (!table.value || samples.value.length === 0) return { x: whole, y: whole };
  return { x: around(samples.value.map(({ x1 }) => x1)), y: around(samples.value.map(({ x2 }) => x2)) };
});

/** How many samples, the last of them, are kept for the test. */
export const testCount = computed(() =>
  table.value ? table.value.rows - table.value.trainRows : Math.floor(samples.value.length * testShare.value),
);

/** [places, inputs]: what the network is given of places in the pictures; the rest of a table's row is that of `baseRow`. */
export function encodedPlaces(places: readonly (readonly [number, number])[]): Float32Array {
  const rows = tableRows.value;
  if (rows.length === 0) return encoded(given.value, places);
  const base = rows[Math.min(baseRow.value, rows.length - 1)]!;
  const [a, b] = axes.value;
  const x = new Float32Array(places.length * base.length);
  for (const [i, [x1, x2]] of places.entries()) {
    x.set(base, i * base.length);
    x[i * base.length + a] = x1;
    x[i * base.length + b] = x2;
  }
  return x;
}

/** Everything that is learned from and tested on, as the laboratory takes it; no picture's axis changes it. */
export const learned = computed<LabData>(() => {
  const found = table.value;
  const all = found ? [] : samples.value;
  const rows = found ? found.rows : all.length;
  const train = Math.max(1, rows - testCount.value);
  return {
    x: found
      ? Float32Array.from(found.x)
      : encoded(
          given.value,
          all.map(({ x1, x2 }) => [x1, x2] as const),
        ),
    y: found ? Float32Array.from(found.y) : Float32Array.from(all, ({ target }) => target),
    inputs: inputNames.value.length,
    trainRows: Int32Array.from({ length: train }, (_, i) => i),
    testRows: Int32Array.from({ length: Math.max(0, rows - train) }, (_, i) => train + i),
  };
});

/** Asks for the table again whenever another is meant, and says what is wrong with the formula. */
export function followData(): readonly (() => void)[] {
  return [
    effect(() => {
      const [source, target, test, seed] = [tableSource.value, tableTarget.value, testShare.value, dataSeed.value];
      if (!ofTable() || source === '' || target === '' || screen.value !== name) return;
      void loadedTable.load(signal => api.labTable(source, target, test, seed, signal));
    }),
    effect(() => {
      try {
        samplesOf({ name: 'formula', count: 1, noise: 0, seed: 1, formula: formula.value, drawn: [] });
        formulaProblem.value = undefined;
      } catch (error) {
        formulaProblem.value = error instanceof Error ? error.message : String(error);
      }
    }),
  ];
}
