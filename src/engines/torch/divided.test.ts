import { expect, test } from 'vitest';
import {
  activationLayer,
  batchNorm,
  conv2d,
  dense,
  dropout,
  flatten,
  type LayerSpec,
  network,
  place,
  residual,
} from '../../nn/index.ts';
import { dividedModules, wholeLayers } from './divided.ts';

const placed = (layers: readonly LayerSpec[], input: readonly number[]) => place(network(layers), input);

test('dense layers are divided in pairs, what is left over by itself', () => {
  const layers = placed([dense(8), activationLayer('relu'), dropout(0.5), dense(8), dropout(0.1), dense(1)], [4]);
  expect(dividedModules(layers, 1)).toEqual({ dense1: 'column', dropout1: 'noise', dense2: 'row', dense3: 'alone' });
  expect(wholeLayers(layers)).toEqual([]);
});

test('what needs all outputs stands between no pair', () => {
  const layers = placed([conv2d(2, 3), flatten(), dense(8), batchNorm(), dense(2)], [1, 5, 5]);
  expect(dividedModules(layers, 1)).toEqual({ dense1: 'alone', dense2: 'alone' });
  expect(wholeLayers(layers)).toEqual(['conv2d1', 'batch-norm1']);
});

test('layers inside layers and every network of an ensemble are divided', () => {
  const layers = placed([residual([dense(4), dense(4)]), dense(1)], [4]);
  expect(dividedModules(layers, 2)).toEqual({
    'members.0.dense1': 'alone',
    'members.1.dense1': 'alone',
    'members.0.residual1.dense1': 'column',
    'members.1.residual1.dense1': 'column',
    'members.0.residual1.dense2': 'row',
    'members.1.residual1.dense2': 'row',
  });
});
