/** A question as files that every contestant reads: network, first weights, order of the rows. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { random } from 'hillock';
import { torchState } from '../../dist/rooms/model/export/torch-state.js';
import { initialise, place } from '../../dist/rooms/nn/index.js';
import { sampler } from '../../dist/rooms/train/sampler.js';
import { writeArray } from './data.mjs';
import { jobOf, seed } from './job-of.mjs';

/** Arrays one after the other in a file, with their names and shapes beside it. */
function writeArrays(folder, name, arrays) {
  const entries = [...arrays].map(([name, { shape }]) => ({ name, shape }));
  writeFileSync(join(folder, `${name}.json`), JSON.stringify(entries));
  const data = [...arrays.values()].map(({ data }) => data);
  const all = new Float32Array(data.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of data) {
    all.set(part, at);
    at += part.length;
  }
  writeArray(folder, `${name}.f32`, all);
}

/**
 * Writes what a rival needs to learn what we learn: question.json with the layers in their places, the first weights in our layout
 * (own) and in PyTorch's (torch), and the rows of the first batches (order.i32).
 */
export function writeJob(folder, question, data) {
  const job = jobOf(question, data);
  const layers = place(job.network, job.inputShape);
  const weights = initialise(layers, random(seed));
  writeArrays(folder, 'own', weights);
  writeArrays(folder, 'torch', torchState(job.network, layers, weights));
  const { batch, optimizer, learningRate, orders = 1000 } = question;
  const rows = sampler(job.trainRows, batch, random(seed).split('rows'));
  writeArray(folder, 'order.i32', rows(0, orders));
  const placed = layers.map(({ name, spec, inputShape }) => ({ ...spec, name, inputShape }));
  const { shape, classes, x } = data;
  const told = {
    batch,
    optimizer,
    learningRate,
    layers: placed,
    shape,
    classes,
    x: x instanceof Uint8Array ? 'x.u8' : 'x.f32',
  };
  writeFileSync(join(folder, 'question.json'), JSON.stringify(told));
}
