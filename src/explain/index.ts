export { type LinearCollapse, linearCollapse } from './collapse.ts';
export { type Health, health, type LayerHealth, type NeuronHealth, type Synapse } from './health.ts';
export { type ColumnImportance, type Importance, type ImportanceOptions, importance } from './importance.ts';
export { findLayer, hasNeurons, inputNames, neuronLayers, outputNames } from './layers.ts';
export { explainNeuron, type NamedTerm, type NeuronChoice, type NeuronExplanation } from './neuron.ts';
export { type Data, everyRow, feedsFor, sampleRows } from './sample.ts';
export { type ColumnSummary, type LayerSummary, type ModelSummary, summarise } from './summary.ts';
export { type LayerTrace, type Subject, type Trace, type Tracer, tracer, valuesAt } from './trace.ts';
export type { NeuronState } from './verdict.ts';
