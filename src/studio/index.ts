/** The public surface of `hillock/studio`: the server, and the types of what its routes take and give. */

export type { Counterfactual, Disagreement, JudgedRow, Pair, Slices } from '../report/index.ts';
export type { Problem } from './answer.ts';
export type { ExportCheck } from './check.ts';
export type { ComparedRun, Setting } from './compared.ts';
export type { Ahead, ColumnCard, DataReport, RowsAnswer } from './data-report.ts';
export type { Endpoint } from './endpoints.ts';
export type { Field, GivenOptions } from './fields.ts';
export type { LabTable } from './lab-table.ts';
export type { StudioOptions } from './options.ts';
export type { DependenceAnswer, ImportanceAnswer } from './routes/columns.ts';
export type { CompareAnswer } from './routes/compare.ts';
export type { SourceEntry } from './routes/data.ts';
export type { CardAnswer, DeployAnswer, EndpointState } from './routes/deploy.ts';
export type { EvaluationAnswer, RowsOfCell } from './routes/evaluation.ts';
export type { ExportOffer } from './routes/exports.ts';
export type { HealthAnswer, LayerState } from './routes/health.ts';
export type { FiringAnswer, InspectAnswer, NetworkAnswer } from './routes/inspect.ts';
export type { LayersAnswer } from './routes/layers.ts';
export type { LensAnswer, LensLayers } from './routes/lens.ts';
export type { Signature } from './routes/predict.ts';
export type { RunDetail, RunRow } from './routes/runs.ts';
export type { MetricInfo, SystemInfo } from './routes/system.ts';
export { createStudio, type Studio } from './studio.ts';
export type { Planned, TrainTold } from './told.ts';
export type { TrainRequest } from './trainings.ts';
