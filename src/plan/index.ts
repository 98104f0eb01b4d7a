/** The public surface of `hillock/plan`. */
export { type Cluster, type ClusterOptions, cluster, type Fabric, fabrics, gpuCount } from './cluster.ts';
export { type Gpu, gpuNamed, gpus, parseGpu } from './gpus.ts';
export type { Job, JobLayer } from './job.ts';
export { fullestOf, type Link, type Links, linksOf } from './links.ts';
export { type Memory, memoryTerms } from './memory.ts';
export { networkJob } from './network-job.ts';
export { planPicture } from './picture.ts';
export { type PlanOptions, plan } from './plan.ts';
export type { JobTerms, Plan, PlanRow, Traffic } from './plan-row.ts';
export { type Precision, type PrecisionName, precisions } from './precision.ts';
export { type Preset, presetNamed, presets } from './presets.ts';
export { type Comparison, errorOf, type GroupErrors, referenceErrors } from './references.ts';
export type { StepSeconds } from './step.ts';
export { type Recompute, recomputes, type Strategy, strategyName, type Wishes } from './strategy.ts';
export { type TransformerShape, transformerJob } from './transformer.ts';
