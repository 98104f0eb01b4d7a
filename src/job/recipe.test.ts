/** What a person says wins; what nobody says follows from the task and the rows. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { TargetEncoding } from '../features/index.ts';
import { targets } from '../model/testing.case.ts';
import {
  activationLayer,
  dense,
  dropout,
  flatten,
  type LayerSpec,
  type NetworkSpec,
  network,
  parametersOf,
  place,
} from '../nn/index.ts';
import { optimizers, schedules } from '../optim/index.ts';
import { metricNamed, outputsOf, type TaskName, tasks } from '../train/index.ts';
import { imageRecipe } from './image-recipe.ts';
import { headNotes, wholeNetwork } from './network.ts';
import { linearRecipe, type Recipe, type RecipeOptions, tableRecipe } from './recipe.ts';

/** The recipe for a table of so many rows of seven raw columns. */
const forTable = (target: TargetEncoding, rows: number, asked: RecipeOptions): Recipe =>
  tableRecipe(target, { rows, available: rows, columns: 7, width: 12, energy: 6 }, asked);
const forImages = (target: TargetEncoding, rows: number, asked: RecipeOptions): Recipe =>
  imageRecipe(target, { rows, shape: [2, 4, 3] }, asked);
const linear = (target: TargetEncoding, rows: number, asked: RecipeOptions): Recipe =>
  linearRecipe(target, rows, [12], asked);
const recipes = {
  'the table recipe': { recipe: forTable, inputShape: [12] },
  'the image recipe': { recipe: forImages, inputShape: [2, 4, 3] },
  'the linear recipe': { recipe: linear, inputShape: [12] },
};
const names = ['binary', 'multiclass', 'regression'] as const satisfies readonly TaskName[];

describe.each(Object.entries(recipes))('%s', (_, { recipe, inputShape }) => {
  test.each(names)('%s: for any number of rows the options make sense', task => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 2_000_000 }), rows => {
        const { network: spec, options } = recipe(targets[task], rows, {});
        expect(options.batch).toBeGreaterThanOrEqual(1);
        expect(options.batch).toBeLessThanOrEqual(rows);
        expect(options.epochs).toBeGreaterThanOrEqual(8);
        expect(Object.keys(optimizers)).toContain(options.optimizer);
        expect(Object.keys(schedules)).toContain(options.schedule);
        expect(metricNamed(options.monitor)?.tasks).toContain(task);
        expect(options.monitor).toBe(tasks[task].monitor);
        const layers = place(spec, inputShape);
        expect(layers.at(-1)!.outputShape).toEqual([outputsOf(targets[task])]);
        expect(parametersOf(layers).length).toBeGreaterThan(0);
      }),
    );
  });

  test('what is asked for is done', () => {
    const asked = {
      optimizer: 'sgd',
      learningRate: 0.3,
      weightDecay: 0.2,
      batch: 9,
      epochs: 2,
      schedule: 'linear',
      clip: 1,
      smoothing: 0.05,
      patience: 4,
      monitor: 'accuracy',
      seed: 12,
    } as const;
    const { options } = recipe(targets.binary, 500, asked);
    const { weightDecay, ...same } = asked;
    expect(options).toMatchObject({ ...same, optimizerOptions: { weightDecay } });
    expect(recipe(targets.binary, 500, { optimizer: 'momentum' }).options.optimizerOptions).toEqual({});
    expect(recipe(targets.binary, 5, { batch: 64 }).options.batch).toBe(5);
  });
});

test('hidden layers, activation, dropout and members as asked', () => {
  const { network: spec } = forTable(targets.multiclass, 500, {
    hidden: [5, 4],
    activation: 'tanh',
    dropout: 0.1,
    members: 3,
  });
  expect(spec.members).toBe(3);
  expect(
    spec.layers.map(layer => (layer.kind === 'dense' ? `${layer.units} ${layer.activation}` : layer.kind)),
  ).toEqual(['5 tanh', 'dropout', '4 tanh', 'dropout', '3 linear']);
  expect(forTable(targets.binary, 500, { hidden: [], members: 1 }).network).toEqual(network([dense(1)]));
});

test('a network of a person gets the last layer its target needs, and no members it did not ask for', () => {
  const model = network([dense(3, 'relu')]);
  expect(forTable(targets.multiclass, 500, { model }).network).toEqual(network([dense(3, 'relu'), dense(3)]));
  expect(forTable(targets.binary, 500, { model, members: 2 }).network).toEqual(
    network([dense(3, 'relu'), dense(1)], { members: 2 }),
  );
  expect(linear(targets.binary, 500, {}).network).toEqual(network([dense(1)]));
});

describe('a network of a person on rows of images', () => {
  const shape = [3, 8, 8] as const;
  const layersFor = (model: NetworkSpec): readonly LayerSpec[] =>
    imageRecipe(targets.multiclass, { rows: 500, shape }, { model }).network.layers;

  test('layers that take lists get the pixels as a list', () => {
    const hidden = [dropout(0.1), dense(4, 'relu')];
    expect(layersFor(network(hidden))).toEqual([flatten(), ...hidden, dense(3)]);
    expect(layersFor(network([flatten(), dense(4)]))).toEqual([flatten(), dense(4), dense(3)]);
    expect(layersFor(network([]))).toEqual([flatten(), dense(3)]);
  });

  test('a network with a head of its own stays as it is', () => {
    const own = network([flatten(), dense(4, 'relu'), dense(3)], { head: false });
    expect(layersFor(own)).toEqual(own.layers);
  });

  const misfits: readonly (readonly [string, NetworkSpec, RegExp])[] = [
    ['of another size', network([flatten(), dense(4)], { head: false }), /ends in rows of shape \[4\].*needs \[3\]/],
    ['that is a map', network([activationLayer('relu')], { head: false }), /ends in rows of shape \[3,8,8\]/],
    ['of no layers', network([], { head: false }), /ends in rows of shape \[3,8,8\]/],
    ['with an activation', network([flatten(), dense(3, 'sigmoid')], { head: false }), /ends in sigmoid.*linear/],
    [
      'with an activation layer',
      network([flatten(), dense(3), activationLayer('tanh')], { head: false }),
      /ends in tanh.*linear/,
    ],
  ];
  test.each(misfits)('a head %s is refused in words', (_, model, message) => {
    expect(() => layersFor(model)).toThrow(message);
  });
});

test('a network that ends in a sequence is refused: it would answer at every time step', () => {
  const onSequences = (): unknown => wholeNetwork(network([dense(4, 'relu')]), [6, 2], targets.multiclass);
  expect(onSequences).toThrow(/ends in rows of shape \[6,3\].*needs \[3\]/);
});

test('a network that seems to end in its head is told so, once and only then', () => {
  const told = (model: NetworkSpec | string): readonly string[] =>
    headNotes(model, [3, 8, 8], targets.multiclass).map(({ message }) => message);
  expect(told(network([dense(4, 'relu'), dense(3)]))).toEqual([
    expect.stringMatching(/^dense2 already has the 3 linear outputs that y needs.*"head": false$/),
  ]);
  for (const model of [
    network([dense(4, 'relu'), dense(3)], { head: false }),
    network([dense(3, 'relu')]),
    network([dense(4)]),
    network([]),
    'mlp',
  ])
    expect(told(model)).toEqual([]);
});
