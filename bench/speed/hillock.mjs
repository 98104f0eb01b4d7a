/** Our contestant: node hillock.mjs FOLDER THREADS; for each line with seconds one with what was done in them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { nodeRuntime } from '../../dist/rooms/runtime/node.js';
import { fit } from '../../dist/rooms/train/index.js';
import { answer } from './answer.mjs';
import { readArray } from './data.mjs';
import { jobOf } from './job.mjs';

const [folder, threads] = process.argv.slice(2);
const question = JSON.parse(readFileSync(join(folder, 'question.json'), 'utf8'));
const data = { ...question, x: readArray(folder, question.x), y: readArray(folder, 'y.i32') };
const layers = question.layers.map(({ name: _, inputShape: __, ...spec }) => spec);
const events = fit(jobOf({ ...question, layers }, data), await nodeRuntime({ threads: Number(threads) }));
let step = 0;

await answer(async seconds => {
  const [before, start] = [step, performance.now()];
  const losses = [];
  while ((performance.now() - start) / 1000 < seconds) {
    const { value } = await events.next();
    if (value.event !== 'step') continue;
    step = value.step;
    losses.push([step, value.loss]);
  }
  return { samples: (step - before) * question.batch, seconds: (performance.now() - start) / 1000, losses };
});
