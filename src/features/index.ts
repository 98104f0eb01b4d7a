export { type Aligned, alignTable } from './align.ts';
export { columnTypes } from './column-types.ts';
export { type ColumnReport, type DescribeOptions, describe } from './describe.ts';
export {
  type Cell,
  cellNumber,
  type EncodedRows,
  encodeRows,
  packedRows,
  rawFeeds,
  rawInputs,
  recordTable,
} from './encode.ts';
export {
  type EncodedColumn,
  type EncodedPart,
  type Encoder,
  type EncoderInput,
  encodedParts,
  encoderGraph,
  encoderInputs,
  inputValues,
  outputNames,
  packedInput,
  parseEncoder,
} from './encoder.ts';
export { type Part, partText } from './encodings/index.ts';
export { type FitOptions, type FittedEncoder, fitEncoder } from './fit.ts';
export type { Warning } from './leaks.ts';
export {
  fitPixels,
  type ImageShape,
  type PixelEncoding,
  pixelGraph,
  pixelRow,
  pixelSchema,
  plainPixels,
} from './pixels.ts';
export { type Role, roleNames } from './role-names.ts';
export type { Decision } from './roles.ts';
export type { Seen, SeenNumbers, SeenWords } from './seen.ts';
export {
  type Base,
  type BaseShare,
  baseWeights,
  type Cycle,
  channelNames,
  type EncodedWindows,
  encodeWindows,
  type ForecastEncoding,
  fitSeriesEncoder,
  forecastGraph,
  type Interval,
  type Origins,
  originCount,
  originsAt,
  parseSeriesEncoder,
  type SeriesEncoder,
  type SeriesFeature,
  type SeriesFit,
  type SeriesInput,
  type SeriesWindows,
  seriesFeatureNames,
  seriesFeeds,
  seriesGraph,
  seriesInputs,
  seriesNames,
  seriesShape,
  windowsOf,
} from './series/index.ts';
export { type TableReport, tableReport } from './table-report.ts';
export { readTarget, type Target, type Task } from './target.ts';
export {
  type ClassEncoding,
  classesOf,
  fitTarget,
  fromStandardised,
  type MatchedTarget,
  matchTarget,
  type NumberEncoding,
  numberGraph,
  parseTargetEncoding,
  standardise,
  type TargetEncoding,
} from './target-encoding.ts';
