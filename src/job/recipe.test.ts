/** What a person says wins; what nobody says follows from the task and the rows. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { TargetEncoding } from '../features/index.ts';
import { targets } from '../model/testing.case.ts';
import { dense, network, parametersOf, place } from '../nn/index.ts';
import { optimizers, schedules } from '../optim/index.ts';
import { metricNamed, outputsOf, type TaskName, tasks } from '../train/index.ts';
import { imageRecipe, linearRecipe, type Recipe, type RecipeOptions, tableRecipe } from './recipe.ts';

/** The recipe for a table of so many rows of seven raw columns. */
const forTable = (target: TargetEncoding, rows: number, asked: RecipeOptions): Recipe =>
  tableRecipe(target, { rows, available: rows, columns: 7, width: 12, energy: 6 }, asked);
const recipes = { forTable, linearRecipe, imageRecipe };
const names = ['binary', 'multiclass', 'regression'] as const satisfies readonly TaskName[];

describe.each(Object.entries(recipes))('%s', (_, recipe) => {
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
        const layers = place(spec, [7]);
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
  expect(linearRecipe(targets.binary, 500, {}).network).toEqual(network([dense(1)]));
});
