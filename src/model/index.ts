export {
  type Artifact,
  decodeArtifact,
  encodeArtifact,
  encodePacked,
  type ModelGraph,
  modelGraph,
  type Parameters,
} from './artifact.ts';
export { digestOf } from './digest.ts';
export { modelName, modelPath, readArtifact, runFiles, writeWhole } from './folder.ts';
export type { Forecasts } from './forecast.ts';
export {
  type ModelRecord,
  type Prediction,
  type Predictions,
  type Predictor,
  predictor,
  recordsAsTable,
} from './model.ts';
export { decodeSafetensors, encodeSafetensors, type SafetensorsFile, type StoredArrays } from './safetensors.ts';
export { endsOf, type SeriesEnd, setOfEnds } from './series-ends.ts';
export {
  inputShapeOf,
  type ModelInput,
  type ModelSpec,
  parseModelSpec,
  type SeriesReading,
  seriesInputOf,
} from './spec.ts';
