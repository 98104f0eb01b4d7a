/** The questions of `npm run bench`: what is timed, beside whom, and the bars that it has to pass. */
import { conv2d, dense, flatten, gru, lstm, maxPool, rnn } from 'hillock';
import { start } from './start.mjs';
import { table } from './table.mjs';
import { training } from './training.mjs';

const mlp = [flatten(), dense(512, 'relu'), dense(512, 'relu'), dense(10)];
const same = (/** @type {number} */ filters) => conv2d(filters, 3, 'relu', { padding: 'same' });
const block = (/** @type {number} */ filters) => [same(filters), same(filters), maxPool(2)];
const bars = (/** @type {number} */ must, /** @type {number} */ aim) => ({ must, aim });

const digits = { data: 'digits', batch: 128, optimizer: 'sgd', learningRate: 0.1 };
const waves = { batch: 64, optimizer: 'adam', learningRate: 0.001 };
const tiny = { data: 'xor', layers: [dense(16, 'relu'), dense(2)], batch: 32, orders: 40_000 };
const images = { pytorch: ['eager', 'channels_last'] };
const javascript = { tfjs: bars(40, 80), jax: bars(6, 12) };

/**
 * Ratios are ours / theirs in samples a second. `learns` is how far the mean losses may be apart, as a part of them.
 * `orders`: so many batches are the same for everyone (1000 unless told).
 */
export const questions = {
  'mlp-mnist-sgd': training({
    ...digits,
    layers: mlp,
    bars: { pytorch: bars(1.1, 2), ...javascript, memory: bars(1, 0.5) },
  }),
  'mlp-mnist-adam': training({
    ...digits,
    layers: mlp,
    optimizer: 'adam',
    learningRate: 0.001,
    bars: { pytorch: bars(1.1, 2), memory: bars(1, 0.5) },
  }),
  'cnn-mnist': training({
    ...digits,
    layers: [conv2d(32, 3, 'relu'), conv2d(64, 3, 'relu'), maxPool(2), flatten(), dense(128, 'relu'), dense(10)],
    variants: images,
    bars: { pytorch: bars(0.9, 1.5) },
  }),
  'cnn-cifar': training({
    ...digits,
    data: 'colours',
    layers: [...block(32), ...block(64), ...block(128), flatten(), dense(10)],
    learningRate: 0.05,
    variants: images,
    bars: { pytorch: bars(0.9, 1.5) },
  }),
  'lstm-48': training({ ...waves, data: 'waves48', layers: [lstm(64), dense(2)], bars: { pytorch: bars(0.7, 1) } }),
  'lstm-200': training({ ...waves, data: 'waves200', layers: [lstm(128), dense(2)], bars: { pytorch: bars(1, 1.5) } }),
  'gru-48': training({ ...waves, data: 'waves48', layers: [gru(64), dense(2)], bars: { pytorch: bars(0.7, 1) } }),
  'rnn-48': training({ ...waves, data: 'waves48', layers: [rnn(64), dense(2)], bars: { pytorch: bars(0.7, 1) } }),
  'tiny-sgd': training({ ...tiny, optimizer: 'sgd', learningRate: 0.1, bars: { pytorch: bars(2.5, 10) } }),
  'tiny-adam': training({ ...tiny, optimizer: 'adam', learningRate: 0.001, bars: { pytorch: bars(2.5, 10) } }),
  'table-to-model': table({ bars: { sklearn: bars(3, 10) } }),
  start: start({ bars: { help: bars(150, 80), predict: bars(600, 300) } }),
};
