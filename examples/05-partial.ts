/** Partial connection: a mask says which synapses exist; those that do not stay exactly 0. */
import assert from 'node:assert/strict';
import { dense, network, train } from 'hillock';
import { table } from 'hillock/data';

const mask = [
  [1, 1, 0, 0],
  [0, 0, 1, 1],
] as const;
const points = await table('demo:moons');
const model = await train(network([dense(4, 'tanh', { mask }), dense(8, 'tanh')]), points, {
  seed: 1,
  baseline: false,
  encoding: 'plain',
}).result;
const weights = model.parameters.get('dense1.weight')?.data as Float32Array;
const absent = Array.from(weights).filter((_, i) => mask.flat()[i % 8] === 0);
console.log(`test accuracy ${model.metrics?.test.accuracy}, absent synapses: ${absent}`);
assert.ok(absent.every(w => w === 0));
assert.ok((model.metrics?.test.accuracy ?? 0) > 0.85);
