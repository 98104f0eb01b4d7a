/** Handwritten digits as images: filters that move over them need a quarter of the weights of a dense network. */
import assert from 'node:assert/strict';
import { conv2d, dropout, flatten, maxPool, network, summary, summaryText, train } from 'hillock';
import { readSource } from 'hillock/data';

const model = network([
  conv2d(8, 3, 'relu', { padding: 'same' }),
  maxPool(2),
  conv2d(16, 3, 'relu', { padding: 'same' }),
  maxPool(2),
  flatten(),
  dropout(0.2),
]);
console.log(summaryText(summary(model, [1, 12, 12])));
const digits = await readSource('demo:digits');
const run = train(model, digits, { seed: 1, epochs: 8, batch: 64, learningRate: 0.01 });
for await (const event of run) {
  if (event.event === 'epoch') console.log(`epoch ${event.epoch}: accuracy ${event.validation.accuracy?.toFixed(3)}`);
}
const trained = await run.result;
const accuracy = trained.metrics.test.accuracy ?? 0;
console.log(`test accuracy ${accuracy.toFixed(3)} with ${trained.report.parameters} parameters`);
assert.ok(accuracy > 0.97);
