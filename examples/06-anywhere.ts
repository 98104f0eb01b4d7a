/** The saved file in a runtime that knows nothing of Hillock: raw columns in, prediction out. */
import assert from 'node:assert/strict';
import { train } from 'hillock';
import { table } from 'hillock/data';
import * as ort from 'onnxruntime-web';

const model = await train('mlp', await table('demo:houses'), { seed: 1, baseline: false, epochs: 8 }).result;
const session = await ort.InferenceSession.create(model.toOnnx());
const house = { area: 120, rooms: 4, year: 1990, town: 'north', garden: 'yes' };
console.log(`inputs: ${session.inputNames.join(', ')}`);
const feeds = Object.fromEntries(
  session.inputMetadata.map(input => {
    const value = (house as Record<string, string | number>)[input.name];
    const text = input.isTensor && input.type === 'string';
    return [
      input.name,
      text
        ? new ort.Tensor('string', [String(value ?? '')], [1, 1])
        : new ort.Tensor('float32', [Number(value ?? Number.NaN)], [1, 1]),
    ];
  }),
);
const { prediction } = await session.run(feeds);
const [ours] = (await model.predict([house])).rows;
console.log(`elsewhere ${prediction?.data[0]}, here ${ours?.value}`);
assert.ok(Math.abs(Number(prediction?.data[0]) - Number(ours?.value)) < 1e-4 * Number(ours?.value));
