/** What grows: networks whose parameters, batch, depth or sequence length are taken from small to large, all else fixed. */
import { dense, lstm } from 'hillock';

const wide = (/** @type {number} */ width) => [dense(width, 'relu'), dense(width, 'relu'), dense(10)];
const repeated = (/** @type {number} */ depth) => Array.from({ length: depth }, () => dense(128, 'relu'));

/**
 * Each axis: `of` gives the network and the data at a value. `work` is what the arithmetic of a step grows with, in any
 * unit: time that grows faster than it needs a reason.
 */
export const axes = {
  parameters: {
    label: 'parameters',
    about: '64 inputs, two hidden layers, batch 32',
    values: [16, 64, 256, 1000, 3150, 9950],
    x: (/** @type {number} */ width) => 64 * width + width * width + 10 * width + 2 * width + 10,
    work: (/** @type {number} */ width) => 74 * width + width * width,
    of: (/** @type {number} */ width) => ({ layers: wide(width), shape: [64], batch: 32 }),
  },
  batch: {
    label: 'rows a step',
    about: '784-512-512-10',
    values: [1, 4, 16, 64, 256, 1024],
    x: (/** @type {number} */ batch) => batch,
    work: (/** @type {number} */ batch) => batch,
    of: (/** @type {number} */ batch) => ({ layers: wide(512), shape: [784], batch }),
  },
  depth: {
    label: 'hidden layers',
    about: 'of 128 neurons, batch 64',
    values: [1, 2, 4, 8, 16, 32, 64],
    x: (/** @type {number} */ depth) => depth,
    work: (/** @type {number} */ depth) => 64 * 128 + (depth - 1) * 128 * 128 + 1280,
    of: (/** @type {number} */ depth) => ({ layers: [...repeated(depth), dense(10)], shape: [64], batch: 64 }),
  },
  steps: {
    label: 'time steps',
    about: 'LSTM of 64 units, 4 features, batch 32',
    values: [8, 16, 32, 64, 128, 256, 512],
    x: (/** @type {number} */ steps) => steps,
    work: (/** @type {number} */ steps) => steps,
    of: (/** @type {number} */ steps) => ({ layers: [lstm(64), dense(10)], shape: [steps, 4], batch: 32 }),
  },
};
