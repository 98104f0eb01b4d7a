import { expect, test } from 'vitest';
import { activationLayer, dense, flatten, type LayerSpec, network, place } from '../../nn/index.ts';
import { blocksOf, stagesOf } from './stages.ts';

const named = (layers: readonly LayerSpec[], inputs: number, ranks: number, frozen: readonly string[] = []) =>
  stagesOf(blocksOf({ frozen }, place(network(layers), [inputs])), ranks).map(stage => stage.map(({ name }) => name));

test('the dearest stage is as cheap as can be', () => {
  // 8·8, 8·8, 8·8, 8·32, 32·1 multiply-adds.
  const layers = [dense(8), dense(8), dense(8), dense(32), dense(1)];
  expect(named(layers, 8, 1)).toEqual([['dense1', 'dense2', 'dense3', 'dense4', 'dense5']]);
  expect(named(layers, 8, 2)).toEqual([
    ['dense1', 'dense2', 'dense3'],
    ['dense4', 'dense5'],
  ]);
  expect(named(layers, 8, 5)).toEqual([['dense1'], ['dense2'], ['dense3'], ['dense4'], ['dense5']]);
});

test('what learns nothing stays with what learns', () => {
  const layers = [flatten(), dense(8), activationLayer('relu'), dense(8), dense(1)];
  expect(named(layers, 8, 3)).toEqual([['flatten1', 'dense1', 'activation1'], ['dense2'], ['dense3']]);
  expect(named(layers, 8, 2, ['dense2'])).toEqual([['flatten1', 'dense1', 'activation1', 'dense2'], ['dense3']]);
  expect(blocksOf({ frozen: ['dense1'] }, place(network(layers), [8]))).toHaveLength(2);
});
