export { type BatchOptions, batches, type RowBatch } from './batches.ts';
export { type BuildOptions, buildTable } from './build.ts';
export type { CellBatch, CellOptions, RejectedRow } from './cells.ts';
export { cifarLabels } from './cifar.ts';
export { dateFormats, formatDate, parseDate } from './dates.ts';
export { decodeTable, type TextFormat, textFormats } from './decode.ts';
export { cachedAt, cacheFolder, type Download, downloads, isWhole, namedDownload } from './downloads.ts';
export { type FetchedFile, type FetchOptions, fetchDownload } from './fetch-download.ts';
export { type Fingerprint, fingerprint } from './fingerprint.ts';
export { fitImages } from './fit-images.ts';
export { decodeIdx, type Idx } from './idx.ts';
export { type ImageOptions, type ImageSource, placeAt } from './image-source.ts';
export { imageSourceOf, imageSources } from './image-sources.ts';
export {
  type ImageShape,
  type Images,
  type ImagesSplit,
  makeImages,
  pixelsOf,
  type RejectedImage,
  selectImages,
} from './images.ts';
export type { ColumnType } from './infer.ts';
export { checkImageMemory, memoryLimit } from './memory.ts';
export { isMissing, missingTokens } from './missing.ts';
export { type Decimal, parseNumber } from './numbers.ts';
export { readPictureFiles } from './picture-source.ts';
export { everyRow } from './rows.ts';
export {
  addSteps,
  autocorrelation,
  calendarSeasons,
  type DuplicateRule,
  duplicateRules,
  findSeasons,
  formatTime,
  parseStep,
  pastOf,
  type Series,
  type SeriesOptions,
  type SeriesPart,
  type SeriesSet,
  type SeriesShares,
  type SeriesSplit,
  type Spans,
  type Step,
  type StepUnit,
  seriesOf,
  seriesParts,
  splitSeries,
  stepDays,
  stepName,
  stepsBetween,
  stepUnits,
  timeAt,
  type WindowOptions,
  type Windows,
  windowsOf,
} from './series/index.ts';
export { readSource, type SourceOptions, table } from './source.ts';
export { type Fold, kfold, type Shares, type Split, type Strata, split, splitByTime } from './split.ts';
export { findSynthetic, isSynthetic, makeSynthetic, type Synthetic, synthetics } from './synthetic.ts';
export {
  type Column,
  cellValue,
  column,
  columnLength,
  type DateColumn,
  makeTable,
  missingAt,
  missingCount,
  type NumberColumn,
  numberColumn,
  type ReadNote,
  select,
  type Table,
  type TextColumn,
  textColumn,
  toRecords,
  type Whole,
} from './table.ts';
