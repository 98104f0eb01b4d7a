/** XOR, which no single neuron can learn: one hidden layer bends the line. */
import assert from 'node:assert/strict';
import { dense, network, train } from 'hillock';
import { table } from 'hillock/data';

const points = await table('demo:xor');
const line = await train('linear', points, { seed: 1 }).result;
const bent = await train(network([dense(16, 'tanh')]), points, { seed: 1, baseline: false }).result;
const accuracy = { line: line.metrics?.test.accuracy ?? 0, bent: bent.metrics?.test.accuracy ?? 0 };
console.log(`test accuracy: one neuron ${accuracy.line.toFixed(2)}, 16 hidden neurons ${accuracy.bent.toFixed(2)}`);
assert.ok(accuracy.line < 0.75);
assert.ok(accuracy.bent > 0.95);
