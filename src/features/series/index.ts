export { type Base, type BaseShare, baseWeights } from './base.ts';
export {
  type Cycle,
  channelNames,
  parseSeriesEncoder,
  type SeriesEncoder,
  type SeriesFeature,
  seriesFeatureNames,
  seriesNames,
  seriesShape,
} from './encoder.ts';
export { fitSeriesEncoder, type SeriesFit } from './fit.ts';
export { type ForecastEncoding, forecastGraph, type Interval } from './forecast-encoding.ts';
export { type SeriesInput, seriesGraph, seriesInputs } from './graph.ts';
export {
  type EncodedWindows,
  encodeWindows,
  type Origins,
  originCount,
  originsAt,
  type SeriesWindows,
  seriesFeeds,
  windowsOf,
} from './windows.ts';
