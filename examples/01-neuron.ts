/** One neuron, with its worked calculation; then the same neuron learns AND by the perceptron rule. */
import assert from 'node:assert/strict';
import { learn, neuron } from 'hillock';

const person = neuron({ weights: [0.2, 0.00001], bias: 1, activation: 'sigmoid' });
const fired = person.fire([4, 80]);
for (const { x, w, product } of fired.terms) console.log(`${x} × ${w} = ${product}`);
console.log(`z = ${fired.z.toFixed(4)}, ŷ = ${fired.y.toFixed(4)}`); // z = 1.8008, ŷ = 0.8582
assert.equal(fired.z.toFixed(4), '1.8008');
assert.equal(fired.y.toFixed(4), '0.8582');

const rows = [
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
];
const and = learn({ weights: [0, 0], bias: 0, activation: 'step' }, rows, [0, 0, 0, 1]);
console.log(`AND learned in ${and.epochs.length} epochs: w = ${and.neuron.weights}, b = ${and.neuron.bias}`);
assert.deepEqual(
  and.neuron.fire(rows).map(({ y }) => y),
  [0, 0, 0, 1],
);

const xor = learn({ weights: [0, 0], bias: 0, activation: 'step' }, rows, [0, 1, 1, 0], { epochs: 1000 });
console.log(`XOR with one neuron: ${xor.converged ? 'learned' : 'not learned in 1000 epochs; see 02-xor.ts'}`);
assert.equal(xor.converged, false);
