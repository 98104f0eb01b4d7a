/** A table with words, numbers and gaps: train, judge, predict, save, load again. */
import assert from 'node:assert/strict';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { load, train } from 'hillock';
import { table } from 'hillock/data';

const people = await table('demo:obesity');
const run = train('mlp', people, { seed: 1 });
for await (const event of run) {
  if (event.event === 'epoch') console.log(`epoch ${event.epoch}: loss ${event.loss.toFixed(3)}`);
}
const model = await run.result;
const { test } = model.metrics;
const { trivial, linear } = model.report.baseline;
console.log(
  `test accuracy ${test.accuracy} (always the same answer: ${trivial.accuracy}, linear model: ${linear?.accuracy})`,
);
assert.ok(test.accuracy! > 0.9);

const folder = await mkdtemp(join(tmpdir(), 'hillock-'));
await model.save(folder);
const again = await load(folder);
const someone = { gender: 'female', age: 51, height: 1.6, weight: 90, activity: 'some', smokes: 'no' };
const [before] = (await model.predict([someone])).rows;
const [after] = (await again.predict([someone])).rows;
console.log(`obese: ${after?.value}, probabilities ${after?.probabilities?.map(p => p.toFixed(3))}`);
assert.deepEqual(after, before);
assert.equal(after?.value, 'yes');

const neuron = await again.explain([someone], { layer: 'dense1', neuron: 1 });
const [strongest] = neuron.terms.toSorted((a, b) => Math.abs(b.product) - Math.abs(a.product));
console.log(`${neuron.name}: z = ${neuron.z.toFixed(3)}, strongest input ${strongest?.name} = ${strongest?.x}`);
assert.ok(Math.abs(neuron.difference.z) < 1e-4);
