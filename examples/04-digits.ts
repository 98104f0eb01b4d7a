/** Handwritten digits as rows of pixels: a feed-forward network. */
import assert from 'node:assert/strict';
import { dense, network, train } from 'hillock';
import { readSource } from 'hillock/data';

const digits = await readSource('demo:digits');
const model = await train(network([dense(64, 'relu'), dense(32, 'relu')]), digits, { seed: 1 }).result;
const accuracy = model.metrics?.test.accuracy ?? 0;
console.log(`test accuracy ${accuracy.toFixed(3)} with ${model.report?.parameters} parameters`);
assert.ok(accuracy > 0.93);
