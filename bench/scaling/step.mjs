/** One point of a curve, in a process of its own: node step.mjs AXIS VALUE THREADS prints milliseconds a step and peak memory. */
import { random } from 'hillock';
import { nodeRuntime } from '../../dist/rooms/runtime/node.js';
import { fit } from '../../dist/rooms/train/index.js';
import { jobOf } from '../speed/job-of.mjs';
import { axes } from './axes.mjs';

const [name, value, threads] = process.argv.slice(2);
const { layers, shape, batch } = axes[name].of(Number(value));
const rng = random('scaling');
const rows = Math.max(1024, batch);
const width = shape.reduce((/** @type {number} */ a, /** @type {number} */ b) => a * b, 1);
const y = Int32Array.from({ length: rows }, () => rng.below(10));
/** Noise around a mean that tells the class, so that there is something to learn. */
const x = Float32Array.from(
  { length: rows * width },
  (_, i) => 0.3 * rng.normal() + ((y[Math.floor(i / width)] * (i % width)) % 10) / 10,
);
const question = { layers, batch, optimizer: 'sgd', learningRate: 0.02 };
const before = process.resourceUsage().maxRSS;
const events = fit(jobOf(question, { shape, classes: 10, x, y }), await nodeRuntime({ threads: Number(threads) }));

const warm = 0.7;
const most = 2.5;
const began = performance.now();
/** Steps and milliseconds of each chunk once it is warm. */
const chunks = [];
const losses = [];
let [step, at] = [0, began];
for await (const event of events) {
  if (event.event !== 'step') continue;
  const now = performance.now();
  if (at - began > 1000 * warm || chunks.length === 0) chunks.push({ steps: event.step - step, ms: now - at });
  losses.push(event.loss);
  [step, at] = [event.step, now];
  if (now - began > 1000 * most && chunks.length > 2) break;
}
const timed = chunks
  .slice(1)
  .map(({ steps, ms }) => ms / steps)
  .toSorted((a, b) => a - b);
const mean = (/** @type {number[]} */ list) => list.reduce((a, b) => a + b, 0) / list.length;
const part = Math.max(1, Math.floor(losses.length / 4));
console.log(
  JSON.stringify({
    ms: timed[Math.floor(timed.length / 2)],
    steps: step,
    megabytes: Math.round(process.resourceUsage().maxRSS / 1024),
    without: Math.round(before / 1024),
    loss: [mean(losses.slice(0, part)), mean(losses.slice(-part))],
  }),
);
process.exit(0);
