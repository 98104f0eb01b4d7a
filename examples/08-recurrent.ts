/** A recurrent network: which way does a wave run? Each row is a short noisy sine, read one step at a time. */
import assert from 'node:assert/strict';
import { dense, gru, network, random, reshape, train } from 'hillock';
import { makeTable, numberColumn, textColumn } from 'hillock/data';

const steps = 24;
const rows = 600;
const rng = random(1);

// Fast at the beginning and slow at the end, or the other way round: only the order tells them apart.
const labels = Array.from({ length: rows }, (_, i) => (i % 2 === 0 ? 'slowing' : 'speeding'));
const waves = labels.map(label => {
  const phase = rng.uniform() * 2 * Math.PI;
  const wave = Array.from({ length: steps }, (_, t) => Math.sin(phase + 0.06 * t * t) + 0.2 * rng.normal());
  return label === 'speeding' ? wave : wave.reverse();
});
const table = makeTable('waves', [
  ...Array.from({ length: steps }, (_, t) =>
    numberColumn(
      `t${t}`,
      waves.map(wave => wave[t]!),
    ),
  ),
  textColumn('course', labels),
]);

// A row of 24 columns is a sequence of 24 time steps with one feature each.
const net = network([reshape([steps, 1]), gru(16), dense(8, 'relu')]);
const run = train(net, table, { target: 'course', encoding: 'plain', epochs: 15, learningRate: 0.01, seed: 1 });
const model = await run.result;
const { accuracy = 0 } = model.metrics.test;
console.log(`GRU: ${accuracy.toFixed(3)}, linear model: ${model.report.baseline.linear?.accuracy?.toFixed(3)}`);
assert(accuracy > 0.9);
