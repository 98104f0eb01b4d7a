export { everyRow } from '../data/index.ts';
export {
  type CellChoice,
  type CellExplanation,
  type CellStep,
  explainCell,
  findRecurrent,
  type GateStep,
  isRecurrent,
  recurrentLayers,
  statesOf,
} from './cell.ts';
export { type LinearCollapse, linearCollapse } from './collapse.ts';
export { type Dependence, dependence } from './dependence.ts';
export {
  explainFilter,
  type FilterChoice,
  type FilterExplanation,
  type FilterTerm,
  filterLayers,
  findFilters,
  hasFilters,
  kernelOf,
  seenBy,
} from './filter.ts';
export { type Firing, firing } from './firing.ts';
export { type Health, health, type LayerHealth, type NeuronHealth, type Synapse } from './health.ts';
export { type ColumnImportance, type Importance, type ImportanceOptions, importance } from './importance.ts';
export { activationOf, findLayer, hasNeurons, inputNames, neuronLayers, outputNames } from './layers.ts';
export { explainNeuron, type NamedTerm, type NeuronChoice, type NeuronExplanation } from './neuron.ts';
export { colourOf, type Plane, pixelsAt, scaleOf, tiles } from './picture.ts';
export { readingOf } from './reading.ts';
export { type Answer, answerOf, type CellTrace, cellsOf, type StepTrace, stepsOf } from './row.ts';
export { type Data, feedsFor, sampleRows } from './sample.ts';
export { type ColumnSummary, type ModelSummary, summarise } from './summary.ts';
export { type LayerTrace, type Subject, type Trace, type Tracer, tracer, valuesAt } from './trace.ts';
export type { NeuronState } from './verdict.ts';
