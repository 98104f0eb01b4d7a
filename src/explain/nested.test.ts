/** Maps and layers inside layers, looked into: values, names, health, and the file they are saved in. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { everyRow } from '../data/index.ts';
import { plainPixels } from '../features/index.ts';
import { f32, floats, type Tensor } from '../graph/index.ts';
import { decodeArtifact, encodeArtifact } from '../model/index.ts';
import { conv2d, dense, flatten, network, residual } from '../nn/index.ts';
import { expectNear } from '../nn/testing.case.ts';
import { nodeRuntime } from '../runtime/node.ts';
import { health } from './health.ts';
import { findLayer, inputNames } from './layers.ts';
import { explainNeuron } from './neuron.ts';
import { modelOf, pictures } from './testing.case.ts';
import { type Tracer, tracer } from './trace.ts';

const images = pictures();
const inner = residual([conv2d(2, 3, 'tanh', { padding: 'same' })], 'relu', { shortcut: [conv2d(2, 1)] });
const layers = network([conv2d(2, 2, 'relu', { padding: 'same' }), inner, flatten(), dense(1)]);
const model = modelOf({ kind: 'images', ...plainPixels(images.shape) }, layers);
const dead = Float32Array.from(floats(model.parameters.get('conv2d1.bias')));
dead[1] = -100;
model.parameters.set('conv2d1.bias', f32(dead));

let opened: Tracer;
beforeAll(async () => {
  opened = await tracer(model.spec, model.parameters, await nodeRuntime({ threads: 1 }));
});
afterAll(() => opened.close());

const names = ['conv2d1', 'residual1', 'residual1.conv2d1', 'residual1.shortcut.conv2d1', 'flatten1', 'dense1'];

test('every layer is traced, those inside others with what they were given', async () => {
  const trace = await opened.trace(images, [1, 4, 7]);
  expect(trace.layers.map(({ layer }) => layer.name)).toEqual(names);
  const [first, outer, branch, around] = trace.layers;
  const of = (tensor: Tensor | undefined): Float32Array => floats(tensor);
  expect(of(branch!.x)).toEqual(of(first!.y));
  expect(of(around!.x)).toEqual(of(first!.y));
  const sum = of(branch!.y).map((value, i) => value + of(around!.y)[i]!);
  expectNear(of(outer!.z), sum, 1e-6);
  expectNear(
    of(outer!.y),
    sum.map(value => Math.max(0, value)),
    1e-6,
  );
});

test('they are found by name and position, and know what comes in', () => {
  const { layers } = opened.subject;
  expect(names.map((_, i) => findLayer(layers, i + 1).name)).toEqual(names);
  const branch = findLayer(layers, 'residual1.shortcut.conv2d1');
  expect(inputNames(opened.subject, branch).slice(0, 3)).toEqual([
    'conv2d1[1,1,1]',
    'conv2d1[1,1,2]',
    'conv2d1[1,2,1]',
  ]);
  expect(inputNames(opened.subject, findLayer(layers, 'dense1'))[11]).toBe('residual1[2,3,2]');
  expect(() => findLayer(layers, 'conv2d2')).toThrow(/no layer 'conv2d2'/);
});

test('a neuron behind maps is written out', async () => {
  const trace = await opened.trace(images, [2]);
  const found = explainNeuron(trace, { layer: 'dense1', neuron: 1 });
  expect(found.terms).toHaveLength(12);
  expect(found.terms[0]!.name).toBe('residual1[1,1,1]');
  expect(Math.abs(found.difference.z)).toBeLessThan(1e-5);
});

test('a filter is one neuron at many places', async () => {
  const found = await health(opened, images, everyRow(images.rows));
  expect(found.layers.map(({ layer, size }) => `${layer} ${size}`)).toEqual([
    'conv2d1 2',
    'residual1 2',
    'residual1.conv2d1 2',
    'residual1.shortcut.conv2d1 2',
    'dense1 1',
  ]);
  const [alive, killed] = found.layers[0]!.neurons;
  expect(killed).toMatchObject({ neuron: 2, state: 'dead', zero: 1, mean: 0, max: 0 });
  const maps = await opened.trace(images, everyRow(images.rows));
  const own = floats(maps.layers[0]!.y).filter((_, i) => Math.floor(i / 6) % 2 === 0);
  expect(own).toHaveLength(60);
  expect(alive!.zero).toBeCloseTo(own.filter(value => value === 0).length / 60, 10);
  expect(alive!.mean).toBeCloseTo(
    own.reduce((sum, value) => sum + value / 60, 0),
    6,
  );
});

test('the model file keeps layers in layers and their arrays', () => {
  const read = decodeArtifact(encodeArtifact(model.spec, model.parameters), 'x');
  expect(read.spec.network).toEqual(layers);
  expect([...read.parameters.keys()]).toEqual([...model.parameters.keys()]);
  expect(read.parameters.get('residual1.shortcut.conv2d1.weight')).toEqual(
    model.parameters.get('residual1.shortcut.conv2d1.weight'),
  );
});
