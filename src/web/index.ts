/** The public surface of `hillock/web`: everything a page needs. */
export { type ImageShape, type Images, type ImagesSplit, makeImages } from '../data/images.ts';
export { makeTable, numberColumn, select, type Table, textColumn, toRecords } from '../data/table.ts';
export { type ErrorKind, HillockError } from '../errors.ts';
export type { Report } from '../job/report.ts';
export type { TrainEvent } from '../job/steps.ts';
export type { ModelRecord, Prediction, Predictions } from '../model/index.ts';
export {
  activationLayer,
  averagePool,
  batchNorm,
  conv1d,
  conv2d,
  convTranspose1d,
  convTranspose2d,
  dense,
  depthwiseConv2d,
  dropout,
  embedding,
  flatten,
  globalAveragePool,
  globalMaxPool,
  gru,
  type LayerSpec,
  layerNorm,
  lstm,
  maxPool,
  type NetworkSpec,
  network,
  parseNetwork,
  permute,
  repeat,
  reshape,
  residual,
  rnn,
  upsample,
} from '../nn/index.ts';
export { version } from '../version.ts';
export { load, type WebModel } from './load.ts';
export type { PageDevice } from './messages.ts';
export type { PageOptions } from './options.ts';
export { pictures } from './picture.ts';
export { type TableOptions, table } from './table.ts';
export { type FreshWebModel, train, type WebRun, type WebTrainOptions } from './train.ts';
